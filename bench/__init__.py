"""Measurements that decide something: `make bench`."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dealership.settings")
django.setup()
