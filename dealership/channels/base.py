"""What every channel does and what it may answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from dealership.models import Customer, Message, Staff


class ChannelError(Exception):
    """The message did not go out. `permanent` says whether another attempt could ever help."""

    def __init__(self, reason: str, *, permanent: bool) -> None:
        super().__init__(reason)
        self.permanent = permanent


class TimedOut(Exception):
    """Nobody answered in time: the message may be out or not, so it must not simply be sent again."""


class Forged(Exception):
    """A receipt that the provider has not signed."""


@dataclass(frozen=True)
class Sent:
    """The provider has taken the message; `delivered` where it also says that it has arrived."""

    provider_id: str = ""
    delivered: bool = False


@dataclass(frozen=True)
class ForAPerson:
    """No machine can tell this: a person of the store does."""


@dataclass(frozen=True)
class Hook:
    """A provider's call, as it came: `url` is the public address that the provider was given, with its query."""

    method: str
    url: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    now: datetime


@dataclass(frozen=True)
class Receipt:
    """What became of a message: it has arrived, or never will. `reason` is the provider's code, nothing personal."""

    provider_id: str
    arrived: bool
    reason: str = ""


@dataclass(frozen=True)
class Reply:
    """What the provider wants to hear: anything else, and it calls again."""

    body: str = ""
    content_type: str = "text/plain"


class Channel:
    """One way to reach a person.

    `send` returns Sent or ForAPerson and raises ChannelError or TimedOut. After TimedOut the outbox asks `query`
    before anything else: Sent when the provider has the message, None when it certainly has not; ChannelError when it
    failed there; TimedOut when nobody can say yet. A channel whose provider cannot be asked sets `can_query` to
    False; such a message is never sent a second time.
    """

    name: ClassVar[str] = ""
    """the name in `wiring.CHANNELS`"""
    kind: ClassVar[str] = ""
    """whose texts it takes: `templates/messages/<message kind>.<kind>.txt`"""
    can_query: ClassVar[bool] = False
    tells_absence: ClassVar[bool] = True
    """`query` can say of a message that the provider certainly has not got it"""
    needs_template: ClassVar[bool] = False
    """the provider sends only texts it has approved, named by `Message.template_id`"""

    @property
    def configured(self) -> bool:
        """Tell whether the settings it needs are there; without them it reaches nobody."""
        return True

    @property
    def per_second(self) -> float:
        """Return how many messages the provider takes in a second; 0 for as many as there are."""
        return 0

    @property
    def secret(self) -> str:
        """Return the last part of the address of its receipts; empty where it takes none."""
        return ""

    def address(self, customer: Customer | None) -> str:
        """Return where this channel reaches `customer`; empty where it cannot."""
        raise NotImplementedError

    def staff_address(self, staff: Staff) -> str:
        """Return where this channel reaches a person of the store; empty where it cannot."""
        return ""

    def send(self, message: Message) -> Sent | ForAPerson:
        """Hand the message over."""
        raise NotImplementedError

    def query(self, message: Message) -> Sent | None:
        """Return what the provider knows of an earlier attempt."""
        raise NotImplementedError

    def receipts(self, hook: Hook) -> tuple[list[Receipt], Reply]:
        """Read a provider's call. Raises Forged, and ValueError for what cannot be read."""
        raise NotImplementedError
