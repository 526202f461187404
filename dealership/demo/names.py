"""Believable people, companies and telephone numbers; every one of them made up."""

from dataclasses import dataclass
from random import Random
from typing import Literal

Sex = Literal["m", "f"]

# Share of people in China per thousand, rounded (name report of the ministry of public security).
_SURNAMES = """
王 72 李 72 张 68 刘 54 陈 45 杨 31 黄 23 赵 23 吴 20 周 19 徐 15 孙 15 马 13 朱 13 胡 12 郭 12 何 11 林 11
高 10 罗 10 郑 9 梁 8 谢 8 宋 7 唐 7 许 6 韩 6 邓 6 冯 6 曹 6 彭 5 曾 5 肖 5 田 5 董 5 潘 5 袁 5 蔡 5 蒋 5
余 5 于 5 杜 5 叶 4 程 4 魏 4 苏 4 吕 4 丁 4 任 4 卢 4 姚 4 沈 4 钟 3 姜 3 崔 3 谭 3 陆 3 范 3 汪 3 廖 3
石 3 金 3 韦 2 贾 2 夏 2 傅 2 方 2 邹 2 熊 2 白 2 孟 2 秦 2 邱 2 侯 2 江 2 尹 2 薛 2 段 2 雷 2 龙 2 黎 2
史 2 陶 2 贺 2 毛 2 郝 2 顾 3 龚 2 邵 2 万 2 覃 1 武 1 钱 2 戴 2 严 2 莫 1 孔 1 汤 1 康 1 施 2 温 1 樊 1
欧阳 2 上官 1 司马 1 诸葛 1 司徒 1 皇甫 1 尉迟 1 令狐 1
"""
_GIVEN_MEN = """
伟 强 磊 军 勇 杰 涛 超 明 刚 平 辉 鹏 华 飞 鑫 波 斌 浩 凯 健 俊 帆 宁 毅 峰 昊 旭 晨 阳 博 翔 威 龙 林 东
建国 建军 建华 志强 志明 国强 国平 卫东 海波 海涛 永强 永康 文杰 文博 俊杰 俊峰 子轩 浩然 宇航 子豪 一鸣 嘉豪
晓东 晓峰 立新 立群 世杰 少华 庆华 宏伟 宏斌 振华 振宇 家明 家俊 德明 云飞 天宇 思远 景行 泽宇 明轩 正阳 启航
承志 亦凡 向阳 学军 新民 春生 根生 长青 连生 光明 大为
"""
_GIVEN_WOMEN = """
芳 敏 静 丽 娟 艳 霞 燕 玲 娜 婷 雪 慧 莉 琳 颖 倩 洁 琴 萍 红 梅 云 兰 英 蕾 薇 璐 瑶 妍 悦 佳 琪 欣 丹 晶
秀英 秀兰 桂英 玉兰 淑珍 丽华 丽娟 春梅 雪梅 晓燕 晓红 海燕 文静 文婷 雅婷 雅琴 佳怡 佳慧 思雨 思琪 梦洁 梦瑶
诗涵 雨桐 欣怡 子涵 一诺 晓敏 美玲 美华 惠芳 惠琴 建芳 国英 月华 月琴 红梅 婉清 若曦 语嫣 亚楠 凤英 凤霞 彩云
彩霞 爱华 爱珍 小红 小芳 玉洁 冰清
"""
_COMPANY_PLACES = ("上海", "苏州", "昆山", "嘉兴", "虹桥", "闵行", "青浦", "松江")
_COMPANY_WORDS = (
    "申达",
    "启明",
    "恒信",
    "瑞和",
    "安泰",
    "东升",
    "远航",
    "嘉禾",
    "博源",
    "立方",
    "晨光",
    "正邦",
)
_COMPANY_TRADES = ("物流", "建筑装饰", "电子科技", "商贸", "环境工程", "医疗器械", "餐饮管理", "汽车租赁")

WOMEN = 0.38
"""Share of women among those who bring a car; an estimate."""

_PREFIXES = (
    130,
    131,
    132,
    133,
    135,
    136,
    137,
    138,
    139,
    150,
    151,
    152,
    156,
    158,
    159,
    177,
    180,
    186,
    188,
    189,
)


@dataclass(frozen=True, slots=True)
class Person:
    """A full name and its sex."""

    name: str
    sex: Sex


def _weighted(text: str) -> tuple[tuple[str, ...], tuple[int, ...]]:
    words = text.split()
    return tuple(words[::2]), tuple(map(int, words[1::2]))


SURNAMES, SURNAME_WEIGHTS = _weighted(_SURNAMES)
GIVEN: dict[Sex, tuple[str, ...]] = {"m": tuple(_GIVEN_MEN.split()), "f": tuple(_GIVEN_WOMEN.split())}


def draw_person(source: Random) -> Person:
    """Return a person with a surname by its frequency and a given name of her or his sex."""
    sex: Sex = "f" if source.random() < WOMEN else "m"
    return Person(source.choices(SURNAMES, SURNAME_WEIGHTS)[0] + source.choice(GIVEN[sex]), sex)


def draw_company(source: Random) -> str:
    """Return the name of a company that sends its cars."""
    words = (source.choice(pool) for pool in (_COMPANY_PLACES, _COMPANY_WORDS, _COMPANY_TRADES))
    return f"{''.join(words)}有限公司"


def draw_phone(source: Random, taken: set[str]) -> str:
    """Return a mobile number not in `taken` and add it there; the four zeros show that it is made up."""
    while True:
        phone = f"{source.choice(_PREFIXES)}0000{source.randrange(10_000):04}"
        if phone not in taken:
            taken.add(phone)
            return phone
