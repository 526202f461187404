"""App configuration."""

from django.apps import AppConfig


class InspectionConfig(AppConfig):
    """The inspection app."""

    name = "inspection"
