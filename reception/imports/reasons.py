"""Why a row, or a whole file, cannot be taken: kept as a word, said in the reader's language."""

from collections.abc import Mapping
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from dealership.refused import Refused


class Reason(TextChoices):
    """Of a row."""

    MISSING = "missing", _("Empty, but needed.")
    TOO_LONG = "too_long", _("Longer than %(most)s characters.")
    NO_NUMBER = "no_number", _("Not a number.")
    TOO_SMALL = "too_small", _("Below %(least)s.")
    TOO_LARGE = "too_large", _("Above %(most)s.")
    PLACES = "places", _("More than %(places)s decimal places.")
    UNKNOWN_WORD = "unknown_word", _("Not one of the words known here: %(words)s.")
    NO_DATE = "no_date", _("Not a date.")
    NO_TIME = "no_time", _("Not a time of day.")
    NO_MOMENT = "no_moment", _("Not a date with a time.")
    TWICE = "twice", _("Said already in row %(row)s.")
    NOT_KEPT = "not_kept", _("The database did not take it. Check the row.")
    NO_THING = "no_thing", _("No operation or part has this code.")
    NO_PACKAGE = "no_package", _("No package has this code.")
    NO_CAR = "no_car", _("No car in the house has this VIN or plate.")
    OTHER_CAR = "other_car", _("The VIN and the plate belong to two different cars in the house.")
    OTHER_NUMBER = "other_number", _("This car is entered under %(number)s already.")
    NUMBER_USED = "number_used", _("Another car in the house carries this number: %(plate)s.")
    AGREED = "agreed", _("The customer has agreed to ¥%(amount)s. The line stays as agreed.")
    ANSWERED = "answered", _("The customer has said no to this line. It stays as answered.")
    SETTLED = "settled", _("This order is settled already.")


class Failure(TextChoices):
    """Of a file."""

    EMPTY = "import.empty", _("This file is empty. Choose another one.")
    TOO_LARGE = "import.too_large", _("This file is larger than 10 MB. Divide it.")
    TOO_MANY = "import.too_many", _("This file has more than 20,000 rows. Divide it.")
    MACROS = "import.macros", _("This file carries macros. Save it as a plain .xlsx and choose it again.")
    OLD_EXCEL = "import.old_excel", _("This is an old Excel file (.xls). Save it as .xlsx or CSV and choose it again.")
    BOMB = "import.bomb", _("This file unpacks to far more than it should. It was not opened.")
    UNREADABLE = "import.unreadable", _("This file cannot be read. Save it anew as .xlsx or CSV and choose it again.")
    LOCKED = "import.locked", _("This file is protected by a password. Save it without one and choose it again.")
    KIND = "import.type", _("Choose an .xlsx or .csv file.")
    NO_ROWS = "import.no_rows", _("There is no row under the headings. Choose another file.")
    COLUMNS = "import.columns", _("The headings of this file have changed. Match the columns again.")
    GONE = "import.gone", _("This file is not kept any more. Read it in again.")


def refusal(failure: Failure) -> Refused:
    """Return the refusal of a file."""
    return Refused(failure.label, failure.value, field="file")


def reason_words(reason: str, args: Mapping[str, Any]) -> str:
    """Return the sentence of a Reason in the reader's language; any other text is a sentence already."""
    if reason not in Reason.values:
        return reason
    return str(Reason(reason).label) % args


def failure_words(failure: str) -> str:
    """Return the sentence of a Failure in the reader's language."""
    return str(Failure(failure).label) if failure in Failure.values else failure
