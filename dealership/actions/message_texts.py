"""A store's own texts: published as versions, taken back as a new one, tried on oneself first."""

from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from dealership.channels import channel as channel_of
from dealership.models import Message, MessageTemplate, Staff, Store, Visit
from dealership.phones import mobile
from dealership.queries.message_rules import TEXT_KINDS
from dealership.queries.message_texts import LANGUAGES, TEXT_CHANNELS, faults_of, sample_values
from dealership.queries.messages import fill
from dealership.refused import Refused
from dealership.uuids import uuid7

TEST_GAP = timedelta(minutes=1)
"""Between two tests of one person: each costs money at a provider."""


def publish(
    store: Store, *, kind: str, channel: str, language: str, subject: str, body: str, by: Staff,
    template_id: str = "", seen: int | None = None, now: datetime | None = None,
) -> MessageTemplate:  # fmt: skip
    """Publish the store's text of a kind, channel and language; messages written from now on use it.

    `seen` is the version that stood on the screen: where another came meanwhile, nothing is overwritten. The same
    text as the newest makes no version. Raises Refused: "text.unknown" (no such kind, channel or language),
    "text.empty", "text.subject", "text.variable", "text.brace", "text.avoid", "text.long", "text.changed".
    """
    _known(kind, channel, language)
    subject, body = subject.strip() if channel == "email" else "", body.replace("\r\n", "\n").strip()
    _refuse_faults(kind=kind, channel=channel, language=language, subject=subject, body=body)
    rows = MessageTemplate.objects.filter(kind=kind, channel=channel, language=language)
    newest = rows.order_by("-version").first()
    version = newest.version if newest else 0
    if seen is not None and seen != version:
        raise _changed()
    own = {"subject": subject[:200], "body": body, "template_id": template_id.strip()[:80]}
    if newest and all(getattr(newest, name) == value for name, value in own.items()):
        return newest
    try:
        with transaction.atomic():
            return MessageTemplate.objects.create(
                store=store, kind=kind, channel=channel, language=language, version=version + 1,
                created_at=now or timezone.now(), by=by, **own,
            )  # fmt: skip
    except IntegrityError as faster:
        raise _changed() from faster


def take_back(template: MessageTemplate, *, by: Staff, now: datetime | None = None) -> MessageTemplate:
    """Publish an older text once more, as the newest version. Raises Refused as `publish` does: rules may be newer."""
    return publish(
        template.store, kind=template.kind, channel=template.channel, language=template.language,
        subject=template.subject, body=template.body, template_id=template.template_id, by=by, now=now,
    )  # fmt: skip


@transaction.atomic
def send_test(
    store: Store, *, kind: str, channel: str, language: str, subject: str, body: str, by: Staff,
    template_id: str = "", to: str = "", visit: Visit | None = None, now: datetime | None = None,
) -> Message:  # fmt: skip
    """Send a text, filled with the sample or a visit, to oneself: through the outbox, as any message.

    `to` is a number or e-mail address typed in; empty for the person's own. Raises Refused as `publish` does, and
    "test.channel" (nothing can be sent over it), "test.recipient", "test.gap" (one a minute).
    """
    now = now or timezone.now()
    _known(kind, channel, language)
    _refuse_faults(kind=kind, channel=channel, language=language, subject=subject, body=body)
    recipient = _test_recipient(channel, to=to, by=by)
    Staff.objects.select_for_update(no_key=True).get(pk=by.pk)
    if Message.objects.filter(kind="test", staff=by, created_at__gt=now - TEST_GAP).exists():
        raise Refused(_("One test a minute. Wait a moment."), "test.gap")
    values = sample_values(kind, language, visit)
    pk = uuid7(now)
    return Message.objects.create(
        id=pk, store=store, staff=by, kind="test", channel=channel, language=language, recipient=recipient,
        subject=fill(subject.strip(), values)[:200], body=fill(body.replace("\r\n", "\n").strip(), values),
        dedupe_key=f"test:{pk}", variables=values, template_id=template_id.strip()[:80], created_at=now, send_at=now,
    )  # fmt: skip


def _test_recipient(channel: str, *, to: str, by: Staff) -> str:
    way = channel_of(channel)
    if not way.configured or channel == "by_hand":
        raise Refused(_("This channel is not set up, so nothing can be sent over it."), "test.channel", field="to")
    typed = to.strip()
    if not typed:
        recipient = way.staff_address(by)
    elif way.kind == "sms":
        recipient = mobile(typed)
    else:
        recipient = _email(typed) if way.kind == "email" else ""
    if not recipient:
        raise Refused(_("Type a number or address that this channel reaches."), "test.recipient", field="to")
    return recipient


def _email(typed: str) -> str:
    try:
        validate_email(typed)
    except ValidationError:
        return ""
    return typed


def _known(kind: str, channel: str, language: str) -> None:
    if kind not in TEXT_KINDS or channel not in TEXT_CHANNELS or language not in LANGUAGES:
        raise Refused(_("There is no such text. Reload the page."), "text.unknown")


def _refuse_faults(*, kind: str, channel: str, language: str, subject: str, body: str) -> None:
    faults = faults_of(kind=kind, channel=channel, language=language, subject=subject, body=body)
    if faults:
        raise Refused(faults[0].sentence, faults[0].code, field=faults[0].field)


def _changed() -> Refused:
    return Refused(_("Somebody else has published a text meanwhile. Reload and look at it first."), "text.changed")
