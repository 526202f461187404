"""Addresses of the reception app."""

from typing import Any

urlpatterns: list[Any] = []
