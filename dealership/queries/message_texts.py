"""A store's own texts: what stands there now, what is wrong with a new one, how it will read."""

import re
import tomllib
from dataclasses import dataclass
from functools import cache

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dealership import wiring
from dealership.channels import channel as channel_of
from dealership.models import MessageTemplate, Store, Visit
from dealership.queries.message_rules import TEXT_KINDS, kinds_on
from dealership.queries.message_samples import SAMPLES
from dealership.queries.message_words import KIND_WORDS
from dealership.queries.messages import fill, product_text, variables_of
from dealership.sms import SmsLength, length
from dealership.standard.data import FOLDER

TEXT_CHANNELS = tuple(name for name in wiring.CHANNELS if name != "console")
"""Channels with a text of their own; the worker's log prints what a person would send."""
LANGUAGES = tuple(SAMPLES)
LONGEST_SMS = 4
"""An SMS of more segments is refused: it costs as many times over, and nobody reads it."""
LONGEST = 1000
LINK_PLACE = "/v/…"

VARIABLE_WORDS = {
    "customer": gettext_lazy("Customer"),
    "plate": gettext_lazy("Plate"),
    "store": gettext_lazy("Store"),
    "store_phone": gettext_lazy("Store's phone"),
    "advisor": gettext_lazy("Advisor"),
    "advisor_phone": gettext_lazy("Advisor's phone"),
    "link": gettext_lazy("Link"),
    "appointment_time": gettext_lazy("Agreed time"),
    "lane": gettext_lazy("Lane"),
    "amount": gettext_lazy("Amount"),
    "ready_time": gettext_lazy("Ready time"),
    "promised": gettext_lazy("Promised time"),
    "answer_by": gettext_lazy("Answer by"),
    "reason": gettext_lazy("Reason"),
    "arrival_time": gettext_lazy("Arrival"),
    "next_date": gettext_lazy("Next service, date"),
    "next_km": gettext_lazy("Next service, km"),
    "advice": gettext_lazy("Advice"),
    "code": gettext_lazy("Six-digit code"),
    "minutes": gettext_lazy("Minutes it is good for"),
}


@dataclass(frozen=True)
class Fault:
    """What is wrong with a text: a stable code, the field at fault, and a sentence that says what to do."""

    code: str
    field: str
    sentence: str


@dataclass(frozen=True)
class Preview:
    """How a text reads for one customer. `sms` is None where the channel counts no segments."""

    subject: str
    body: str
    sms: SmsLength | None
    faults: list[Fault]


@dataclass(frozen=True)
class Variable:
    """A chip: what to insert, in words, and what it looks like."""

    name: str
    words: str
    sample: str

    @property
    def token(self) -> str:
        """How it stands in the text."""
        return f"{{{self.name}}}"


@dataclass(frozen=True)
class KindRow:
    """A kind of message in a store's list; a `fixed` one is always sent."""

    kind: str
    words: str
    on: bool
    needs_answer: bool
    own: int
    fixed: bool


def kind_rows(store: Store) -> list[KindRow]:
    """Return every kind to customers: sent or not, and how many texts of it are the store's own. Two queries."""
    on = dict.fromkeys(TEXT_KINDS, True) | kinds_on(store)
    texts = MessageTemplate.objects.filter(kind__in=on).values_list("kind", "channel", "language").distinct()
    kinds = [kind for kind, _channel, _language in texts]
    rules = wiring.MESSAGE_KINDS
    return [
        KindRow(
            kind, str(KIND_WORDS[kind]), on[kind], rules[kind].needs_answer, kinds.count(kind), rules[kind].bare
        )
        for kind in TEXT_KINDS
    ]  # fmt: skip


def versions_of(*, kind: str, channel: str, language: str) -> list[MessageTemplate]:
    """Return the store's texts of this kind, channel and language, the newest first."""
    rows = MessageTemplate.objects.filter(kind=kind, channel=channel, language=language)
    return list(rows.select_related("by").order_by("-version"))


def product_wording(*, kind: str, channel: str, language: str) -> tuple[str, str]:
    """Return the product's subject and text with its variables in braces: what a store begins its own from."""
    names = {name: f"{{{name}}}" for name in wiring.MESSAGE_KINDS[kind].variables}
    return product_text(kind=kind, channel=channel, language=language, variables=names)


