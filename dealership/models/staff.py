"""Accounts of people, what they do in which store, and the devices and tokens they use."""

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _

from dealership.uuids import uuid7


class Role(models.TextChoices):
    """Roles of a membership (`chain` reads several stores; `admin` has no business rights and no membership)."""

    GUARD = "guard", _("Guard")
    ADVISOR = "advisor", _("Service advisor")
    TECHNICIAN = "technician", _("Technician")
    CONTROLLER = "controller", _("Workshop controller")
    CASHIER = "cashier", _("Cashier")
    SUPERVISOR = "supervisor", _("Front-desk supervisor")
    MANAGER = "manager", _("Service manager")
    CARE = "care", _("Customer care")
    CHAIN = "chain", _("Chain manager")


class Duty(models.TextChoices):
    """Duties are tags on a membership, not roles."""

    PARTS = "parts", _("Parts")
    CLAIMS = "claims", _("Claims")
    WASH = "wash", _("Wash")
    HV = "hv", _("High voltage")
    ESTIMATOR = "estimator", _("Accident estimator")


class Staff(AbstractUser):
    """One account of a person, in as many stores and roles as there are memberships."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(_("name"), max_length=60)
    language = models.CharField(_("language"), max_length=8, default="zh-hans")
    phone = models.CharField(_("phone"), max_length=32, blank=True)
    pin = models.CharField(_("PIN (hashed)"), max_length=128, blank=True, editable=False)
    is_demo = models.BooleanField(_("demo account"), default=False, editable=False)

    # One name as it is written, not two as the library has them.
    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    REQUIRED_FIELDS = ["name", "email"]

    class Meta:
        verbose_name = _("staff member")
        verbose_name_plural = _("staff")

    def __str__(self) -> str:
        return self.name or self.username

    def get_full_name(self) -> str:
        """Return the display name."""
        return self.name

    def get_short_name(self) -> str:
        """Return the one character or letter that stands in an avatar."""
        return (self.name or self.username)[:1]


class Membership(models.Model):
    """What a person does in a store. One row per role."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    store = models.ForeignKey("dealership.Store", models.PROTECT, related_name="memberships")
    staff = models.ForeignKey(Staff, models.CASCADE, related_name="memberships")
    role = models.CharField(_("role"), max_length=12, choices=Role.choices)
    duties = models.JSONField(_("duties"), default=list, blank=True)

    on_duty_since = models.DateTimeField(_("on duty since"), null=True, blank=True)
    last_turn_at = models.DateTimeField(_("last car given at"), null=True, blank=True)

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [models.UniqueConstraint(fields=["store", "staff", "role"], name="membership_once")]

    def __str__(self) -> str:
        return f"{self.staff} · {self.get_role_display()}"


class Device(models.Model):
    """A tablet, gate screen or gate camera of a store.

    A screen is enrolled once by `dealership.actions.devices.enrol`. A camera is made with its key by
    `reception.actions.cameras`; `adapter` names how its maker writes, `lane` where it stands.
    """

    class Kind(models.TextChoices):
        SCREEN = "screen", _("Tablet or screen")
        CAMERA = "camera", _("Gate camera")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    store = models.ForeignKey("dealership.Store", models.PROTECT, related_name="devices")
    name = models.CharField(_("name"), max_length=60)
    kind = models.CharField(_("kind"), max_length=6, choices=Kind.choices, default=Kind.SCREEN)
    adapter = models.CharField(_("way of writing"), max_length=20, blank=True)
    lane = models.CharField(_("lane"), max_length=20, blank=True)
    at_exit = models.BooleanField(_("at the exit"), default=False)
    seen_at = models.DateTimeField(_("last heard of"), null=True, blank=True, editable=False)

    code_hash = models.CharField(max_length=64, blank=True, editable=False)
    code_expires_at = models.DateTimeField(null=True, blank=True, editable=False)
    secret_hash = models.CharField(max_length=64, blank=True, editable=False)
    invited_by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+")
    enrolled_at = models.DateTimeField(_("enrolled"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)

    class Meta:
        verbose_name = _("device")
        verbose_name_plural = _("devices")

    def __str__(self) -> str:
        return self.name


class DeviceUser(models.Model):
    """A person who has signed in on a device with the password and may switch to it with the PIN."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    device = models.ForeignKey(Device, models.CASCADE, related_name="users")
    staff = models.ForeignKey(Staff, models.CASCADE, related_name="+")
    failures = models.PositiveSmallIntegerField(default=0)
    last_used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["device", "staff"], name="device_user_once")]


class ApiToken(models.Model):
    """A Bearer token of one person on one device; only its SHA-256 is kept."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    staff = models.ForeignKey(Staff, models.CASCADE, related_name="tokens")
    device = models.ForeignKey(Device, models.CASCADE, null=True, related_name="tokens")
    name = models.CharField(_("name"), max_length=60, blank=True)
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(_("created"))
    expires_at = models.DateTimeField(_("expires"))
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")


class Heartbeat(models.Model):
    """The last sign of life of a process (`worker`, `beat`)."""

    name = models.CharField(max_length=20, primary_key=True)
    at = models.DateTimeField()
