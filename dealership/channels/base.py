"""What every channel does and what it may answer."""

from dataclasses import dataclass
from typing import ClassVar

from dealership.models import Customer, Message


class ChannelError(Exception):
    """The message did not go out. `permanent` says whether another attempt could ever help."""

    def __init__(self, reason: str, *, permanent: bool) -> None:
        super().__init__(reason)
        self.permanent = permanent


class TimedOut(Exception):
    """Nobody answered in time: the message may be out or not, so it must not simply be sent again."""


@dataclass(frozen=True)
class Sent:
    """The provider has taken the message; `delivered` where it also says that it has arrived."""

    provider_id: str = ""
    delivered: bool = False


@dataclass(frozen=True)
class ForAPerson:
    """No machine can tell this: a person of the store does."""


class Channel:
    """One way to reach a customer.

    `send` returns Sent or ForAPerson and raises ChannelError or TimedOut. After TimedOut the outbox asks `query`
    before anything else: Sent when the provider has the message, None when it has not. A channel whose provider
    cannot be asked sets `can_query` to False; such a message is never sent a second time.
    """

    can_query: ClassVar[bool] = False

    def address(self, customer: Customer | None) -> str:
        """Return where this channel reaches `customer`; empty where it cannot."""
        raise NotImplementedError

    def send(self, message: Message) -> Sent | ForAPerson:
        """Hand the message over."""
        raise NotImplementedError

    def query(self, message: Message) -> Sent | None:
        """Return what the provider knows of an earlier attempt."""
        raise NotImplementedError
