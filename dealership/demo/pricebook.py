"""Labour, parts and packages of the demo stores, in CNY with tax (dealer facts, part 3)."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from dealership.demo.rows import rows

Rate = Literal["mechanical", "hv", "paint"]
Names = dict[str, str]

RATES: dict[Rate, Decimal] = {
    "mechanical": Decimal("260.00"),
    "hv": Decimal("320.00"),
    "paint": Decimal("700.00"),
}
"""Price of an hour; of a panel for paint."""


@dataclass(frozen=True, slots=True)
class LabourOperation:
    """Work that is sold by the hour; paint by the panel (`hours` is then the number of panels)."""

    code: str
    hours: Decimal
    rate: Rate
    names: Names

    @property
    def price(self) -> Decimal:
        """Price of the labour alone, two places."""
        return (self.hours * RATES[self.rate]).quantize(Decimal("0.01"))


@dataclass(frozen=True, slots=True)
class Part:
    """A part with the price of one `unit`: "each", "set", "pair" or "bottle"."""

    code: str
    price: Decimal
    unit: str
    names: Names


@dataclass(frozen=True, slots=True)
class Package:
    """Operations and parts (code, quantity) sold together for less than their sum."""

    code: str
    price: Decimal
    operations: tuple[tuple[str, int], ...]
    parts: tuple[tuple[str, int], ...]
    names: Names

    @property
    def full_price(self) -> Decimal:
        """Sum of the lines without the package."""
        labour = sum((OPERATIONS[code].price * quantity for code, quantity in self.operations), Decimal())
        return labour + sum((PARTS[code].price * quantity for code, quantity in self.parts), Decimal())


def _names(cells: list[str]) -> Names:
    return dict(zip(("zh-hans", "zh-hant", "en"), cells, strict=True))


def _rate(code: str) -> Rate:
    if code in {"E01", "E02", "E03"}:
        return "hv"
    return "paint" if code == "B01" else "mechanical"


# code | hours | zh-hans | zh-hant | en
_OPERATIONS = """
M01 | 0.6 | 更换机油机滤 | 更換機油與機油芯 | Oil and oil filter change
M02 | 0.2 | 更换空气滤芯 | 更換空氣濾網 | Air filter change
M03 | 0.2 | 更换空调滤芯 | 更換冷氣濾網 | Cabin filter change
M04 | 0.8 | 更换火花塞(4支) | 更換火星塞(4支) | Spark plugs, set of 4
M05 | 0.8 | 更换制动液 | 更換煞車油 | Brake fluid change
M06 | 1.0 | 更换防冻液 | 更換水箱冷卻液 | Coolant change
M07 | 1.5 | 更换变速箱油(CVT) | 更換變速箱油(CVT) | Gearbox oil change (CVT)
M08 | 1.0 | 更换前制动片 | 更換前煞車來令片 | Front brake pads
M09 | 1.2 | 更换后制动片(电子驻车) | 更換後煞車來令片(電子手煞車) | Rear brake pads (electric parking brake)
M10 | 1.8 | 更换前制动盘和制动片 | 更換前煞車碟盤與來令片 | Front brake discs and pads
M11 | 1.2 | 四轮定位 | 四輪定位 | Wheel alignment
M12 | 0.8 | 轮胎换位和动平衡 | 輪胎調位與平衡 | Rotate and balance wheels
M13 | 0.4 | 更换轮胎(每条) | 更換輪胎(每條) | Tyre change, each
M14 | 0.4 | 更换12V蓄电池 | 更換12V電瓶 | 12 V battery change
M15 | 0.8 | 空调系统清洗 | 冷氣系統清潔 | Air conditioning clean
R01 | 0.8 | 故障诊断 | 故障診斷 | Fault diagnosis
R02 | 1.0 | 底盘异响检查 | 底盤異音檢查 | Chassis noise check
R03 | 2.6 | 更换前减震器(一对) | 更換前避震器(一對) | Front dampers, pair
R04 | 2.5 | 更换水泵 | 更換水泵浦 | Water pump
R05 | 1.6 | 更换发电机 | 更換發電機 | Alternator
R06 | 0.3 | 更换点火线圈 | 更換點火線圈 | Ignition coil
R07 | 0.7 | 更换氧传感器 | 更換含氧感知器 | Lambda sensor
R08 | 0.4 | 更换车窗升降开关 | 更換電動窗開關 | Window switch
E01 | 0.8 | 三电系统检测 | 三電系統檢測 | EV system check
E02 | 0.7 | 更换减速器油 | 更換減速齒輪油 | Reduction gear oil
E03 | 1.2 | 更换动力电池冷却液 | 更換動力電池冷卻液 | Drive battery coolant
E04 | 0.8 | 软件升级 | 軟體更新 | Software update
B01 | 1 | 单面喷漆 | 單片烤漆 | Paint, one panel
B02S | 1.5 | 钣金修复(小) | 鈑金修復(小) | Dent repair, small
B02M | 3.0 | 钣金修复(中) | 鈑金修復(中) | Dent repair, medium
B03 | 0.8 | 拆装前保险杠 | 拆裝前保險桿 | Front bumper off and on
"""

# code | price | unit | zh-hans | zh-hant | en
_PARTS = """
OIL-4L | 388 | bottle | 全合成机油 4L | 全合成機油 4L | Full synthetic oil, 4 l
FILTER-OIL | 58 | each | 机油滤清器 | 機油芯 | Oil filter
GASKET-DRAIN | 8 | each | 放油螺栓垫 | 洩油螺絲墊片 | Drain plug gasket
FILTER-AIR | 118 | each | 空气滤芯 | 空氣濾網 | Air filter
FILTER-CABIN | 158 | each | 空调滤芯 | 冷氣濾網 | Cabin filter
SPARK-PLUG | 88 | each | 火花塞 | 火星塞 | Spark plug
FLUID-BRAKE | 98 | bottle | 制动液 | 煞車油 | Brake fluid
COOLANT | 98 | bottle | 防冻液 | 水箱冷卻液 | Coolant
OIL-CVT-4L | 680 | bottle | CVT变速箱油 4L | CVT變速箱油 4L | CVT gearbox oil, 4 l
PADS-FRONT | 560 | set | 前制动片 | 前煞車來令片 | Front brake pads
PADS-REAR | 480 | set | 后制动片 | 後煞車來令片 | Rear brake pads
DISC-FRONT | 420 | each | 前制动盘 | 前煞車碟盤 | Front brake disc
BATTERY-60 | 680 | each | 蓄电池 60Ah | 電瓶 60Ah | Battery 60 Ah
BATTERY-AGM70 | 1180 | each | 蓄电池 AGM 70Ah | 電瓶 AGM 70Ah | Battery AGM 70 Ah
WIPERS | 168 | pair | 雨刮片(一对) | 雨刷片(一對) | Wiper blades, pair
TYRE-205 | 520 | each | 轮胎 205/55R16 | 輪胎 205/55R16 | Tyre 205/55R16
TYRE-225 | 780 | each | 轮胎 225/60R18 | 輪胎 225/60R18 | Tyre 225/60R18
COIL | 320 | each | 点火线圈 | 點火線圈 | Ignition coil
SENSOR-O2 | 760 | each | 氧传感器 | 含氧感知器 | Lambda sensor
PUMP-WATER | 680 | each | 水泵 | 水泵浦 | Water pump
ALTERNATOR | 2380 | each | 发电机 | 發電機 | Alternator
DAMPER | 680 | each | 减震器 | 避震器 | Damper
SWITCH-WINDOW | 380 | each | 车窗升降开关 | 電動窗開關 | Window switch
HEADLAMP-LED | 3200 | each | LED大灯 | LED頭燈 | LED headlamp
BUMPER-FRONT | 1180 | each | 前保险杠皮 | 前保險桿外皮 | Front bumper cover
OIL-GEAR | 168 | bottle | 减速器油 | 減速齒輪油 | Reduction gear oil
COOLANT-BATTERY | 360 | set | 动力电池冷却液 | 動力電池冷卻液 | Drive battery coolant
CLEANER-AC | 128 | bottle | 空调清洗剂 | 冷氣清潔劑 | Air conditioning cleaner
"""

OPERATIONS = {
    code: LabourOperation(code, Decimal(hours), _rate(code), _names(names)) for code, hours, *names in rows(_OPERATIONS)
}
PARTS = {
    code: Part(code, Decimal(price).quantize(Decimal("0.01")), unit, _names(names))
    for code, price, unit, *names in rows(_PARTS)
}

# operation | the parts that it usually needs
_USUAL_PARTS = """
M01 | OIL-4L FILTER-OIL GASKET-DRAIN
M02 | FILTER-AIR
M03 | FILTER-CABIN
M04 | SPARK-PLUG*4
M05 | FLUID-BRAKE
M06 | COOLANT*3
M07 | OIL-CVT-4L
M08 | PADS-FRONT
M09 | PADS-REAR
M10 | DISC-FRONT*2 PADS-FRONT
M13 | TYRE-205
M14 | BATTERY-60
M15 | CLEANER-AC
R03 | DAMPER*2
R04 | PUMP-WATER
R05 | ALTERNATOR
R06 | COIL
R07 | SENSOR-O2
R08 | SWITCH-WINDOW
E02 | OIL-GEAR
E03 | COOLANT-BATTERY
"""

# code | price | operations | parts | zh-hans | zh-hant | en; a larger service holds the one before it.
_PACKAGES = """
P10 | 598 | M01 | OIL-4L FILTER-OIL GASKET-DRAIN | 1万公里小保养 | 1萬公里小保養 | 10,000 km service
P20 | 898 | P10 M02 M03 | FILTER-AIR FILTER-CABIN | 2万公里保养 | 2萬公里保養 | 20,000 km service
P40 | 1680 | P20 M04 M05 | SPARK-PLUG*4 FLUID-BRAKE | 4万公里大保养 | 4萬公里大保養 | 40,000 km service
P60 | 3180 | P40 M06 M07 | COOLANT*3 OIL-CVT-4L | 6万公里保养 | 6萬公里保養 | 60,000 km service
PADS | 768 | M08 | PADS-FRONT | 前制动片套餐 | 前煞車來令片套餐 | Front brake pads package
AC | 298 | M15 | CLEANER-AC | 空调清洗套餐 | 冷氣清潔套餐 | Air conditioning clean package
EV | 398 | E01 M03 | FILTER-CABIN | 新能源年度检查 | 新能源車年度檢查 | New-energy yearly check
WHEELS | 458 | M11 M12 | | 定位换位套餐 | 定位調位套餐 | Alignment and rotation package
TYRES | 2280 | M13*4 | TYRE-205*4 | 轮胎四条套餐 205/55R16 | 輪胎四條套餐 205/55R16 | Four tyres 205/55R16
"""


def _counted(text: str) -> list[tuple[str, int]]:
    return [(code, int(quantity or 1)) for code, _, quantity in (word.partition("*") for word in text.split())]


def _packages() -> dict[str, Package]:
    made: dict[str, Package] = {}
    for code, price, operations, parts, *names in rows(_PACKAGES):
        lines: list[tuple[str, int]] = []
        pieces: list[tuple[str, int]] = []
        for part, quantity in _counted(operations):
            lines += made[part].operations if part in made else [(part, quantity)]
            pieces += made[part].parts if part in made else []
        pieces += _counted(parts)
        whole = Decimal(price).quantize(Decimal("0.01"))
        made[code] = Package(code, whole, tuple(lines), tuple(pieces), _names(names))
    return made


PACKAGES = _packages()
USUAL_PARTS = {code: tuple(_counted(parts)) for code, parts in rows(_USUAL_PARTS)}
"""Operation → parts (code, quantity) that it usually needs."""

ENGINES = ("fuel", "hybrid", "phev", "erev")
SERVICES_AT: dict[str, tuple[int, tuple[str, ...]]] = {
    "P10": (10_000, ENGINES), "P20": (20_000, ENGINES), "P40": (40_000, ENGINES), "P60": (60_000, ENGINES),
    "EV": (20_000, ("bev",)),
}  # fmt: skip
"""Package of a service → km at which it is due again and again, and the energies of its cars."""

# Of the kilometres in ten thousands; all others are small services.
_SERVICES = {2: "P20", 4: "P40", 6: "P60", 8: "P40", 10: "P20", 12: "P60"}


def service_package(energy: str, mileage: int) -> Package:
    """Return the package of the service that is due around this mileage (km)."""
    if energy == "bev":
        return PACKAGES["EV"]
    return PACKAGES[_SERVICES.get(round(mileage / 10_000), "P10")]
