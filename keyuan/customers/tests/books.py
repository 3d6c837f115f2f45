"""A small company and a way to import a file into it, for the tests of every import target."""

from datetime import datetime
from zoneinfo import ZoneInfo

from keyuan.kernel.actor import Actor, ActorKind, Reach, Scope, system_actor
from keyuan.organisation.models import Agent, Unit
from keyuan.platform import clock
from keyuan.platform.catalogue import catalogue
from keyuan.platform.imports import lifecycle, targets
from keyuan.platform.imports.guessing import guess_fields
from keyuan.platform.imports.layouts import Layout
from keyuan.platform.imports.mappings import FileMapping, from_json
from keyuan.platform.imports.remembering import presets
from keyuan.platform.jobs.chunks import run_job
from keyuan.platform.models import ImportJob
from keyuan.platform.people import PeopleSource, people_sources

NOW = datetime(2025, 3, 8, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
OPERATOR = system_actor("operator")


def unit(code, level=1, parent=None, channel=""):
    made = Unit.objects.create(code=code, name=code, level=level, parent=parent, sales_channel=channel)
    columns = ("head_office_id", "branch_id", "sub_branch_id", "section_id", "team_id")
    for column in columns[: level - 1]:
        setattr(made, column, getattr(parent, column))
    setattr(made, columns[level - 1], made.pk)
    made.save()
    return made


def agent(agent_no, home):
    return Agent.objects.create(
        agent_no=agent_no, name=agent_no, unit=home, sales_channel="INDIVIDUAL", **home.level_ids()
    )


def clerk_of(home, monkeypatch):
    """Return a person who may do everything, with only ``home`` and what is below it in reach; jobs know them, too."""
    level = ("head_office", "branch", "sub_branch", "section", "team")[home.level - 1]
    permissions = frozenset(permission.key for permission in catalogue)
    scope = Scope(Reach.UNIT, home.pk, level)
    clerk = Actor(ActorKind.STAFF, 7000 + home.pk, home.code, post_id=1, permissions=permissions, scope=scope)
    known = PeopleSource(
        home.code, lambda user, _post: clerk if user == clerk.id else None, lambda _ids: {}, lambda _permission: []
    )
    monkeypatch.setitem(people_sources._items, home.code, known)
    return clerk


def csv_bytes(*rows, encoding="utf-8"):
    return "".join(",".join(row) + "\r\n" for row in rows).encode(encoding)


def mapping_of(target, fields, **more):
    return from_json({"target": target, "source": "core", "fields": fields, **more})


def guessed(import_job, target):
    layout = Layout.from_json(import_job.layout)
    return FileMapping(target, "core", guess_fields(layout.columns, targets[target], {}))


def prepare(data, mapping, unit_code, *, name="book.csv", actor=OPERATOR):
    """Send ``data`` and map it; ``mapping`` is a mapping, the name of a shipped one, or a target to guess for."""
    sent = lifecycle.receive_file(actor=actor, name=name, blocks=[data], now=clock.now())
    if isinstance(mapping, str):
        mapping = presets[mapping].mapping if mapping in presets else guessed(sent, mapping)
    return lifecycle.configure(actor=actor, import_id=sent.pk, mapping=mapping, unit=unit_code)


def work_off(import_job):
    job = ImportJob.objects.select_related("job").get(pk=import_job.pk).job
    while job.status in job.LIVE:
        run_job(job.pk, job.step)
        job.refresh_from_db()
    assert job.status == "done", (job.error, job.error_trace)
    return ImportJob.objects.select_related("job").get(pk=import_job.pk)


def import_file(data, mapping, unit_code, **more):
    """Import a whole file and return the finished import."""
    prepared = prepare(data, mapping, unit_code, **more)
    return work_off(lifecycle.start_import(actor=more.get("actor", OPERATOR), import_id=prepared.pk))


def counts(import_job):
    return tuple(getattr(import_job, name) for name in ("rows_read", "created", "updated", "unchanged", "refused"))


def issues(import_job):
    return [(i.row_number, i.field, i.code) for i in import_job.issues.order_by("row_number", "pk")]
