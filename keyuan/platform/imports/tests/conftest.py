"""A small world for imports: one target, one unit, one person."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from keyuan.kernel.actor import WHOLE_BOOK, Actor, ActorKind, system_actor
from keyuan.platform import people
from keyuan.platform.imports import Placement, PlacementSource, lifecycle, placement_sources, targets
from keyuan.platform.imports.mappings import from_json
from keyuan.platform.imports.tests.targets import THINGS
from keyuan.platform.jobs.chunks import run_job
from keyuan.platform.models import ImportJob

NOW = datetime(2025, 3, 8, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
FIELDS = {"key": {"column": "no"}, "amount": {"column": "sum"}, "word": {"column": "word"}}
CLERK = Actor(
    ActorKind.STAFF,
    7,
    "林晓岚",
    staff_no="10482",
    post_id=1,
    permissions=frozenset({"platform.import"}),
    scope=WHOLE_BOOK,
)


@pytest.fixture(autouse=True)
def world(monkeypatch):
    unit = Placement(1, "HQ", "总公司", {"head_office_id": 1})
    source = PlacementSource(
        "test",
        choices=lambda actor: [unit],
        find=lambda actor, wanted: unit if wanted in (1, "HQ") else None,
        actor=lambda staff_no, now: CLERK if staff_no == CLERK.staff_no else None,
    )
    monkeypatch.setattr(placement_sources, "_items", {"test": source})
    monkeypatch.setitem(targets._items, THINGS.key, THINGS)
    directory = people.PeopleSource(
        "test", lambda user, post: CLERK if user == CLERK.id else None, lambda ids: {}, lambda permission: []
    )
    monkeypatch.setattr(people.people_sources, "_items", {"test": directory})


@pytest.fixture
def clerk():
    return CLERK


@pytest.fixture
def system():
    return system_actor("test")


@pytest.fixture
def send(clerk):
    """Send a file and map it; return the import."""

    def send(data, *, name="book.csv", actor=clerk, mode="keep_good", fields=FIELDS, source="shop", **more):
        sent = lifecycle.receive_file(actor=actor, name=name, blocks=[data], now=NOW)
        stored = {"name": "", "target": THINGS.key, "source": source, "fields": fields, **more}
        return lifecycle.configure(actor=actor, import_id=sent.pk, mapping=from_json(stored), unit="HQ", mode=mode)

    return send


def work_off(import_job):
    """Do the import's job step by step until it has ended; return the import as it stands then."""
    import_job = ImportJob.objects.select_related("job").get(pk=import_job.pk)
    job = import_job.job
    while job.status in job.LIVE:
        run_job(job.pk, job.step)
        job.refresh_from_db()
    return ImportJob.objects.select_related("job").get(pk=import_job.pk)


@pytest.fixture
def run(send, clerk):
    """Send, map and write a file; return the finished import."""

    def run(data, **more):
        import_job = send(data, **more)
        return work_off(lifecycle.start_import(actor=more.get("actor", clerk), import_id=import_job.pk))

    return run
