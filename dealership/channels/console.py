"""Messages on the worker's log, for a demo without a mail server."""

import sys

from django.conf import settings

from dealership.channels.base import Channel, Sent
from dealership.models import Customer, Message


class ConsoleChannel(Channel):
    """Prints the message where the worker's log goes. Reaches nobody outside this machine."""

    can_query = True

    def address(self, customer: Customer | None) -> str:
        """Return the e-mail address where the log stands in for a mail server, empty everywhere else."""
        return customer.email if customer and settings.EMAIL_ON_CONSOLE else ""

    def send(self, message: Message) -> Sent:
        """Print it."""
        sys.stdout.write(f"--- {message.kind} to {message.recipient or '-'} ---\n{message.body}\n")
        sys.stdout.flush()
        return Sent(provider_id=f"console-{message.pk}")

    def query(self, message: Message) -> None:
        """Return None: what a log had not finished it may print again."""
        return
