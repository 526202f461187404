"""Read the cross-check questions into plain objects; no database, no settings."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from dealership.standard.data import LANGUAGES

FOLDER = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Question:
    """A yes/no question about one step, put to the customer; yes means that the step was done.

    ``step`` is a slug of the standard, ``texts`` go by language.
    """

    code: str
    touchpoint: str
    step: str
    texts: Mapping[str, str]

    @property
    def step_code(self) -> str:
        """Return the step with its touchpoint: "3.4/covers"."""
        return f"{self.touchpoint}/{self.step}"


@lru_cache
def read(folder: Path = FOLDER) -> tuple[Question, ...]:
    """Return the questions in the order of a visit; a language that a question lacks is left out of its texts.

    Raises FileNotFoundError without the file, tomllib.TOMLDecodeError for a broken one, KeyError for
    a question without its fields.
    """
    with (folder / "questions.toml").open("rb") as file:
        raw = tomllib.load(file)
    return tuple(
        Question(
            code=question["code"],
            touchpoint=question["touchpoint"],
            step=question["step"],
            texts={language: question[language] for language in LANGUAGES if language in question},
        )
        for question in raw["questions"]
    )
