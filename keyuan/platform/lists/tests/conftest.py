"""Fixtures of the list engine's tests."""

import pytest

from keyuan.platform import people
from keyuan.platform.lists import lists
from keyuan.platform.lists.tests.samples import SampleList, person
from keyuan.platform.people import PeopleSource
from keyuan.platform.wording import _sentences


@pytest.fixture
def samples():
    """The sample list, registered for the time of a test."""
    spec = lists.add(SampleList())
    _sentences.setdefault("sample.even", "Even")
    yield spec
    del lists._items[spec.key]
    _sentences.pop("sample.even")


@pytest.fixture
def known_people(monkeypatch):
    """Let jobs find the people of the samples."""
    source = PeopleSource("samples", lambda user, post: person(user), lambda ids: {}, lambda permission: [])
    monkeypatch.setattr(people, "people_sources", [source])


@pytest.fixture
def exports_folder(tmp_path, settings):
    """A data folder of its own."""
    settings.VAR_DIR = tmp_path
    return tmp_path / "exports"
