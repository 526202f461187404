"""Recalls and campaigns of the maker, as the store enters them."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from dealership.models import RowKey, StoreModel


class Campaign(StoreModel):
    """Work that the maker pays for some cars: named by VIN, or by words of the model and years of make."""

    class Kind(models.TextChoices):
        RECALL = "recall", _("Recall")
        CAMPAIGN = "campaign", _("Maker's campaign")

    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices)
    code = models.CharField(_("number"), max_length=30)
    title = models.CharField(_("what is done"), max_length=120)
    say = models.CharField(_("what to say"), max_length=200, blank=True)
    since = models.DateField(_("from"))
    until = models.DateField(_("until"), null=True, blank=True)

    vins = ArrayField(models.CharField(max_length=17), default=list, blank=True, verbose_name=_("VIN"))
    fits = models.TextField(_("models"), blank=True)
    year_from = models.PositiveSmallIntegerField(_("from year"), null=True, blank=True)
    year_to = models.PositiveSmallIntegerField(_("to year"), null=True, blank=True)

    operation = models.CharField(_("operation of the price book"), max_length=20, blank=True)
    minutes = models.PositiveSmallIntegerField(_("minutes"), default=60)
    active = models.BooleanField(_("in force"), default=True)

    class Meta:
        verbose_name = _("campaign")
        verbose_name_plural = _("campaigns")
        ordering = ["-since", "code"]
        constraints = [models.UniqueConstraint(fields=["store", "code"], name="campaign_code")]


class CampaignDone(StoreModel):
    """A car on which a campaign was done, here or elsewhere: it is not offered again."""

    campaign = RowKey(Campaign)
    vehicle = RowKey("dealership.Vehicle")
    visit = RowKey("dealership.Visit", null=True, blank=True)
    at = models.DateTimeField()
    by = RowKey("dealership.Staff", null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["store", "campaign", "vehicle"], name="campaign_done_once")]
        indexes = [models.Index(fields=["store", "vehicle"], name="campaign_done_vehicle")]
