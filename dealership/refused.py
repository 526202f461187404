"""The one exception for "the rule says no"."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Missing:
    """A fact that a gate waits for: `sentence` says what to do, `panel` the URL name of its form."""

    code: str
    sentence: str
    panel: str = ""


class Refused(Exception):
    """The rule says no. `message` is a whole sentence in the reader's language that says what to do.

    `code` is a stable dotted word; `field` names the form field at fault, when there is one; `missing` lists the
    facts that a gate waits for; `confirm` names the field that, sent along as 1, says "yes, that is right" to a
    question that is only asked back. One middleware makes it a 422 fragment, the API an error, the operation log a
    reason.
    """

    def __init__(
        self, message: Any, code: str, *, field: str = "", missing: list[Missing] | None = None, confirm: str = ""
    ) -> None:
        super().__init__(str(message))
        self.message = str(message)
        self.code = code
        self.field = field
        self.missing = missing or []
        self.confirm = confirm
