"""Spark, the optional engine, as far as tests are concerned: is it there, and can it be?

Like `bootstrap`, which asks here, it must load on Pythons that are too old for everything else.
"""

import re
import shutil
import subprocess
from importlib.util import find_spec

#: What Spark 4.0 runs on.
OLDEST, NEWEST = 17, 21


def is_available():
    """Tell whether tests can compute on Spark."""
    return find_spec("pyspark") is not None and has_java()


def has_java():
    """Tell whether a Java that Spark runs on is on the path."""
    java = shutil.which("java")
    if java is None:
        return False
    told = subprocess.run([java, "-version"], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False)
    found = re.search(rb'version "(\d+)', told.stderr)
    return found is not None and OLDEST <= int(found.group(1)) <= NEWEST
