"""How static files are served in production."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class ModuleStaticFilesStorage(CompressedManifestStaticFilesStorage):
    """Hashed names inside `import` lines too.

    Without it a module loads twice, by its hashed name from the page and by its plain one from another module, and
    every listener of it runs twice.
    """

    support_js_module_import_aggregation = True
