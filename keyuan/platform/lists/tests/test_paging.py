"""Keyset paging over ties, missing values and several sources, both ways (decision 24, PLT-17)."""

from dataclasses import replace

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from keyuan.platform.lists.cursor import Anchor, read_cursor, write_cursor
from keyuan.platform.lists.pages import read_page, walk
from keyuan.platform.lists.state import ListState, read_state
from keyuan.platform.lists.steering import Count
from keyuan.platform.lists.tests.samples import CONTEXT, READER, make_rows
from keyuan.platform.models import Export

pytestmark = pytest.mark.django_db
SORTS = ["size", "-size", "finished", "-finished"]


def ordered(text):
    """Return the ids in the promised order, by plain Python."""
    column = {"size": "size", "finished": "finished_at"}[text.removeprefix("-")]
    rows = [(getattr(row, column), row.pk) for row in Export.objects.filter(owner_id__in=(8, 9))]
    reverse = text.startswith("-")
    valued = sorted((row for row in rows if row[0] is not None), reverse=reverse)
    return [pk for _value, pk in valued] + sorted((pk for value, pk in rows if value is None), reverse=reverse)


def pages(spec, state):
    """Return the pages from the first to the last."""
    found = [read_page(spec, READER, state, CONTEXT, spec.columns)]
    while found[-1].after:
        found.append(read_page(spec, READER, replace(state, after=found[-1].after), CONTEXT, spec.columns))
    return found


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("size", [1, 7, 50])
def test_going_forward_shows_every_row_once_in_order(samples, sort, size):
    make_rows(25)
    make_rows(6, owner=8, start=100)
    state = ListState(sort=samples.sort_choice(sort), size=size)

    shown = [row.id for page in pages(samples, state) for row in page.rows]

    assert shown == ordered(sort)


@pytest.mark.parametrize("sort", SORTS)
def test_going_back_shows_the_same_pages(samples, sort):
    make_rows(25)
    make_rows(6, owner=8, start=100)
    state = ListState(sort=samples.sort_choice(sort), size=7)
    forward = pages(samples, state)

    back = [forward[-1]]
    while back[-1].before:
        back.append(read_page(samples, READER, replace(state, before=back[-1].before), CONTEXT, samples.columns))

    assert [[row.id for row in page.rows] for page in reversed(back)] == [
        [row.id for row in page.rows] for page in forward
    ]


def test_first_page_has_nothing_before_and_last_page_nothing_after(samples):
    make_rows(20)
    state = ListState(sort=samples.sort_choice("size"), size=10)

    first, last = pages(samples, state)

    assert (first.before, bool(first.after)) == ("", True)
    assert (bool(last.before), last.after) == (True, "")


def test_going_back_to_a_short_first_page_fills_it(samples):
    rows = make_rows(20)
    state = ListState(sort=samples.sort_choice("size"), size=10)
    third = read_page(samples, READER, state, CONTEXT, samples.columns)
    cursor = read_page(samples, READER, replace(state, after=third.after), CONTEXT, samples.columns).before
    Export.objects.filter(pk__in=[row.pk for row in rows[:5]]).delete()

    page = read_page(samples, READER, replace(state, before=cursor), CONTEXT, samples.columns)

    assert [row.id for row in page.rows] == [row.pk for row in rows[5:15]]
    assert page.before == ""


def test_walk_reads_everything_in_strides(samples):
    make_rows(23)

    strides = list(walk(samples, READER, {}, samples.sort_choice("-finished"), CONTEXT, size=10))

    assert [len(stride) for stride in strides] == [10, 10, 3]
    assert [row.pk for stride in strides for row in stride] == ordered("-finished")


def test_counts_are_exact_to_a_thousand():
    assert [Count(seen).shown for seen in (0, 999, 1000, 1001)] == ["0", "999", "1,000", "1,000+"]


def test_count_stops_just_beyond_the_limit(samples, monkeypatch):
    make_rows(12)
    monkeypatch.setattr("keyuan.platform.lists.pages.COUNT_LIMIT", 10)

    page = read_page(samples, READER, ListState(sort=samples.sort_choice("size")), CONTEXT, samples.columns)

    assert page.count.seen == 11


def test_page_costs_one_count_and_one_read_for_each_source(samples, django_assert_num_queries):
    make_rows(30)
    make_rows(5, owner=8, start=100)
    state = ListState(sort=samples.sort_choice("size"), size=20)

    with django_assert_num_queries(4):
        read_page(samples, READER, state, CONTEXT, samples.columns)


def test_empty_source_is_counted_and_not_read(samples, django_assert_num_queries):
    make_rows(30)
    state = ListState(sort=samples.sort_choice("size"), size=20)

    with django_assert_num_queries(3):
        read_page(samples, READER, state, CONTEXT, samples.columns)


@pytest.mark.parametrize("_case, cursor, bound_to", [
    ("another list", None, "others size"),
    ("another order", None, "samples -size"),
    ("a changed byte", "A", "samples size"),
    ("rubbish", "not a cursor", "samples size"),
    ("too long", "x" * 700, "samples size"),
    ("nothing", "", "samples size"),
])  # fmt: skip
def test_cursor_that_is_not_ours_leads_nowhere(_case, cursor, bound_to):
    made = write_cursor(Anchor(3, 7), "samples size")
    tried = {None: made, "A": made[:-4] + ("AAAA" if made[-4:] != "AAAA" else "BBBB")}.get(cursor, cursor)

    assert read_cursor(tried, bound_to, Export._meta.get_field("size")) is None


def test_cursor_shows_nothing_of_the_row():
    cursor = write_cursor(Anchor("欧阳锋", 7), "samples name")

    assert "7" not in read_cursor(cursor, "samples name", Export._meta.get_field("title")).value
    assert "欧" not in cursor
    assert cursor != write_cursor(Anchor("欧阳锋", 7), "samples name")


def test_foreign_cursor_shows_the_first_page(samples):
    make_rows(20)
    query = QueryDict("after=rubbish&sort=size")
    state = read_state(samples, READER, query, [])

    page = read_page(samples, READER, state, CONTEXT, samples.columns)

    assert len(page.rows) == 20
    assert page.before == ""


@pytest.mark.sqlite_only
@pytest.mark.parametrize("limit, hidden", [(5000, "finished_at"), (2, "status")])
def test_few_matches_are_gathered_and_many_walked(samples, monkeypatch, limit, hidden):
    make_rows(10)
    monkeypatch.setattr("keyuan.platform.lists.pages.GATHER_LIMIT", limit)
    state = ListState(filters={"status": ("READY",)}, sort=samples.sort_choice("finished"), size=50)

    with CaptureQueriesContext(connection) as asked:
        page = read_page(samples, READER, state, CONTEXT, samples.columns)

    assert len(page.rows) == 10
    assert any(f'+"platform_export"."{hidden}"' in query["sql"] for query in asked.captured_queries)
