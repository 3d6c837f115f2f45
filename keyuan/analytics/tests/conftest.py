"""What tests of analytics share."""

import pytest

from keyuan.analytics.services.night.engines import DuckEngine, SparkEngine


@pytest.fixture(params=[DuckEngine, pytest.param(SparkEngine, marks=[pytest.mark.spark, pytest.mark.network])])
def engine(request, settings, tmp_path):
    """Each engine in turn: both give the same tables (ANA-1)."""
    settings.VAR_DIR = tmp_path
    return request.param()
