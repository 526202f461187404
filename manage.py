#!/usr/bin/env python
"""Django's command line for the service reception."""

import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dealership.settings")
    # The standard is read from files: printing it must not ask for production's secrets.
    if sys.argv[1:2] == ["standard"]:
        os.environ.setdefault("DEALERSHIP_ENV", "test")
    execute_from_command_line(sys.argv)
