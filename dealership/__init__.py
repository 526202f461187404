"""Service reception for car dealerships: the project and its kernel app."""

from dealership.celery import app as celery_app

__all__ = ["celery_app"]
