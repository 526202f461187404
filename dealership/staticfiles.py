"""How static files are served in production."""

from typing import Any

from whitenoise.storage import CompressedManifestStaticFilesStorage


class ModuleStaticFilesStorage(CompressedManifestStaticFilesStorage):
    """Hashed names inside the `import` lines of our own modules too.

    Without it a module loads twice, by its hashed name from the page and by its plain one from another module, and
    every listener of it runs twice. Libraries' modules stay as they are: some name files that they do not bring.
    """

    _modules: Any = ("js/*.js", CompressedManifestStaticFilesStorage._js_module_import_aggregation_patterns[1])
    patterns = (*CompressedManifestStaticFilesStorage.patterns, _modules)
    max_post_process_passes = 20  # modules stand on one another some ten deep; a circle is refused
