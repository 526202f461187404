"""Ways to reach a person. A channel is a class with `send`, found by its name in `wiring.CHANNELS`."""

from django.utils.module_loading import import_string

from dealership import wiring
from dealership.channels.base import (
    Channel,
    ChannelError,
    ForAPerson,
    Forged,
    Hook,
    Receipt,
    Reply,
    Sent,
    TimedOut,
)


def channel(name: str) -> Channel:
    """Return the channel of this name. Raises KeyError for a name that is not wired."""
    made: Channel = import_string(wiring.CHANNELS[name])()
    return made


__all__ = [
    "Channel",
    "ChannelError",
    "ForAPerson",
    "Forged",
    "Hook",
    "Receipt",
    "Reply",
    "Sent",
    "TimedOut",
    "channel",
]
