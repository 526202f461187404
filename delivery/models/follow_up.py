"""What is told, asked or called after a visit, by the store's rules."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from dealership.models import RowKey, StoreModel, Visit


class FollowUpRule(StoreModel):
    """A store's own form of a rule of `delivery.follow_ups.RULES`; without a row the product's form holds."""

    code = models.CharField(_("rule"), max_length=30)
    on = models.BooleanField(_("on"), default=True)
    days = models.PositiveSmallIntegerField(_("days later"), default=0)
    minutes = models.PositiveIntegerField(_("minutes later"), default=0)
    at = models.TimeField(_("at"), null=True, blank=True)
    changed_at = models.DateTimeField()
    by = RowKey("dealership.Staff", null=True)

    class Meta:
        verbose_name = _("follow-up rule")
        verbose_name_plural = _("follow-up rules")
        constraints = [models.UniqueConstraint(fields=["store", "code"], name="follow_up_rule_once")]


class FollowUp(StoreModel):
    """One due thing of a visit: a message to queue, or a call to make. Written by `delivery.actions.follow_ups`.

    `slot` tells several of one rule apart (an advice's id, the date of the next service); once by rule, visit, slot.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Planned")
        DUE = "due", _("To be called")
        DONE = "done", _("Done")
        CANCELLED = "cancelled", _("Cancelled")

    class Result(models.TextChoices):
        REACHED = "reached", _("Reached")
        NO_ANSWER = "no_answer", _("No answer")
        LATER = "later", _("Call again later")
        NOT_WANTED = "not_wanted", _("Does not want calls")

    visit = RowKey(Visit)
    rule = models.CharField(_("rule"), max_length=30)
    slot = models.CharField(max_length=60, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.WAITING)
    due_at = models.DateTimeField(_("due"))

    message = RowKey("dealership.Message", null=True, blank=True)
    result = models.CharField(_("result"), max_length=10, choices=Result.choices, blank=True)
    note = models.CharField(_("note"), max_length=200, blank=True)
    done_at = models.DateTimeField(_("done"), null=True, blank=True)
    by = RowKey("dealership.Staff", null=True, blank=True)

    class Meta:
        verbose_name = _("follow-up")
        verbose_name_plural = _("follow-ups")
        constraints = [models.UniqueConstraint(fields=["store", "rule", "visit", "slot"], name="follow_up_once")]
        indexes = [
            models.Index(fields=["store", "due_at"], condition=models.Q(state="waiting"), name="follow_up_waiting"),
            models.Index(fields=["store", "due_at", "rule"], condition=models.Q(state="due"), name="follow_up_due"),
            models.Index(fields=["store", "visit"], name="follow_up_visit"),
        ]
