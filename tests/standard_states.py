"""States of the store's standard that screens are looked at in: a draft, a proposal, an update of the product."""

from dataclasses import replace
from typing import TYPE_CHECKING

from django.utils import translation
from django_scopes import scope

from dealership.actions.drafts import add_step, draft_of, set_texts
from dealership.actions.standards import load
from dealership.models import Standard
from dealership.queries.versions import existing_draft
from feedback.actions.proposals import accept
from feedback.models import Proposal
from tests.cast import STANDARD

if TYPE_CHECKING:
    from tests.world import World

NEW_STEP = {
    "zh-hans": {"name": "递上一杯水", "behaviour": "双手递水。", "script": "您先喝口水。", "point": "看着客户说。"},
    "en": {"name": "Offer water", "behaviour": "With both hands.", "script": "Some water first?", "point": "Look up."},
}


def standard_page(world: "World", rest: str = "") -> str:
    """Return an address below the standard."""
    return f"/{world.store.code}/standard/{rest}"


def proposal_url(world: "World", state: str) -> str:
    """Return the address of the demo's proposal in `state` with the most said about it."""
    with scope(store=world.store):
        found = Proposal.objects.filter(state=state).order_by("at").first()
        if found is None:
            raise LookupError(f"The demo has no proposal that is {state}.")
        return standard_page(world, f"proposals/{found.pk}/")


def draft_url(world: "World") -> str:
    """Return the address of the draft: a proposal taken up, a text too long, a new step in two languages; once."""
    with scope(store=world.store), translation.override("zh-hans"):
        if existing_draft(world.store) is None:
            by = world.person("manager")
            taken = Proposal.objects.filter(state=Proposal.State.OPEN, touchpoint="2.4").first()
            if taken:
                accept(taken, by=by)
            draft = draft_of(world.store, by=by)
            long = {
                "script": "车窗我给您试一遍，"
                "有一点点不顺我也先记在单子上，再请技师查过，您平时要是发现哪里不顺，随时跟我说一声都可以的。"
            }
            set_texts(draft, touchpoint="1.5", step="controls", language="zh-hans", fields=long, by=by)
            add_step(draft, touchpoint="3.4", slug="own-1", role="advisor", texts=NEW_STEP, by=by)
    return standard_page(world, "draft/")


def compare_url(world: "World") -> str:
    """Return the address of the comparison: the product has a newer version with two scripts changed; once."""
    if not Standard.objects.filter(store=None, number=9).exists():
        texts = dict(STANDARD.texts)
        for language, text in texts.items():
            points = dict(text.touchpoints)
            for code, slug in (("3.4", "covers"), ("4.2", "demonstrate")):
                step = points[code].steps[slug]
                changed = replace(step, behaviour=points["1.4"].steps["introduce"].behaviour)
                points[code] = replace(points[code], steps={**points[code].steps, slug: changed})
            texts[language] = replace(text, touchpoints=points)
        load(replace(STANDARD, version=9, texts=texts))
    return standard_page(world, "compare/")
