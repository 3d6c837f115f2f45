"""Static files under names that carry their content, also inside JavaScript modules."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class ModuleStaticFilesStorage(CompressedManifestStaticFilesStorage):
    """Rewrites the ``import`` addresses of our own modules (``<context>/js/*.js``), or a browser would mix releases.

    Files of other makers keep theirs: some import by names that are no paths.
    """

    _imports = CompressedManifestStaticFilesStorage._js_module_import_aggregation_patterns[1]
    patterns = (*CompressedManifestStaticFilesStorage.patterns, ("*/js/*.js", _imports))
