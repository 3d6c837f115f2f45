"""Saved views: mine and shared (ui.md, Lists); columns and other choices of a person."""

import pytest

from keyuan.kernel.actor import FieldLevel
from keyuan.kernel.errors import Forbidden, NotFound, Refused
from keyuan.platform.lists import saved
from keyuan.platform.lists.layout import layout_key, layout_of, read_layout
from keyuan.platform.lists.preferences import keep_preference, preference_of
from keyuan.platform.lists.tests.samples import NOW, READER, SHARER, person
from keyuan.platform.models import SavedView

pytestmark = pytest.mark.django_db
COLLEAGUE, STRANGER = person(3), person(4, role="clerk", unit=8)


def save(spec, actor=READER, *, name="Mine", audience="MINE", query="status=READY&sort=-size"):
    return saved.save_view_as(
        actor=actor, spec=spec, name=name, query=query, columns=["title", "rows"], audience=audience, now=NOW
    )


def names(spec, actor):
    return [tab.label for tab in saved.tabs_of(spec, actor) if tab.saved_id]


def test_own_view_is_a_tab_for_its_owner_only(samples):
    save(samples)

    assert names(samples, READER) == ["Mine"]
    assert names(samples, COLLEAGUE) == []


@pytest.mark.parametrize("audience, colleague, stranger", [("ROLE", 1, 0), ("UNIT", 1, 0), ("ALL", 1, 1)])
def test_shared_view_reaches_its_audience(samples, audience, colleague, stranger):
    save(samples, SHARER, name="Ours", audience=audience)

    assert len(names(samples, COLLEAGUE)) == colleague
    assert len(names(samples, STRANGER)) == stranger


def test_sharing_needs_its_permission_and_saves_nothing_without(samples):
    with pytest.raises(Forbidden):
        save(samples, audience="ALL")

    assert not SavedView.objects.exists()


@pytest.mark.parametrize("name", ["", "  ", "x" * 41])
def test_name_must_fit(samples, name):
    with pytest.raises(Refused) as caught:
        save(samples, name=name)

    assert (caught.value.code, caught.value.field) == ("list.view_name", "name")


def test_name_is_taken_once_for_each_person(samples):
    save(samples)
    save(samples, SHARER)

    with pytest.raises(Refused, match=r"list\.view_name_taken"):
        save(samples)


def test_another_persons_view_cannot_be_changed_or_deleted(samples):
    view = save(samples, SHARER, name="Ours", audience="ALL")

    with pytest.raises(NotFound):
        saved.save_view(actor=COLLEAGUE, spec=samples, view_id=view.pk, query="", columns=[], now=NOW)
    with pytest.raises(NotFound):
        saved.delete_view(actor=COLLEAGUE, spec=samples, view_id=view.pk)
    view.refresh_from_db()
    assert view.query == "status=READY&sort=-size"


def test_own_view_is_overwritten_and_deleted(samples):
    view = save(samples)

    saved.save_view(actor=READER, spec=samples, view_id=view.pk, query="title=a&sort=size", columns=["rows"], now=NOW)
    assert saved.tabs_of(samples, READER)[-1].query == "title=a&sort=size"
    saved.delete_view(actor=READER, spec=samples, view_id=view.pk)
    assert names(samples, READER) == []


def test_preference_belongs_to_one_person():
    keep_preference(actor=READER, key="theme", value="dark", now=NOW)
    keep_preference(actor=READER, key="theme", value="light", now=NOW)

    assert preference_of(READER, "theme") == "light"
    assert preference_of(COLLEAGUE, "theme", "auto") == "auto"


def test_preference_of_none_is_forgotten():
    keep_preference(actor=READER, key="theme", value="dark", now=NOW)
    keep_preference(actor=READER, key="theme", value=None, now=NOW)

    assert preference_of(READER, "theme") is None


@pytest.mark.parametrize("key, value", [("", 1), ("k" * 81, 1), ("k", "v" * 9000)])
def test_unsound_preference_is_refused(key, value):
    with pytest.raises(Refused, match=r"preference\.unsound"):
        keep_preference(actor=READER, key=key, value=value, now=NOW)


def keep_layout(spec, text):
    keep_preference(actor=READER, key=layout_key(spec), value=read_layout(spec, text), now=NOW)


def shown(spec, **more):
    return [placed.column.key for placed in layout_of(spec, READER, **more).shown]


def test_columns_stand_as_declared_until_somebody_changes_them(samples):
    assert shown(samples) == ["title", "size", "rows", "reason", "finished"]


def test_columns_follow_what_a_person_chose(samples):
    keep_layout(
        samples,
        '[{"key": "rows", "width": 99, "pinned": false, "hidden": false}, {"key": "title"}, {"key": "owner"},'
        ' {"key": "reason", "pinned": true}, {"key": "size", "hidden": true}, {"key": "gone"}, 7]',
    )

    assert shown(samples) == ["title", "reason", "rows", "owner", "finished"]
    assert layout_of(samples, READER).shown[2].width == 99


def test_first_column_cannot_be_hidden(samples):
    keep_layout(samples, '[{"key": "title", "hidden": true}]')

    assert shown(samples)[0] == "title"


def test_columns_of_the_address_go_before_ones_own(samples):
    keep_layout(samples, '[{"key": "rows", "hidden": true}]')

    assert shown(samples, chosen=("rows", "title")) == ["title", "rows"]


def test_layout_that_is_no_json_is_refused(samples):
    with pytest.raises(Refused, match=r"preference\.unsound"):
        read_layout(samples, "{")


def test_column_of_a_hidden_field_does_not_exist_for_the_post(samples):
    blind = person(5, field_levels={"name": FieldLevel.HIDDEN})

    assert "owner" not in [placed.column.key for placed in layout_of(samples, blind).all]
