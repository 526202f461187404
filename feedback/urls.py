"""Addresses of the feedback app."""

from typing import Any

urlpatterns: list[Any] = []
