"""Published figures: taken in by Import, shown beside the book, taken out again (ANA-1, PLT-9)."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import transaction

from keyuan.analytics.intake import FIGURES, read_value
from keyuan.analytics.models import ExternalFigure, RegionCell
from keyuan.customers.testing import NOW
from keyuan.kernel.actor import Reach
from keyuan.kernel.errors import Refused
from keyuan.organisation.testing import client_of, make_actor
from keyuan.platform import clock
from keyuan.platform.audit import Action
from keyuan.platform.imports import Chunk, ImportContext
from keyuan.platform.lists import FilterContext, lists
from keyuan.platform.lists.testing import assert_list_uses_indexes
from keyuan.platform.models import AuditEvent

pytestmark = pytest.mark.django_db


def take(actor, rows, published_on=None, **more):
    """Import ``rows`` (indicator, region, period, value) of 亿元."""
    size = len(rows)
    columns = dict(zip(("indicator", "region", "period", "value"), map(list, zip(*rows, strict=True)), strict=True))
    columns |= {"unit": ["亿元"] * size, "published_on": [published_on] * size, **more}
    chunk = Chunk(list(range(size)), [str(number) for number in range(size)], columns, [b""] * size)
    context = ImportContext(1, actor, "statistics", "CNY", {}, {}, None, "", NOW)
    outcome = FIGURES.check(chunk, context)
    with transaction.atomic():
        FIGURES.write(chunk, context, outcome)
    return outcome


@pytest.fixture
def analyst():
    return client_of("analyst", reach=Reach.ALL)


ROWS = [
    ("保费收入", "310000", "2024", Decimal("2500.5")),
    ("保费收入", "000000", "2024", Decimal(50000)),
    ("保费收入", "310000", "2023", Decimal(2000)),
]


def test_figures_come_in_once_and_a_new_one_keeps_the_former(analyst):
    _browser, actor = analyst

    first, again = take(actor, ROWS), take(actor, ROWS)
    anew = take(actor, [("保费收入", "310000", "2024", Decimal(2600))], published_on=date(2025, 2, 1))

    told = ExternalFigure.objects.get(region_code="310000", first_on=date(2024, 1, 1))
    assert [(one.created, one.updated, one.unchanged) for one in (first, again, anew)] == [
        (3, 0, 0), (0, 0, 3), (0, 1, 0),
    ]  # fmt: skip
    assert (told.value, told.former, told.known_on) == (2600, Decimal("2500.5"), date(2025, 2, 1))
    assert (told.kind, told.last_on, told.unit, told.source_name) == ("Y", date(2024, 12, 31), "亿元", "statistics")


@pytest.mark.parametrize("period, published, code", [
    ("2099", None, "external.period_ahead"),
    ("2024", date(2099, 1, 1), "external.published_ahead"),
    ("2024", date(2023, 12, 31), "external.published_early"),
])  # fmt: skip
def test_days_that_cannot_be_are_refused_by_name(analyst, period, published, code):
    outcome = take(analyst[1], [("保费收入", "310000", period, Decimal(1))], published_on=published)

    assert [issue.code for issue in outcome.issues] == [code]
    assert not ExternalFigure.objects.exists()


@pytest.mark.parametrize("cell, value", [("1,234.5", Decimal("1234.5")), ("-0.000001", Decimal("-0.000001"))])
def test_a_value_is_exact(cell, value):
    assert read_value(cell) == value


@pytest.mark.parametrize("cell", ["0.0000001", "1e18", "一百", ""])
def test_a_value_beyond_what_is_kept_is_refused(cell):
    with pytest.raises(Refused):
        read_value(cell)


def test_an_indicator_stands_beside_the_book(analyst):
    browser, actor = analyst
    take(actor, ROWS)
    RegionCell.objects.create(day=clock.today(), region_code="310000", customers=7, premium=25_005_000_000)
    RegionCell.objects.create(day=clock.today(), region_code="", customers=3, premium=0)

    listed = browser.get("/analytics/outside/").content.decode()
    page = browser.get("/analytics/outside/indicator/", {"name": "保费收入", "region": "310000"}).content.decode()

    assert all(part in listed for part in ("保费收入", "上海市", "2,500.5", "亿元"))
    # 2.5005 亿元 of 2,500.5 亿元, and of 50,000 亿元 in the whole country.
    assert all(part in page for part in ("0.100%", "0.005%", "250,050,000.00", "全国"))
    assert browser.get("/analytics/outside/indicator/", {"name": "无"}).status_code == 404
    branch = client_of("analyst", reach=Reach.UNIT)[0]
    part = branch.get("/analytics/outside/indicator/", {"name": "保费收入"}).content.decode()
    assert "2,500.5" in part
    assert "250,050,000.00" not in part


def test_only_who_keeps_models_takes_an_indicator_out(analyst):
    browser, actor = analyst
    take(actor, ROWS)
    reader = client_of("management", reach=Reach.ALL)[0]

    refused = reader.post("/analytics/outside/indicator/remove/", {"name": "保费收入"})
    done = [browser.post("/analytics/outside/indicator/remove/", {"name": "保费收入"}) for _twice in range(2)]

    assert (refused.status_code, [one.status_code for one in done]) == (403, [302, 404])
    assert not ExternalFigure.objects.exists()
    assert AuditEvent.objects.filter(subject_kind="external_figure", action=Action.DELETE).count() == 1


@pytest.mark.sqlite_only
def test_the_list_reads_by_its_indexes():
    actor = make_actor("analyst", reach=Reach.ALL)
    take(actor, ROWS)
    values = {"indicator": ("保费收入",), "region": ("310000",), "last": ("2024-01-01", "2024-12-31")}

    assert_list_uses_indexes(lists["external-figures"], actor, FilterContext(actor, clock.today()), values)
