"""A key ring that no other test shares, and a sealed value in a table of the platform."""

import io

import pytest
from django.utils import timezone

from keyuan.kernel.actor import Actor, ActorKind
from keyuan.platform.files import store
from keyuan.platform.subjects import Subject, SubjectKind, subject_kinds


@pytest.fixture(autouse=True)
def own_ring(settings, tmp_path):
    settings.KEYRING_PATH = tmp_path / "keyring.json"
    settings.VAR_DIR = tmp_path
    return settings.KEYRING_PATH


@pytest.fixture
def clerk():
    return Actor(ActorKind.STAFF, 7, "王芳", post_id=70)


@pytest.fixture
def keep(monkeypatch, clerk):
    """Keep a small file with a record that everybody may see: its key is a sealed value."""
    kind = SubjectKind("test", "Test", lambda _actor, _ids: {}, str, lambda _actor, _id: None)
    monkeypatch.setitem(subject_kinds._items, "test", kind)

    def keep(text="a,b\n"):
        now = timezone.now()
        return store(actor=clerk, subject=Subject("test", 1), name="a.csv", file=io.BytesIO(text.encode()), now=now)

    return keep
