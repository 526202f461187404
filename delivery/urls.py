"""Addresses of the delivery app."""

from typing import Any

urlpatterns: list[Any] = []
