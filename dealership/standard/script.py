"""What is said at a step: find the variables of a script and fill them in."""

import re
from collections.abc import Mapping

_VARIABLE = re.compile(r"\{([^{}]*)\}")


def variables_in(text: str) -> tuple[str, ...]:
    """Return the names between braces, in order, each once."""
    return tuple(dict.fromkeys(_VARIABLE.findall(text)))


def render(script: str, plain: str | None, values: Mapping[str, str | None]) -> str:
    """Return ``script`` with its variables filled in, or ``plain`` whole when one of them is None.

    A name that ``values`` lacks counts as None; without a ``plain`` the script is returned as it stands.
    """
    if all(values.get(name) is not None for name in variables_in(script)):
        return _VARIABLE.sub(lambda match: str(values[match.group(1)]), script)
    return script if plain is None else plain
