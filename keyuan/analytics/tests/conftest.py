"""What tests of analytics share."""

import importlib.util
import shutil

import pytest

from keyuan.analytics.services.night.engines import DuckEngine, SparkEngine

NO_SPARK = not shutil.which("java") or importlib.util.find_spec("pyspark") is None


@pytest.fixture(
    params=[
        DuckEngine,
        pytest.param(SparkEngine, marks=pytest.mark.skipif(NO_SPARK, reason="needs Java and pyspark")),
    ]
)
def engine(request, settings, tmp_path):
    """Each engine in turn: both give the same tables (ANA-1)."""
    settings.VAR_DIR = tmp_path
    return request.param()
