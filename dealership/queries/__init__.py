"""Reads of the kernel: plain dicts, dataclasses and querysets."""
