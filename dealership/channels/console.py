"""Messages on the worker's log, for a demo without a mail server."""

import sys

from django.conf import settings

from dealership.channels.base import Channel, Sent
from dealership.models import Customer, Message, Staff


class ConsoleChannel(Channel):
    """Prints the message where the worker's log goes. Reaches nobody outside this machine."""

    name = kind = "console"
    can_query = True

    def address(self, customer: Customer | None) -> str:
        """Return the e-mail address where the log stands in for a mail server, empty everywhere else."""
        return customer.email if customer and settings.EMAIL_ON_CONSOLE else ""

    def staff_address(self, staff: Staff) -> str:
        """Return the person's login name: the worker's log is always there."""
        return staff.username

    def send(self, message: Message) -> Sent:
        """Print it; where it stands in for nothing, only which message it is: a log holds ids."""
        told = f"{message.recipient or '-'} ---\n{message.body}" if settings.EMAIL_ON_CONSOLE else f"{message.pk} ---"
        sys.stdout.write(f"--- {message.kind} to {told}\n")
        sys.stdout.flush()
        return Sent(provider_id=f"console-{message.pk}")

    def query(self, message: Message) -> None:
        """Return None: what a log had not finished it may print again."""
        return
