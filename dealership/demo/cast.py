"""Two stores, everybody who works there and the regular customers that the pictures show."""

from dataclasses import dataclass, field

from dealership.demo.rows import rows

PASSWORD = "demo-2026"  # noqa: S105  shown on the login page of a demo, refused in production


@dataclass(frozen=True, slots=True)
class StoreSeed:
    """A store to create; telephone numbers use made-up exchanges (5550)."""

    code: str
    name: str
    brand: str
    address: str
    phone: str
    complaint_phone: str


@dataclass(frozen=True, slots=True)
class StaffSeed:
    """An account with one role in some stores (none: administrator without business rights)."""

    username: str
    name: str
    role: str
    stores: tuple[str, ...]
    duties: tuple[str, ...] = field(default=())

    @property
    def listed(self) -> bool:
        """Whether the login page of a demo names this account."""
        return self.username in LOGINS


@dataclass(frozen=True, slots=True)
class Regular:
    """A customer whose car is drawn in the pictures; `model` names one of `cars.MODELS`."""

    name: str
    sex: str
    plate: str
    model: str
    year: int


STORES = (
    StoreSeed("hq", "虹桥店", "大众", "上海市闵行区申虹路(演示)1号", "021-5550 1800", "021-5550 1818"),
    StoreSeed("west", "松江店", "大众", "上海市松江区荣乐路(演示)2号", "021-5550 2800", "021-5550 2818"),
)

LOGINS = (
    "guard", "advisor", "advisor3", "technician", "controller", "cashier", "supervisor", "manager",
    "advisor2", "manager2", "chain", "admin",
)  # fmt: skip

# username | name | role | duties. Each store has 12: G 1, A 3, T 4 (two of them hv), Q 1, C 1, S 1, M 1
# (dealer facts, part 3). Washing is outsourced, so nobody here has the duty `wash`.
_HQ = """
guard | 马建军 | guard |
advisor | 周敏 | advisor | estimator
advisor3 | 吴磊 | advisor | claims
advisor4 | 陈昊 | advisor |
technician | 李志强 | technician | hv
technician3 | 孙鹏 | technician | hv
technician4 | 赵凯 | technician |
technician5 | 罗晓峰 | technician |
controller | 郭海涛 | controller | parts
cashier | 许静 | cashier |
supervisor | 林慧 | supervisor |
manager | 沈立新 | manager |
"""
_WEST = """
guard2 | 蒋永康 | guard |
advisor2 | 何婷 | advisor | claims
advisor5 | 欧阳帆 | advisor | estimator
advisor6 | 徐佳琪 | advisor |
technician2 | 朱勇 | technician | hv
technician6 | 高翔 | technician | hv
technician7 | 唐俊 | technician |
technician8 | 曹亮 | technician |
controller2 | 袁宏伟 | controller | parts
cashier2 | 叶倩 | cashier |
supervisor2 | 顾雅琴 | supervisor |
manager2 | 陆文博 | manager |
"""
_REGULARS = """
王建国 | m | 沪A8K2D6 | 途观L | 2021
林静 | f | 沪AD12345 | ID.4 X | 2023
何志明 | m | 沪CZ5818 | 途岳 | 2020
赵晓东 | m | 苏E7P63Q | 凌渡L | 2023
刘芳 | f | 沪B3M907 | 帕萨特 | 2022
孙博 | m | 沪A61R8T | 途昂 | 2019
郑雅婷 | f | 沪AF20886 | 途观L PHEV | 2022
钱永强 | m | 浙A5V22N | 朗逸 | 2018
冯宇航 | m | 沪DK7701 | 威然 | 2021
徐悦 | f | 沪AQ9135 | 途观L | 2020
朱国平 | m | 沪B88H26 | 帕萨特 | 2019
高文婷 | f | 沪A2T6U0 | 朗逸 | 2022
马旭 | m | 沪CM4470 | 途岳 | 2021
黄丽华 | f | 沪AN0529 | 途昂 | 2020
"""

# kind, how many and how they are called, in the order of the board (dealer facts, part 3, Store of 12).
BAYS = (
    ("reception", tuple(f"接车{n}" for n in range(1, 4))),
    ("general", tuple(f"工位{n}" for n in range(1, 5))),
    ("express", tuple(f"快修{n}" for n in range(1, 3))),
    ("alignment", ("定位1",)),
    ("wash", tuple(f"洗车{n}" for n in range(1, 3))),
    ("handover", tuple(f"交车{n}" for n in range(1, 7))),
)

KEY_TAGS = tuple(f"{board}{number:02}" for board in "AB" for number in range(1, 31))
"""Tags of the two key boards: 60 cars can stand in a store, three times its busiest hour."""


def _staff(text: str, store: str) -> tuple[StaffSeed, ...]:
    return tuple(
        StaffSeed(username, name, role, (store,), tuple(duties.split())) for username, name, role, duties in rows(text)
    )


STAFF = (
    *_staff(_HQ, "hq"),
    *_staff(_WEST, "west"),
    StaffSeed("chain", "方景行", "chain", ("hq", "west")),
    StaffSeed("admin", "系统管理员", "", ()),
)
REGULARS = tuple(Regular(name, sex, plate, model, int(year)) for name, sex, plate, model, year in rows(_REGULARS))
