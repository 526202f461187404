"""Addresses of the kernel."""

from typing import Any

urlpatterns: list[Any] = []
