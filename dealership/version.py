"""Which build of the app this is: a tablet that has another one updates itself between two visits."""

import hashlib
from functools import cache

from django.conf import settings


def app_version() -> str:
    """Return `settings.APP_VERSION`; without one a short hash over everything that a tablet keeps."""
    return settings.APP_VERSION or _hashed()


@cache
def _hashed() -> str:
    digest = hashlib.sha256()
    for folder in (settings.BASE_DIR / "static", settings.BASE_DIR / "templates"):
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            digest.update(str(path.relative_to(folder)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]
