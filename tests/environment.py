"""The environment of a test run, set before Django reads its settings; pytest loads this first (``-p``)."""

import os
import tempfile
from pathlib import Path

from keyuan.config.catalogues import compile_catalogues

#: The folder that the settings take, and the one that the controller of a run made for all its processes.
FOLDER = "KEYUAN_VAR"
OWN_FOLDER = "KEYUAN_TEST_VAR"

if OWN_FOLDER not in os.environ:
    os.environ[OWN_FOLDER] = tempfile.mkdtemp(prefix="keyuan-test-")
    # Django keeps the first catalogue that it reads, so they are compiled before it is loaded.
    compile_catalogues(Path(__file__).resolve().parent.parent / "build" / "stamps")
# A folder for each process: what one stores must not appear before the eyes of another.
os.environ[FOLDER] = str(Path(os.environ[OWN_FOLDER], os.environ.get("PYTEST_XDIST_WORKER", "main")))
os.environ.pop("KEYUAN_AS_OF", None)
# Playwright's synchronous interface runs an event loop in the test's thread.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
