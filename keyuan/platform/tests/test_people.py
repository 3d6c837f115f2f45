"""People behind ids: an actor of today, or nobody any more (decision 1)."""

import pytest

from keyuan.kernel.actor import Actor, ActorKind
from keyuan.kernel.errors import NotFound
from keyuan.platform import people
from keyuan.platform.people import PeopleSource, people_sources

WANG = Actor(ActorKind.STAFF, 7, "王芳")


@pytest.fixture(autouse=True)
def directory(monkeypatch):
    source = PeopleSource(
        "test",
        lambda user, _post: WANG if user == 7 else None,
        lambda ids: {key: "王芳" for key in ids if key == 7},
        lambda permission: [7] if permission == "x" else [],
        lambda _actor, text: [(7, "王芳")] if "王芳".startswith(text) else [],
    )
    monkeypatch.setattr(people_sources, "_items", {"test": source})


def test_a_job_acts_as_its_owner_of_today():
    assert people.actor_of(7, 70) is WANG


def test_a_job_of_nobody_acts_as_the_system():
    assert people.actor_of(None, None, "night").kind is ActorKind.SYSTEM


def test_a_job_whose_owner_left_stops():
    with pytest.raises(NotFound):
        people.actor_of(8, 80)


def test_names_holders_and_search_come_from_the_directory():
    assert people.names_of([7, 8]) == {7: "王芳"}
    assert (people.holders_of("x"), people.holders_of("y")) == ([7], [])
    assert people.search(WANG, "王") == [(7, "王芳")]
