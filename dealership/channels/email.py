"""E-mail over SMTP, one conversation a message, so that it is known how far it came."""

import smtplib
from contextlib import suppress
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime

from django.conf import settings

from dealership.channels.base import Channel, ChannelError, Sent, TimedOut
from dealership.models import Customer, Message, Staff

DROPPED = (TimeoutError, smtplib.SMTPServerDisconnected, ConnectionError, OSError)


class EmailChannel(Channel):
    """Sends plain text over the server of EMAIL_URL.

    Until the text is on its way nothing has happened: any break is an error to try again. From then on a break is
    TimedOut. SMTP cannot be asked afterwards. The Message-ID is made of the row's id and never changes: a person who
    sends such a message again by hand sends the same letter, which a mailbox shows once.
    """

    name = kind = "email"

    def address(self, customer: Customer | None) -> str:
        """Return the customer's e-mail address; empty in a demo that has no mail server."""
        return customer.email if customer and not settings.EMAIL_ON_CONSOLE else ""

    def staff_address(self, staff: Staff) -> str:
        """Return the person's e-mail address; empty in a demo that has no mail server."""
        return "" if settings.EMAIL_ON_CONSOLE else staff.email

    def send(self, message: Message) -> Sent:
        """Hand the letter to the mail server."""
        letter = compose(message)
        server = self._open(message)
        try:
            reply, text = server.data(letter.as_bytes())
        except smtplib.SMTPDataError as refused:
            raise _error(refused.smtp_code, refused.smtp_error) from refused
        except DROPPED as lost:
            raise TimedOut(str(lost)) from lost
        finally:
            with suppress(*DROPPED, smtplib.SMTPException):
                server.quit()
            server.close()
        if reply != 250:
            raise _error(reply, text)
        return Sent(provider_id=str(letter["Message-ID"]))

    @staticmethod
    def _open(message: Message) -> smtplib.SMTP:
        """Greet the server and name sender and recipient; nothing of this sends a letter."""
        try:
            server = smtplib.SMTP(settings.EMAIL_HOST, settings.EMAIL_PORT, timeout=settings.EMAIL_TIMEOUT)
        except (*DROPPED, smtplib.SMTPException) as lost:
            raise ChannelError(str(lost), permanent=False) from lost
        try:
            server.ehlo_or_helo_if_needed()
            if settings.EMAIL_USE_TLS:
                server.starttls()
                server.ehlo()
            if settings.EMAIL_HOST_USER:
                server.login(settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD)
            for reply, text in (server.mail(settings.DEFAULT_FROM_EMAIL), server.rcpt(message.recipient)):
                if reply not in {250, 251}:
                    raise _error(reply, text)
        except (*DROPPED, smtplib.SMTPException) as lost:
            server.close()
            raise ChannelError(str(lost), permanent=False) from lost
        except ChannelError:
            server.close()
            raise
        return server


def compose(message: Message) -> EmailMessage:
    """Return the letter of a message; the same row gives the same letter."""
    letter = EmailMessage()
    sender = settings.DEFAULT_FROM_EMAIL
    letter["From"] = Address(display_name=message.store.name, addr_spec=sender)
    letter["To"] = message.recipient
    letter["Subject"] = message.subject
    letter["Date"] = format_datetime(message.created_at)
    letter["Message-ID"] = f"<{message.pk}@{sender.rpartition('@')[2]}>"
    letter["Content-Language"] = message.language
    letter.set_content(message.body)
    return letter


def _error(code: int, text: bytes | str) -> ChannelError:
    """Tell for good (5xx) from for now (4xx)."""
    words = text.decode(errors="replace") if isinstance(text, bytes) else text
    return ChannelError(f"{code} {words}", permanent=code >= 500)
