"""The nightly look at the embedded database (PLT-10, SCL)."""

import pytest
from django.db import connection

from keyuan.platform import statistics


@pytest.mark.sqlite_only("PostgreSQL keeps its statistics by itself")
@pytest.mark.django_db(databases=["default", "reads"])
def test_indexes_are_weighed_after_a_refresh(tree):
    assert statistics.refresh() == 2

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM sqlite_stat1 WHERE tbl = 'organisation_unit'")
        assert cursor.fetchone()[0] > 0
