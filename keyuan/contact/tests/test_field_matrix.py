"""A file that brings more than its purpose may use loses the excess, and the report counts it (PLT-8; PIPL 6)."""

from datetime import date

import pytest

from keyuan.contact.models import Purpose
from keyuan.contact.testing import MORNING
from keyuan.customers.services.intake_purpose import drop_excess
from keyuan.platform.imports import Chunk, Outcome

pytestmark = pytest.mark.django_db


def drop(**columns):
    size = len(columns["name"])
    chunk = Chunk(list(range(size)), [str(number) for number in range(size)], columns, [b""] * size)
    outcome = Outcome()
    drop_excess(chunk, outcome)
    return chunk, outcome.extras["dropped"]


def test_a_list_for_marketing_keeps_no_identity_numbers():
    chunk, dropped = drop(
        name=["甲", "乙", "丙"], mobile=["13800000001"] * 3, identity_number=["11010519491231002X"] * 3,
        income=[100, 100, None], birth_on=[date(1990, 1, 1)] * 3, collection_purpose=["MARKETING", "SERVICE", None],
    )  # fmt: skip

    assert dropped == 2
    assert chunk.columns["identity_number"] == [None, "11010519491231002X", "11010519491231002X"]
    assert chunk.columns["income"] == [None, 100, None]
    assert chunk.columns["mobile"] == ["13800000001"] * 3


def test_the_matrix_that_somebody_edited_counts():
    Purpose.objects.create(
        key="MARKETING", kind="SALES", basis="CONSENT", fields=["name"], channels=["SMS"], updated_at=MORNING
    )

    chunk, dropped = drop(name=["甲"], mobile=["13800000001"], collection_purpose=["MARKETING"])

    assert (dropped, chunk.columns["mobile"], chunk.columns["name"]) == (1, [None], ["甲"])


def test_a_file_that_names_no_purpose_stays_whole():
    chunk, dropped = drop(name=["甲"], identity_number=["11010519491231002X"])

    assert (dropped, chunk.columns["identity_number"]) == (0, ["11010519491231002X"])
