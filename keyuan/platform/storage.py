"""Static files under names that carry their content, also inside JavaScript modules."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class ModuleStaticFilesStorage(CompressedManifestStaticFilesStorage):
    """Rewrites ``import`` addresses too: without it a browser would mix modules of two releases."""

    support_js_module_import_aggregation = True
