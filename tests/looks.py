"""What a screen must hold: right language, reachable targets, nothing wider than the page."""

import re
from collections.abc import Iterable

from django.apps import apps
from django.db import models
from django_scopes import scopes_disabled

from dealership.plates import PROVINCES, describe

HAN = re.compile(r"[\u3400-\u9fff]+")
LATIN = re.compile(r"[A-Za-z]{2,}")

KEPT_LATIN = frozenset(
    [
        "demo",
        "Ah",
        "cm",
        "km",
        "kWh",
        "VIN",
        "DMS",
        "PIN",
        "SMS",
        "JT",
        "CNY",
        "OK",
        "GA",
        "AGM",
        "LED",
        "BEV",
        "PHEV",
        "CVT",
        "App",
        "English",
        "API",
        "XLSX",
        "ID",
        "VIP",
        "SVIP",
        "SUV",
        "min",
        "csv",
        "CSV",
        "Excel",
        "xlsx",
        "xls",
        "MB",
        "http",
        "https",
        "localhost",
        "POST",
        "WeChat",
        "hq",
        "west",
        "Tiguan",
        "QR",
        "Twilio",
        "Plate",
        "Recognizer",
        "Stream",
        # Domains that are nobody's, in examples and in the demo's addresses.
        "example",
        "com",
        "cn",
    ]
)
"""Latin words that a Chinese screen may show: units, names of formats and trade abbreviations."""

KEPT_HAN = frozenset({"简体中文", "繁體中文", *PROVINCES})
"""Names of languages stand in their own language, the provinces of plates as they are painted."""

DATA_FIELDS = {
    "Customer": ["name", "company", "email", "wishes"],
    "Vehicle": ["make", "model", "plate", "vin"],
    "Staff": ["name", "username", "email"],
    "Store": ["name", "address", "brand", "code", "province"],
    "Bay": ["name"],
    "Device": ["name"],
    "ImportRun": ["name"],
    "LoanerCar": ["plate", "model"],
    "Loan": ["driver", "deposit_note", "out_damage", "back_damage"],
    "AccidentCase": ["insurer", "claim_no", "adjuster"],
    "DropOff": ["key_box", "place", "note"],
    "RushWeek": ["name"],
    "OutsideAudit": ["organisation", "note"],
    "Proposal": ["reason", "decided_words"],
    "Standard": ["reason"],
    "Target": ["note"],
}
"""Fields that hold names, which no language changes."""

NAMED_ONCE = (("OpenAdvice", "texts"), ("LabourOperation", "names"), ("Part", "names"), ("Package", "names"))
"""Texts by language: what somebody wrote in one language only is data."""

SETTLED = """async (least) => {
  // At least so many ms, then until nothing is fetched into the page and nothing moves, twice in a row.
  const moves = (a) => a.playState === 'running' && a.effect?.getComputedTiming().endTime !== Infinity;
  const fetched = '.htmx-request, .htmx-swapping, .htmx-settling, .htmx-added';
  const busy = () => document.querySelector(fetched) || document.getAnimations().some(moves);
  const rest = (ms) => new Promise((done) => setTimeout(() => requestAnimationFrame(done), ms));
  await rest(least);
  for (let quiet = 0, turns = 0; quiet < 2 && turns < 60; turns += 1) {
    quiet = busy() ? 0 : quiet + 1;
    await rest(40);
  }
}"""

VIOLATIONS = """async () => {
  const { violations } = await axe.run({ resultTypes: ['violations'] });
  return violations.map((v) => `${v.id}: ${v.nodes[0].html.slice(0, 120)}`);
}"""

OWN_TEXT = """() => {
  // What stands in another language on purpose says so: a message in the customer's language.
  const other = [...document.querySelectorAll('body [lang]')].filter((e) => e.lang !== document.documentElement.lang);
  for (const e of other) e.hidden = true;
  return document.body.innerText;
}"""

SMALL_TARGETS = """(least) => [...document.querySelectorAll(
  'a[href], button, input:not([type=hidden]), select, textarea, summary, [role=button]')]
  .filter((e) => {
    const s = getComputedStyle(e), r = e.getBoundingClientRect();
    if (!r.width || !r.height || s.visibility === 'hidden' || s.opacity === '0') return false;
    if (e.closest('.rx-skip, [hidden], [inert], .swagger-ui')) return false;
    // A control inside a label or row is as large as what takes its tap.
    const whole = e.closest('label, .rx-target') ?? e;
    const b = whole.getBoundingClientRect();
    const inText = e.matches('a') && s.display === 'inline' && e.closest('p, li, dd') && !e.closest('nav');
    if (inText) return false;
    return b.width < least - 0.5 || b.height < least - 0.5;
  })
  .map((e) => `${e.tagName}.${e.className} ${e.textContent.trim().slice(0, 30)} ` +
    `${Math.round(e.getBoundingClientRect().width)}x${Math.round(e.getBoundingClientRect().height)}`)"""


def data_words() -> list[str]:
    """Return every text that is data (names, plates, what people typed), the longest first."""
    words: set[str] = set()
    with scopes_disabled():
        for model in apps.get_models():
            names = DATA_FIELDS.get(model.__name__) or typed_fields(model)
            for name in names:
                words.update(str(value) for value in model._base_manager.values_list(name, flat=True) if value)
        for name, field in NAMED_ONCE:
            named = apps.get_model("reception", name)._base_manager.values_list(field, flat=True)
            words.update(text for texts in named for text in texts.values() if len(texts) == 1)
    words |= {describe(plate).display for plate in words if describe(plate).known}
    surnames = {word[:size] for word in words for size in (1, 2) if HAN.fullmatch(word) and len(word) <= 4}
    return sorted(words | surnames, key=len, reverse=True)


def typed_fields(model: type[models.Model]) -> Iterable[str]:
    """Return the free text fields of our own tables."""
    if model._meta.app_label not in {"dealership", "reception", "inspection", "delivery", "feedback"}:
        return []
    wanted = (
        "code",
        "title",
        "reason",
        "words",
        "why",
        "wish",
        "concern",
        "preparation",
        "close_reason",
        "note",
        "text",
        "label",
        "quote_note",
        "key_tag",
        "number",
        "reference",
    )
    return [
        f.name
        for f in model._meta.concrete_fields
        if isinstance(f, models.CharField | models.TextField) and f.name in wanted
    ]


def strays(text: str, language: str, data: Iterable[str]) -> list[str]:
    """Return words of the wrong language in `text`, data left out."""
    for word in data:
        text = text.replace(word, " ")
    if language == "en":
        return sorted({found for found in HAN.findall(text) if found not in KEPT_HAN})
    return sorted({found for found in LATIN.findall(text) if found not in KEPT_LATIN})
