"""Is it the same trouble again? Words of two visits are compared by what they are about, not letter by letter."""

from collections.abc import Iterable

TOPICS: dict[str, tuple[str, ...]] = {
    # Words by kind of concern (data/concerns.toml) and by part; simplified, traditional and English.
    "noise": ("异响", "異音", "异音", "響聲", "响声", "噪", "咯吱", "嘎吱", "吱吱", "noise", "squeak", "rattl"),
    "vibration": ("抖", "震动", "震動", "顿挫", "頓挫", "shak", "vibrat", "judder", "jerk"),
    "lamp": ("故障灯", "警示燈", "警示灯", "灯亮", "燈亮", "warning l"),
    "leak": ("漏油", "漏水", "漏液", "渗", "滲", "leak"),
    "smell": ("异味", "異味", "焦味", "霉味", "smell", "odour"),
    "brakes": ("刹车", "煞車", "刹車", "制动", "制動", "brake"),
    "air": ("空调", "冷氣", "冷气", "空調", "不凉", "不涼", "air con", "a/c", "heater"),
    "electrics": ("黑屏", "中控", "车窗", "車窗", "电瓶", "電瓶", "座椅", "影像", "screen", "window", "battery"),
    "handling": ("跑偏", "方向", "偏一", "steer", "pulls"),
    "charging": ("充电", "充電", "续航", "續航", "charg", "range"),
    "body": ("密封", "天窗", "漏风", "漏風", "sunroof", "seal"),
}
AGAIN = (
    "上次修", "上周修", "上週修", "刚修", "剛修", "又出现", "又出現", "又亮", "又响", "又響", "又坏", "又壞", "没修好",
    "沒修好", "修过的", "修過的", "again", "still not", "came back",
)  # fmt: skip
"""Said of something that was here before."""


def topics(words: Iterable[str]) -> frozenset[str]:
    """Return what sentences of a customer are about; empty where they name nothing that we know."""
    said = " ".join(words).lower()
    return frozenset(name for name, signs in TOPICS.items() if any(sign in said for sign in signs))


def says_again(words: str) -> bool:
    """Tell whether the customer says that it was here for this before."""
    said = words.lower()
    return any(sign in said for sign in AGAIN)


def same(now: frozenset[str], then: frozenset[str], *, same_work: bool) -> bool:
    """Tell whether it is the same concern: what is named decides; where one side names nothing, the same repair."""
    return bool(now & then) if now and then else same_work
