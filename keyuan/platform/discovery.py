"""Finding the handlers and job functions of every context when the system starts."""

from importlib import import_module
from pathlib import Path

from django.utils.module_loading import autodiscover_modules

PACKAGE = Path(__file__).resolve().parent
#: Modules that register something by being imported.
MODULES = ("handlers", "jobs")


def discover() -> None:
    """Import ``handlers`` and ``jobs`` of every context, and of every part of the platform."""
    autodiscover_modules(*MODULES)
    for part in sorted(path.parent.name for path in PACKAGE.glob("*/__init__.py")):
        for module in MODULES:
            if (PACKAGE / part / f"{module}.py").is_file():
                import_module(f"keyuan.platform.{part}.{module}")
