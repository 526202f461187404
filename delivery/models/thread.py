"""What customer and advisor write to each other beside the link."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from dealership.models import RowKey, StoreModel, Visit


class ThreadMessage(StoreModel):
    """A line of the conversation of a visit. `by` is None where the customer wrote it; its id is the form's."""

    class Kind(models.TextChoices):
        WORDS = "words", _("Message")
        NOT_SATISFIED = "not_satisfied", _("Not satisfied")

    visit = RowKey(Visit)
    kind = models.CharField(_("kind"), max_length=14, choices=Kind.choices, default=Kind.WORDS)
    text = models.CharField(_("text"), max_length=500)
    at = models.DateTimeField(_("at"))
    by = RowKey("dealership.Staff", null=True, blank=True)
    # When it has to be answered, by the customer's level; None for what the store wrote.
    answer_due_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("message of the conversation")
        verbose_name_plural = _("messages of the conversation")
        ordering = ["at", "id"]
        indexes = [
            models.Index(fields=["store", "visit", "at"], name="thread_visit"),
            models.Index(
                fields=["store", "answer_due_at"],
                condition=models.Q(by=None, answered_at=None),
                name="thread_unanswered",
            ),
        ]