def variables_for(kind: str, language: str) -> list[Variable]:
    """Return the chips of a kind."""
    names = wiring.MESSAGE_KINDS[kind].variables
    return [Variable(name, str(VARIABLE_WORDS[name]), SAMPLES[language][name]) for name in names]


def preview_of(
    *, kind: str, channel: str, language: str, subject: str, body: str, visit: Visit | None = None
) -> Preview:
    """Return how a text reads with the sample's values or those of a visit; nothing is written, no link is made."""
    values = sample_values(kind, language, visit)
    body = body.replace("\r\n", "\n")
    filled = fill(subject, values), fill(body, values)
    faults = faults_of(kind=kind, channel=channel, language=language, subject=subject, body=body)
    return Preview(*filled, length(filled[1]) if is_sms(channel) else None, faults)


def sample_values(kind: str, language: str, visit: Visit | None = None) -> dict[str, str]:
    """Return variable → text: of the visit where it knows it, else of the sample."""
    names = wiring.MESSAGE_KINDS[kind].variables
    sample = {name: SAMPLES[language][name] for name in names}
    if visit is None:
        return sample
    known = variables_of(visit, kind=kind, language=language, now=timezone.now(), given={})
    # The visit has not happened yet for what only the fact itself brings (an amount, a reason).
    return sample | {name: text for name, text in known.items() if text or name in ("customer", "advisor")}


def faults_of(*, kind: str, channel: str, language: str, subject: str, body: str) -> list[Fault]:
    """Return what is wrong with a text, in the order in which a person would mend it; empty when it is well."""
    text = body.strip()
    if not text:
        return [Fault("text.empty", "body", _("Write the text."))]
    faults = []
    if channel == "email" and not subject.strip():
        faults.append(Fault("text.subject", "subject", _("An e-mail needs a subject.")))
    for field, value in (("subject", subject), ("body", text)):
        faults += _brace_faults(field, value, kind) + _phrase_faults(field, value, language)
    return faults + _length_faults(kind, channel, language, text)


def is_sms(channel: str) -> bool:
    """Tell whether this channel counts segments."""
    return channel_of(channel).kind == "sms"


def _brace_faults(field: str, text: str, kind: str) -> list[Fault]:
    names = wiring.MESSAGE_KINDS[kind].variables
    unknown = [name for name in re.findall(r"\{([^{}\n]*)\}", text) if name not in names]
    if unknown:
        sentence = _("{%(name)s} is no variable of this message. Tap a chip to insert one.") % {"name": unknown[0]}
        return [Fault("text.variable", field, sentence)]
    if re.search(r"[{}]", re.sub(r"\{[^{}\n]*\}", "", text)):
        return [Fault("text.brace", field, _("A brace is open or left over. A variable stands as {plate}."))]
    return []


def _phrase_faults(field: str, text: str, language: str) -> list[Fault]:
    wording = re.sub(r"\{\w*\}|https?://\S+", "", text)
    found = next((hit[0] for pattern in phrases(language) if (hit := pattern.search(wording))), "")
    if not found:
        return []
    sentence = _("We do not say “%(words)s” to customers. Say it differently.") % {"words": found}
    return [Fault("text.avoid", field, sentence)]


def _length_faults(kind: str, channel: str, language: str, text: str) -> list[Fault]:
    if len(text) > LONGEST:
        return [Fault("text.long", "body", _("At most %(count)d characters.") % {"count": LONGEST})]
    if is_sms(channel) and length(fill(text, sample_values(kind, language))).segments > LONGEST_SMS:
        return [
            Fault("text.long", "body", _("An SMS has at most %(count)d parts. Shorten it.") % {"count": LONGEST_SMS})
        ]
    return []


@cache
def phrases(language: str) -> tuple[re.Pattern[str], ...]:
    """Return what nobody says to a customer in `language`. Words of another region pass: a name may hold them."""
    with (FOLDER / "avoid.toml").open("rb") as file:
        return tuple(re.compile(pattern, re.IGNORECASE) for pattern in tomllib.load(file)[language]["phrases"])
