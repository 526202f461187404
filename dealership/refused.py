"""The one exception for "the rule says no"."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Missing:
    """A fact that a gate waits for: `sentence` says what to do, `panel` is the URL name of the form to fill.

    `args` are the keyword arguments of that URL besides `store` and `visit`.
    """

    code: str
    sentence: str
    panel: str = ""


class Refused(Exception):
    """The rule says no. `message` is a whole sentence in the reader's language that says what to do.

    `code` is a stable dotted word; `field` names the form field at fault, when there is one; `missing` lists the
    facts that a gate waits for. One middleware makes it a 422 fragment, the API an error, the operation log a reason.
    """

    def __init__(self, message: Any, code: str, *, field: str = "", missing: list[Missing] | None = None) -> None:
        super().__init__(str(message))
        self.message = str(message)
        self.code = code
        self.field = field
        self.missing = missing or []
