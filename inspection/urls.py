"""Addresses of the inspection app."""

from typing import Any

urlpatterns: list[Any] = []
