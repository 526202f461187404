"""Where static files lie in production: under names that hold their content's hash."""

from urllib.parse import urljoin

from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticFiles(CompressedManifestStaticFilesStorage):
    """Leaves our modules their plain names: they import each other by them, and one loaded under two would run twice.

    On a tablet their version is the service worker's.
    """

    MODULES = "js/"

    def url(self, name: str | None, force: bool = False) -> str:
        """Return the address of a file, of our own modules without a hash."""
        if name and name.startswith(self.MODULES):
            return urljoin(self.base_url or "/", name)
        return super().url(name, force)
