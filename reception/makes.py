"""Makes of cars as cameras write them, in the words that stores use."""

NAMES: dict[str, str] = {
    "volkswagen": "大众", "vw": "大众", "buick": "别克", "bmw": "宝马", "honda": "本田", "peugeot": "标致",
    "toyota": "丰田", "ford": "福特", "nissan": "日产", "audi": "奥迪", "mazda": "马自达", "chevrolet": "雪佛兰",
    "citroen": "雪铁龙", "citroën": "雪铁龙", "hyundai": "现代", "chery": "奇瑞", "kia": "起亚", "roewe": "荣威",
    "mitsubishi": "三菱", "skoda": "斯柯达", "geely": "吉利", "volvo": "沃尔沃", "lexus": "雷克萨斯",
    "byd": "比亚迪", "mercedes": "奔驰", "mercedes-benz": "奔驰", "mercedes benz": "奔驰", "benz": "奔驰",
    "porsche": "保时捷", "cadillac": "凯迪拉克", "tesla": "特斯拉", "lincoln": "林肯", "jeep": "吉普",
    "land rover": "路虎", "jaguar": "捷豹", "mini": "迷你", "subaru": "斯巴鲁", "suzuki": "铃木",
    "great wall": "长城", "haval": "哈弗", "changan": "长安", "chana": "长安", "nio": "蔚来", "xpeng": "小鹏",
    "li auto": "理想", "mg": "名爵",
}  # fmt: skip


def make_name(text: str) -> str:
    """Return a make in the words that stores use; as written where it is in no list."""
    return NAMES.get(text.strip().lower(), text.strip())


def same_make(read: str, brand: str) -> bool:
    """Tell whether a make that a camera read is the store's brand (一汽大众 and 上汽大众 are 大众)."""
    one, other = make_name(read).lower(), make_name(brand).lower()
    return bool(one and other) and (one in other or other in one)
