"""Messages on their way out, and the customer's link."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from dealership.models.base import RowKey, StoreModel
from dealership.models.visit import Visit
from dealership.uuids import uuid7


class Message(StoreModel):
    """A row of the outbox, written in the transaction of the fact. `state` moves only in `actions.outbox`."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        SENDING = "sending", _("Sending")
        UNKNOWN = "unknown", _("Unknown, being asked")
        BY_HAND = "by_hand", _("To be told by a person")
        SENT = "sent", _("Sent")
        DELIVERED = "delivered", _("Delivered")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("Cancelled")

    OPEN = (State.WAITING, State.SENDING, State.UNKNOWN)

    visit = RowKey(Visit, null=True, blank=True)
    customer = RowKey("dealership.Customer", null=True, blank=True)
    staff = RowKey("dealership.Staff", null=True, blank=True)
    kind = models.CharField(_("kind"), max_length=30)
    channel = models.CharField(_("channel"), max_length=20)
    language = models.CharField(_("language"), max_length=8)
    recipient = models.CharField(_("recipient"), max_length=200, blank=True)
    subject = models.CharField(_("subject"), max_length=200, blank=True)
    body = models.TextField(_("text"))
    dedupe_key = models.CharField(max_length=120)
    # What the text was made of: an SMS or WeChat message goes out as an approved template and these values.
    variables = models.JSONField(default=dict, blank=True)
    template_id = models.CharField(max_length=80, blank=True)
    # The message that failed on another channel, whose place this one takes.
    fallback_of = RowKey("self", null=True, blank=True)

    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.WAITING)
    created_at = models.DateTimeField(_("created"))
    send_at = models.DateTimeField(_("due"))
    leased_until = models.DateTimeField(null=True, blank=True)
    # Set just before the channel gets it: a row that was only claimed may be sent again, one handed over may not.
    handed_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    error = models.CharField(_("error"), max_length=200, blank=True)
    provider_id = models.CharField(max_length=120, blank=True)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    delivered_at = models.DateTimeField(_("delivered"), null=True, blank=True)
    told_by = RowKey("dealership.Staff", null=True, blank=True)

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        constraints = [models.UniqueConstraint(fields=["store", "dedupe_key"], name="message_once")]
        indexes = [
            models.Index(
                fields=["store", "send_at"],
                condition=models.Q(state__in=["waiting", "sending", "unknown"]),
                name="message_due",
            ),
            models.Index(fields=["store", "visit"], name="message_visit"),
            models.Index(fields=["store", "created_at"], name="message_created"),
            models.Index(fields=["store", "provider_id"], condition=~models.Q(provider_id=""), name="message_provider"),
        ]


class MessageTemplate(StoreModel):
    """A store's own text for a kind, channel and language; the newest version counts."""

    kind = models.CharField(_("kind"), max_length=30)
    channel = models.CharField(_("channel"), max_length=20)
    language = models.CharField(_("language"), max_length=8)
    version = models.PositiveIntegerField(default=1)
    subject = models.CharField(_("subject"), max_length=200, blank=True)
    body = models.TextField(_("text"))
    template_id = models.CharField(_("template approved by the provider"), max_length=80, blank=True)
    created_at = models.DateTimeField()
    by = RowKey("dealership.Staff", null=True)

    class Meta:
        verbose_name = _("message text")
        verbose_name_plural = _("message texts")
        constraints = [
            models.UniqueConstraint(
                fields=["store", "kind", "channel", "language", "version"], name="message_template_version"
            )
        ]


class KindSetting(StoreModel):
    """Whether a store sends a kind of message; without a row the kind's own default holds (`wiring.MESSAGE_KINDS`)."""

    kind = models.CharField(_("kind"), max_length=30)
    on = models.BooleanField(_("sent"))
    changed_at = models.DateTimeField()
    by = RowKey("dealership.Staff", null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["store", "kind"], name="kind_setting_once")]


class ChannelSetting(StoreModel):
    """A store's order of channels; without rows the order of `wiring.CHANNELS` holds."""

    channel = models.CharField(_("channel"), max_length=20)
    position = models.PositiveSmallIntegerField(_("position"))
    on = models.BooleanField(_("used"), default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["store", "channel"], name="channel_setting_once")]


class OptOut(StoreModel):
    """A customer does not want a kind of message; an end (`until`) is a change of mind."""

    customer = RowKey("dealership.Customer")
    kind = models.CharField(_("kind"), max_length=30)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["store", "customer", "kind"], condition=models.Q(until=None), name="opt_out_once"
            )
        ]


class ChannelPace(models.Model):
    """When a provider may get its next message: shared, because a provider counts an account, not a store."""

    channel = models.CharField(max_length=20, primary_key=True)
    next_at = models.DateTimeField()


class CustomerLink(StoreModel):
    """A link to the customer's page of one visit. The token itself is nowhere; its addresses are LinkAddress rows.

    `failures` counts wrong answers to the phone check; from every fifth on the check is closed until `locked_until`.
    """

    visit = RowKey(Visit)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    opened_at = models.DateTimeField(null=True, blank=True)
    pickup_code = models.CharField(max_length=6)

    failures = models.PositiveSmallIntegerField(default=0)
    locked_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["store", "visit"], condition=models.Q(revoked_at=None), name="link_open_once"
            )
        ]
        indexes = [models.Index(fields=["store", "visit"], name="link_visit")]


class LinkDevice(StoreModel):
    """A phone that has shown the last four digits for a link; `secret_hash` is of its cookie."""

    link = RowKey(CustomerLink)
    secret_hash = models.CharField(max_length=64)
    verified_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["store", "link", "secret_hash"], name="link_device_once")]


class LinkAddress(models.Model):
    """Where a token leads: shared, because `/v/<token>` names no store. No foreign key by design."""

    token_hash = models.CharField(max_length=64, primary_key=True)
    public_id = models.UUIDField(default=uuid7, unique=True)
    store = models.UUIDField()
    link = models.UUIDField()
    # A shared address shows how the car stands and nothing personal; it can approve, pay and ask nothing.
    shared = models.BooleanField(default=False)


class LinkGuess(models.Model):
    """Tokens that lead nowhere, counted by sender and ten minutes; shared, because no store is named."""

    address = models.CharField(max_length=45)
    window = models.DateTimeField()
    count = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["address", "window"], name="link_guess_window")]
