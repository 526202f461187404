"""Plans to improve a touchpoint: plan, do, check, act."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from dealership.models import RowKey, StoreModel
from feedback.models.weak import RootCause, WeakItem


class Plan(StoreModel):
    """A measure with an owner, dates and a figure by which it is judged. Moved only by `feedback.actions.plans`."""

    class Phase(models.TextChoices):
        PLAN = "plan", _("Plan")
        DO = "do", _("Carry out")
        CHECK = "check", _("Check")
        ACT = "act", _("Act")
        CLOSED = "closed", _("Closed")

    class Reading(models.TextChoices):
        EXECUTION = "execution", _("Execution")
        SELF_CHECK = "self_check", _("Self-check")
        CUSTOMER = "customer", _("Customers")

    class Department(models.TextChoices):
        FRONT_DESK = "front_desk", _("Front desk")
        WORKSHOP = "workshop", _("Workshop")
        PARTS = "parts", _("Parts department")
        CASHIER = "cashier", _("Cashier")
        GATE = "gate", _("Gate")
        CARE = "care", _("Customer care")

    class Verdict(models.TextChoices):
        BETTER = "better", _("Better")
        SAME = "same", _("No change shown")
        WORSE = "worse", _("Worse")

    class Outcome(models.TextChoices):
        STANDARD = "standard", _("Made standard")
        REOPENED = "reopened", _("Taken up again")
        DROPPED = "dropped", _("Dropped")

    weak_item = RowKey(WeakItem, null=True, blank=True)
    cause = RowKey(RootCause, null=True, blank=True)
    touchpoint = models.CharField(_("touchpoint"), max_length=4)
    measure = models.CharField(_("kind of measure"), max_length=32, blank=True)
    title = models.CharField(_("what is to change"), max_length=80)
    why = models.CharField(_("why it matters"), max_length=200, blank=True)
    reading = models.CharField(_("measured by"), max_length=10, choices=Reading.choices, default=Reading.EXECUTION)
    baseline = models.DecimalField(_("figure today"), max_digits=4, decimal_places=2, null=True)
    target = models.DecimalField(_("figure to reach"), max_digits=4, decimal_places=2)
    start_on = models.DateField(_("starts on"))
    review_on = models.DateField(_("checked on"))
    owner = RowKey("dealership.Staff")
    department = models.CharField(_("department"), max_length=12, choices=Department.choices)
    phase = models.CharField(_("phase"), max_length=8, choices=Phase.choices, default=Phase.PLAN)
    cycle = models.PositiveSmallIntegerField(_("round"), default=1)

    checked_at = models.DateTimeField(null=True, blank=True)
    checked_by = RowKey("dealership.Staff", null=True, blank=True)
    verdict = models.CharField(_("result"), max_length=8, choices=Verdict.choices, blank=True)
    before_n = models.PositiveIntegerField(null=True)
    before_mean = models.DecimalField(max_digits=4, decimal_places=2, null=True)
    after_n = models.PositiveIntegerField(null=True)
    after_mean = models.DecimalField(max_digits=4, decimal_places=2, null=True)
    # 95 % interval of after minus before.
    low = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    high = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    outcome = models.CharField(_("outcome"), max_length=8, choices=Outcome.choices, blank=True)

    # 0 with its owner, 1 climbed to the manager, 2 to the chain; the moment at which it climbs next.
    level = models.PositiveSmallIntegerField(default=0)
    climb_at = models.DateTimeField(null=True, blank=True)
    made_at = models.DateTimeField()
    made_by = RowKey("dealership.Staff")
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("plan")
        verbose_name_plural = _("plans")
        ordering = ["review_on"]
        indexes = [
            models.Index(fields=["store", "phase", "review_on"], name="plan_phase"),
            models.Index(fields=["store", "touchpoint"], name="plan_touchpoint"),
            models.Index(fields=["store", "climb_at"], condition=models.Q(climb_at__isnull=False), name="plan_climb"),
        ]


class PlanStep(StoreModel):
    """One thing to do for a plan, by whom and by when; `remind_at` is emptied when its owner was reminded."""

    plan = RowKey(Plan)
    position = models.PositiveSmallIntegerField(default=0)
    text = models.CharField(_("what to do"), max_length=120)
    owner = RowKey("dealership.Staff")
    due_on = models.DateField(_("due by"))
    remind_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(_("done"), null=True, blank=True)
    done_by = RowKey("dealership.Staff", null=True, blank=True)

    class Meta:
        ordering = ["position", "due_on"]
        indexes = [
            models.Index(fields=["store", "plan"], name="plan_step_plan"),
            models.Index(fields=["store", "owner", "due_on"], condition=models.Q(done_at=None), name="plan_step_open"),
            models.Index(
                fields=["store", "remind_at"], condition=models.Q(remind_at__isnull=False), name="plan_step_remind"
            ),
        ]


class PlanChange(StoreModel):
    """A move of a plan from one phase to another, and what was said."""

    plan = RowKey(Plan)
    at = models.DateTimeField()
    by = RowKey("dealership.Staff", null=True)
    source = models.CharField(max_length=8, choices=Plan.Phase.choices, blank=True)
    target = models.CharField(max_length=8, choices=Plan.Phase.choices)
    words = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["store", "plan", "at"], name="plan_change_plan")]
