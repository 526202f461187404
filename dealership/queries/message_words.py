"""Kinds of messages and channels in words."""

from typing import Any

from django.utils.translation import gettext_lazy as _

KIND_WORDS: dict[str, Any] = {
    "booking_reminder": _("Reminder of the appointment"),
    "received": _("Car received"),
    "offer": _("Work to decide on"),
    "delay": _("Delay with the new time"),
    "ready": _("Car ready for pickup"),
    "unpaid": _("Not yet paid"),
    "on_its_way": _("Car on its way home"),
    "thanks": _("Thank you"),
    "survey": _("Survey"),
    "next_service": _("Next service due"),
    "open_advice": _("Open advice"),
    "booking_code": _("Code for booking"),
    "staff_alert": _("Alert to staff"),
    "day_digest": _("Digest of the day"),
    "week_digest": _("Digest of the week"),
    "test": _("Test of a text"),
}
CHANNEL_WORDS: dict[str, Any] = {
    "wechat": _("WeChat"),
    "tencent_sms": _("SMS (Tencent Cloud)"),
    "alibaba_sms": _("SMS (Alibaba Cloud)"),
    "twilio_sms": _("SMS (Twilio)"),
    "email": _("E-mail"),
    "console": _("Console"),
    "by_hand": _("By hand"),
}


def kind_words(kind: str) -> Any:
    """Return a kind in words; its name where it has none."""
    return KIND_WORDS.get(kind, kind)


def channel_words(channel: str) -> Any:
    """Return a channel in words; its name where it has none."""
    return CHANNEL_WORDS.get(channel, channel)
