"""A real SMTP server that does as it is told and keeps what it got."""

import asyncio
import email
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

HANG_SECONDS = 1.5


class Mailbox:
    """What arrived, and how the server shall answer: `behave` is

    accept · refuse (550) · later (451) · hang_before (silent at RCPT) · hang_after (keeps the letter, says nothing)
    · refuse_text (554 to the text) · later_text (452 to the text).
    """

    def __init__(self) -> None:
        self.behave = "accept"
        self.letters: list[EmailMessage] = []

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, to: str, options: Any) -> str:
        if self.behave == "refuse":
            return "550 no such mailbox"
        if self.behave == "later":
            return "451 come back later"
        if self.behave == "hang_before":
            await asyncio.sleep(HANG_SECONDS)
        envelope.rcpt_tos.append(to)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.behave == "refuse_text":
            return "554 not wanted here"
        if self.behave == "later_text":
            return "452 mailbox full"
        self.letters.append(email.message_from_bytes(envelope.content, policy=default))  # type: ignore[arg-type]
        if self.behave == "hang_after":
            await asyncio.sleep(HANG_SECONDS)
        return "250 OK"


@contextmanager
def mail_server() -> Iterator[tuple[Mailbox, int]]:
    """Run the server on a free port of this machine; yield its mailbox and port."""
    mailbox = Mailbox()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(mailbox, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield mailbox, port
    finally:
        controller.stop()
