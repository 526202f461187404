"""Roll-ups of scores, and what a store sets about them: weights, influence, targets, dated changes."""

from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from dealership.models import RowKey, StoreModel


class DailyScore(StoreModel):
    """One touchpoint of a store-day, or (`touchpoint` "") the whole day; of one advisor, or (None) of everybody.

    Written only by `feedback.actions.scores.recompute`, whole, from `TouchpointRecord` and the other two readings.
    `n`, `total` and `squares` are those of the execution scores (mean = total / n) and, in the row of the whole day,
    `n` counts visits. Check and customer are sums of the 28 days that end with `day` (`said_named`: of `said_n`, how
    many named the touchpoint). `figure` is the single figure, 0.0 to 10.0, None where no reading is left.
    """

    day = models.DateField()
    touchpoint = models.CharField(max_length=4, blank=True)
    advisor = RowKey("dealership.Staff", null=True, blank=True)

    n = models.PositiveIntegerField(default=0)
    total = models.DecimalField(max_digits=12, decimal_places=2, default=Decimal(0))
    squares = models.DecimalField(max_digits=14, decimal_places=4, default=Decimal(0))
    steps = models.PositiveIntegerField(default=0)
    live = models.PositiveIntegerField(default=0)
    late = models.PositiveIntegerField(default=0)
    bulk = models.PositiveIntegerField(default=0)
    skipped = models.PositiveIntegerField(default=0)

    check_n = models.PositiveIntegerField(default=0)
    check_total = models.DecimalField(max_digits=12, decimal_places=2, default=Decimal(0))
    said_n = models.PositiveIntegerField(default=0)
    said_total = models.DecimalField(max_digits=12, decimal_places=2, default=Decimal(0))
    said_named = models.PositiveIntegerField(default=0)
    figure = models.DecimalField(max_digits=3, decimal_places=1, null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["store", "advisor", "day", "touchpoint"], nulls_distinct=False, name="daily_score_once"
            )
        ]
        indexes = [
            models.Index(
                fields=["store", "day", "touchpoint"],
                condition=models.Q(advisor=None),
                include=["n", "total", "squares", "figure"],
                name="daily_score_store",
            )
        ]


class ScoreSetting(StoreModel):
    """How a store weighs the three readings (per cent, together 100), and whether persons are ranked."""

    execution_weight = models.PositiveSmallIntegerField(_("weight of execution"), default=25)
    check_weight = models.PositiveSmallIntegerField(_("weight of self-check"), default=25)
    customer_weight = models.PositiveSmallIntegerField(_("weight of customers"), default=50)
    ranking = models.BooleanField(_("persons are ranked"), default=False)
    changed_at = models.DateTimeField()
    by = RowKey("dealership.Staff", null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["store"], name="score_setting_once")]


class Influence(StoreModel):
    """How much a touchpoint weighs on the customer's experience here; without a row the standard's figure counts."""

    touchpoint = models.CharField(max_length=4)
    value = models.PositiveSmallIntegerField(_("influence"), validators=[MinValueValidator(1), MaxValueValidator(5)])
    at = models.DateTimeField()
    by = RowKey("dealership.Staff", null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["store", "touchpoint"], name="influence_once")]


class Target(StoreModel):
    """A figure to reach, or the one from which a store set out, with its source. A newer `since` replaces an older."""

    class Kind(models.TextChoices):
        TARGET = "target", _("Target")
        BASELINE = "baseline", _("Baseline")

    class Source(models.TextChoices):
        INDUSTRY = "industry", _("Our industry")
        OTHER_TRADE = "other_trade", _("Another trade")
        CUSTOMERS = "customers", _("Our customers")
        THIRD_PARTY = "third_party", _("A third party")
        OWN = "own", _("Our own figures")

    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices)
    figure = models.CharField(_("figure"), max_length=24)
    touchpoint = models.CharField(_("touchpoint"), max_length=4, blank=True)
    value = models.DecimalField(_("figure value"), max_digits=8, decimal_places=2)
    source = models.CharField(_("source"), max_length=12, choices=Source.choices)
    note = models.CharField(_("where it stands"), max_length=200, blank=True)
    since = models.DateField(_("from"))
    at = models.DateTimeField()
    by = RowKey("dealership.Staff", null=True)

    class Meta:
        ordering = ["figure", "touchpoint", "-since"]
        constraints = [
            models.UniqueConstraint(fields=["store", "figure", "touchpoint", "kind", "since"], name="target_once")
        ]


class DatedChange(StoreModel):
    """Something that changed in the store on a day; figures are compared before and after it."""

    day = models.DateField(_("date"))
    touchpoint = models.CharField(_("touchpoint"), max_length=4, blank=True)
    title = models.CharField(_("what changed"), max_length=120)
    at = models.DateTimeField()
    by = RowKey("dealership.Staff", null=True)

    class Meta:
        ordering = ["-day"]
        indexes = [models.Index(fields=["store", "day"], name="dated_change_day")]
