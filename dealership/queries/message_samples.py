"""What a variable of a message looks like: for previews, before there is a visit to take it from."""

SAMPLE_LINK = "https://s.example.cn/v/394017528604917352860417"

_HANS = {
    "customer": "王先生",
    "plate": "沪A·8K2D6",
    "store": "虹桥店",
    "store_phone": "021-55501800",
    "advisor": "周敏",
    "advisor_phone": "13912345678",
    "link": SAMPLE_LINK,
    "appointment_time": "11月21日 09:00",
    "lane": "预约通道",
    "amount": "¥666",
    "ready_time": "11:35",
    "promised": "11:00",
    "answer_by": "10:30",
    "reason": "前制动片需从总仓调货",
    "arrival_time": "16:20",
    "next_date": "2027年5月20日",
    "next_km": "40,000",
    "advice": "后制动片剩余 4 mm",
    "code": "402917",
    "minutes": "10",
}
_HANT = _HANS | {
    "store": "虹橋店",
    "lane": "預約車道",
    "reason": "前煞車來令片需由總倉調貨",
    "advice": "後煞車來令片剩餘 4 mm",
}
_EN = _HANS | {
    "customer": "Mr Wang",
    "store": "Hongqiao",
    "advisor": "Zhou Min",
    "appointment_time": "21 Nov 09:00",
    "lane": "booked lane",
    "reason": "the brake pads come from the warehouse",
    "next_date": "20 May 2027",
    "advice": "rear brake pads, 4 mm left",
}
SAMPLES: dict[str, dict[str, str]] = {"zh-hans": _HANS, "zh-hant": _HANT, "en": _EN}
"""language → variable → text."""
