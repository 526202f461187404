"""Files that are read into the store: prices, orders of the maker's system, appointments."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from dealership.models import RowKey, StoreModel


class ImportRun(StoreModel):
    """A file and what became of it. First a dry run that names every bad row; the good ones go in when told to.

    `columns`: our field -> heading of the file. `bad`: [{"row", "field", "value", "reason"}], row 2 is the first under
    the headings. `result`: counts by what was done, such as {"new": 3, "changed": 2, "same": 40}.
    """

    class Kind(models.TextChoices):
        PRICES = "prices", _("Price book")
        ORDERS = "orders", _("Orders of the maker's system")
        APPOINTMENTS = "appointments", _("Appointments")

    class State(models.TextChoices):
        READ = "read", _("To be checked")
        CHECKED = "checked", _("Checked")
        TAKING = "taking", _("Being taken in")
        DONE = "done", _("Taken in")
        FAILED = "failed", _("Could not be read")

    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    name = models.CharField(_("file"), max_length=120)
    file = models.FileField(max_length=200)
    columns = models.JSONField(default=dict)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.READ)
    rows = models.PositiveIntegerField(_("rows"), default=0)
    done = models.PositiveIntegerField(_("rows done"), default=0)
    bad = models.JSONField(default=list)
    result = models.JSONField(default=dict)
    failure = models.CharField(_("failure"), max_length=300, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)

    made_at = models.DateTimeField(_("read"))
    by = RowKey("dealership.Staff", null=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-made_at", "-id"]
        indexes = [
            models.Index(fields=["store", "made_at"], name="import_made"),
            models.Index(
                fields=["store", "state"], condition=models.Q(state__in=["read", "taking"]), name="import_waiting"
            ),
        ]


class ImportColumns(StoreModel):
    """The headings that a store's files use, remembered from the last file of the kind."""

    kind = models.CharField(max_length=12, choices=ImportRun.Kind.choices)
    columns = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["store", "kind"], name="import_columns_kind")]
