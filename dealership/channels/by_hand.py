"""A person tells the customer: the text is shown with its link, to copy or to read out."""

from dealership.channels.base import Channel, ForAPerson
from dealership.models import Customer, Message


class ByHandChannel(Channel):
    """人工: waits for `actions.messages.told_by_hand`."""

    name = kind = "by_hand"

    def address(self, customer: Customer | None) -> str:
        """Return the phone number to call; a person may tell a customer without one at the counter."""
        return customer.phone if customer else ""

    def send(self, message: Message) -> ForAPerson:
        """Leave it to a person."""
        return ForAPerson()
