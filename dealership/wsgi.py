"""WSGI entry point (gunicorn)."""

import io
import os

from django.core.management import call_command
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dealership.settings")

application = get_wsgi_application()
# A web server runs no checks by itself; with accounts of a demo production must not start.
call_command("check", tags=["database"], databases=["default"], stdout=io.StringIO())
