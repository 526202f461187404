"""What customers say when they come, and what may be found on their cars."""

from random import Random

from dealership.models import Work

OF_WORK: dict[str, tuple[str, ...]] = {
    Work.SERVICE: (
        "到公里数了,做个常规保养", "做保养,没有别的问题", "来做保养,下周要跑长途", "仪表提示保养了",
        "做保养,空调异味有点重", "做保养,雨刮刮不太干净", "保养,顺便看看刹车片还剩多少", "保养,停久了怕电瓶亏电",
    ),
    Work.EXPRESS: (
        "换机油机滤,赶时间", "小保养,想快一点", "换一下机油", "雨刮有响声,换一副雨刮", "电瓶老了,换一块",
        "小保养,一小时内要用车", "换机油,其他都好",
    ),
    Work.FIRST_SERVICE: ("新车首保", "首保,顺便问问车机怎么连手机"),
    Work.REPAIR: (
        "过减速带底盘有异响", "左后车窗升降很慢", "高速上方向有点跑偏", "冷车启动抖动明显", "发动机故障灯亮了",
        "空调不太凉", "倒车时有异响", "怠速的时候抖",
    ),
    Work.CLAIM: (
        "中控屏偶尔黑屏,还在质保期", "低速换挡有顿挫", "天窗关不严", "倒车影像有时不显示", "座椅加热不工作",
        "车门密封条有风噪",
    ),
    Work.RECALL: ("收到召回短信,来升级软件", "厂家通知召回"),
    Work.ACCIDENT: (
        "追尾,前保险杠裂了", "右侧车门被刮了一道", "倒车碰到柱子,后保险杠凹了", "左前翼子板撞凹了",
        "停车时被蹭,保险已报案",
    ),
    Work.COMEBACK: ("上次修的异响又出现了", "上周修过的故障灯又亮了"),
}  # fmt: skip
FLEET = ("单位用车,做保养", "公司的车到保养了,记账")
BRIEF = "交代:按约定时间交车"
FINDINGS = (
    "前制动片剩余4毫米,建议下次更换", "右前轮胎花纹2.8毫米,建议关注", "空调滤芯偏脏", "底盘下护板有刮痕,无渗漏",
    "12V蓄电池健康度68%", "后雨刮片老化",
)  # fmt: skip
CONTROLS = ("window_noise", "ac_smell", "wiper", "lock", "screen")
FRONT = ("washer", "hose", "battery")
ENGINE = ("washer", "brake_fluid", "battery", "coolant_low")
MARKS = (
    ("left", "left_front_door", 210, 90), ("right", "right_rear_door", 300, 95), ("front", "front_bumper", 160, 130),
    ("rear", "rear_bumper", 150, 135), ("left", "left_front_wheel", 110, 140), ("right", "right_front_wing", 430, 85),
)  # fmt: skip
BACK = ("机油口未拧紧到位", "内饰有指印,重新清洁", "胎压未复位", "右前下护板卡扣缺一颗")
CANCELLED = ("配件无货,改约下次", "客户临时有事先走", "价格超出预算,暂不维修")

INSURERS = ("人保财险", "平安产险", "太平洋产险", "国寿财险")
ADJUSTERS = ("查勘员 顾师傅", "定损员 孟师傅", "定损员 薛师傅")


def said(source: Random, works: list[str], fleet: bool) -> str:
    """Return what the customer says at the gate."""
    return source.choice(FLEET if fleet else OF_WORK[works[0]])
