"""Print or check the standard from its data files; needs no database."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from dealership.standard.check import findings
from dealership.standard.data import LANGUAGES, SOURCE_LANGUAGE, as_json, load


class Command(BaseCommand):
    help = "Print the standard as JSON (--json) or find every fault in its words (--check)."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        mode = parser.add_mutually_exclusive_group(required=True)
        mode.add_argument("--json", action="store_true", help="print one language as JSON")
        mode.add_argument("--check", action="store_true", help="exit 1 with one line per finding")
        parser.add_argument("--language", choices=LANGUAGES, default=SOURCE_LANGUAGE)

    def handle(self, *args: Any, **options: Any) -> None:
        data = load()
        if options["json"]:
            if options["language"] not in data.texts:
                raise CommandError(f"The standard has no words in {options['language']}.")
            self.stdout.write(as_json(data, options["language"]))
            return
        found = findings(data)
        for line in found:
            self.stdout.write(line)
        if found:
            raise CommandError(f"{len(found)} findings in the standard.")
        steps = sum(1 for _ in data.steps())
        self.stdout.write(f"The standard is complete: {steps} steps in {len(data.texts)} languages.")
