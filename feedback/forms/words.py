"""The texts of a step as they are typed: one field for each language and text, `zh-hans-script`."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from django.utils.dateparse import parse_date

from dealership.queries.versions import Words
from dealership.standard.data import LANGUAGES


def texts_from(post: Mapping[str, str], words: Words) -> dict[str, dict[str, str]]:
    """Return language → field → text of what the form holds; a language that it lacks is left out."""
    found = {
        language: {name: post[f"{language}-{name}"] for name in words.fields if f"{language}-{name}" in post}
        for language in LANGUAGES
    }
    return {language: fields for language, fields in found.items() if fields}


def language_from(post: Mapping[str, str], default: str) -> str:
    """Return the language whose tab is open."""
    chosen = post.get("language", "")
    return chosen if chosen in LANGUAGES else default


def id_from(text: str) -> UUID | None:
    """Return the id that a form or an address names, None for nonsense."""
    try:
        return UUID(text)
    except ValueError:
        return None


def day_from(text: str) -> date | None:
    """Return the date of a date field, None for nonsense."""
    try:
        return parse_date(text)
    except ValueError:
        return None
