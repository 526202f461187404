"""App configuration."""

from django.apps import AppConfig


class ReceptionConfig(AppConfig):
    """The reception app."""

    name = "reception"
