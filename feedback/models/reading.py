"""What customers say of a visit, as far as scores need it: the gap to what they expected, and facts they confirm."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from dealership.models import RowKey, StoreModel
from dealership.stages import Stage


class CustomerReading(StoreModel):
    """One answer: how a stage (or one touchpoint of it) was against what the customer had expected.

    `gap` is -2 (much worse) to +2 (much better) and counts 2.5 x (gap + 2). `day` is the business day of the answer.
    """

    class Source(models.TextChoices):
        SURVEY = "survey", _("Survey")
        CALL = "call", _("Follow-up call")
        IMPORT = "import", _("File of the maker")

    visit = RowKey("dealership.Visit")
    stage = models.CharField(_("stage"), max_length=12, choices=Stage.choices)
    touchpoint = models.CharField(_("touchpoint"), max_length=4, blank=True)
    gap = models.SmallIntegerField(_("gap"), validators=[MinValueValidator(-2), MaxValueValidator(2)])
    source = models.CharField(_("source"), max_length=8, choices=Source.choices)
    at = models.DateTimeField()
    day = models.DateField()
    by = RowKey("dealership.Staff", null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["store", "visit", "stage", "touchpoint", "source"], name="reading_once"),
            models.CheckConstraint(condition=models.Q(gap__range=(-2, 2)), name="reading_gap"),
        ]
        indexes = [models.Index(fields=["store", "day"], name="reading_day")]


class CrossCheck(StoreModel):
    """A fact of a visit, drawn at random, that the customer is asked about (`feedback.questions`)."""

    class Answer(models.TextChoices):
        YES = "yes", _("Yes")
        NO = "no", _("No")
        UNSURE = "unsure", _("I cannot say")

    visit = RowKey("dealership.Visit")
    question = models.SlugField(max_length=40, db_index=False)
    touchpoint = models.CharField(max_length=4)
    step = models.CharField(max_length=32)
    drawn_at = models.DateTimeField()
    answer = models.CharField(_("answer"), max_length=6, choices=Answer.choices, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    # Business day of the answer.
    day = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["store", "visit", "question"], name="cross_check_once")]
        indexes = [models.Index(fields=["store", "day"], condition=~models.Q(answer=""), name="cross_check_day")]
