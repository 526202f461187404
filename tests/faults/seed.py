"""Messages that are due, in the database of the environment: `python -m tests.faults.seed 400`."""

import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dealership.settings")
django.setup()

from tests.cast import make_cast  # noqa: E402 (Django first)
from tests.faults.house import awake, due  # noqa: E402


def main(count: int) -> None:
    """Write the cast and `count` messages over the SMS double."""
    people = make_cast()
    awake()
    due(people, count, channel="sms")


if __name__ == "__main__":
    main(int(sys.argv[1]))
