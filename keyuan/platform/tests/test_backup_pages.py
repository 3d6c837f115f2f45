"""Backups in the browser: the list, one run, the drill report, asking for a run (PLT-12)."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from django_q.models import OrmQ

from keyuan.kernel.actor import Actor, ActorKind
from keyuan.kernel.errors import Refused
from keyuan.platform.backup import drill_report, jobs, ledger, running, workplace
from keyuan.platform.backup.config import Plan, load_plan
from keyuan.platform.backup.pane import pane
from keyuan.platform.jobs.queue import opened
from keyuan.platform.models import AuditEvent, BackupCopy, BackupRun
from keyuan.platform.permissions import BACKUP_MANAGE

pytestmark = pytest.mark.django_db
CHECK = {"key": "rows", "tables": 112, "rows": 41_060}
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
OPERATOR = Actor(ActorKind.STAFF, 9, "赵运维", permissions=frozenset({BACKUP_MANAGE}))
OTHER = Actor(ActorKind.STAFF, 8, "李四")


@pytest.fixture
def plan_file(settings, tmp_path):
    """Two destinations, described as an operator would."""
    path = tmp_path / "backup.toml"
    path.write_text(
        "".join(
            f'[[destination]]\nname = "{name}"\nkind = "folder"\npath = "{tmp_path}/{name}"\n' for name in ("a", "b")
        )
    )
    settings.BACKUP_DESTINATIONS = path
    return path


def made(hours_ago, state="done", **copies):
    """A run of some hours ago; ``copies`` are destinations with their states."""
    at = NOW - timedelta(hours=hours_ago)
    run = BackupRun.objects.create(
        name=f"{at:%Y%m%dT%H%M%SZ}-{BackupRun.objects.count():06x}", state=state, database="sqlite", version="1",
        started_at=at, finished_at=at, seconds=61, places=len(copies), rows=41_060, actor_name="keyuan backup",
    )  # fmt: skip
    for name, copy_state in copies.items():
        proven = copy_state == "verified"
        BackupCopy.objects.create(
            run=run, destination=name, kind="folder", state=copy_state, verified_at=at if proven else None,
            verify_seconds=12 if proven else 0, checks=[CHECK] if proven else [],
            error="" if proven else "backup.flaw.altered", error_params={} if proven else {"part": "keyuan.age.0003"},
        )  # fmt: skip
    return run


def text(answer):
    return answer.content.decode()


def test_only_those_who_answer_for_backups_see_them(as_actor, plan_file):
    run = made(3, a="verified", b="verified")
    addresses = [reverse(f"platform:backup-{name}") for name in ("list", "drill")]
    addresses.append(reverse("platform:backup-run", args=[run.pk]))

    assert [as_actor(OPERATOR).get(address).status_code for address in addresses] == [200, 200, 200]
    assert [as_actor(OTHER).get(address).status_code for address in addresses] == [403, 403, 403]


def test_a_run_shows_what_was_proven_and_what_is_wrong(as_actor):
    run = made(3, "partial", a="verified", b="refuted")

    shown = text(as_actor(OPERATOR).get(reverse("platform:backup-run", args=[run.pk])))

    assert "112" in shown
    assert "41,060" in shown
    assert "keyuan.age.0003" in shown
    assert run.name in text(as_actor(OPERATOR).get(reverse("platform:backup-list")))


def test_the_report_is_of_the_last_proven_backup_and_not_of_the_last_run(plan_file):
    proven = made(30, a="verified", b="verified")
    made(2, "failed", a="failed", b="refuted")

    report = drill_report(NOW)

    assert (report.last_name, report.age, report.restore_seconds) == (proven.name, timedelta(hours=30), 12)
    assert not report.is_late
    assert [place.last.state for place in report.places] == ["failed", "refuted"]
    assert [place.proven.run_id for place in report.places] == [proven.pk, proven.pk]
    assert "backup.warn.last_failed" in report.warnings
    assert pane(OPERATOR, NOW).tone == "warn"


@pytest.mark.parametrize("_case, hours, late", [("within two days", 47, False), ("older", 49, True)])
def test_a_backup_is_late_after_the_days_of_the_plan(plan_file, _case, hours, late):
    made(hours, a="verified", b="verified")

    assert drill_report(NOW).is_late is late


def test_without_destinations_the_report_says_that_nothing_is_backed_up(settings, tmp_path):
    settings.BACKUP_DESTINATIONS = tmp_path / "none.toml"

    report = drill_report(NOW)

    assert report.is_late
    assert report.warnings == ("backup.warn.no_place",)
    assert pane(OPERATOR, NOW).tone == "bad"
    with pytest.raises(Refused) as caught:
        running.back_up(actor=OPERATOR, plan=Plan())
    assert caught.value.code == "backup.no_destination"


def test_asking_puts_a_job_into_the_queue_on_record(as_actor, plan_file, settings, tmp_path):
    settings.VAR_DIR = tmp_path / "var"
    browser = as_actor(OPERATOR)

    answers = [browser.post(reverse(f"platform:backup-{act}")) for act in ("now", "verify")]

    assert [answer.status_code for answer in answers] == [302, 302]
    # There is nothing to verify yet, so only the backup was asked for.
    assert [opened(message) for message in OrmQ.objects.all()] == [
        {"path": "keyuan.platform.backup.jobs.back_up", "kwargs": {"person": 9}, "attempt": 1}
    ]
    assert AuditEvent.objects.filter(subject_kind="backup").count() == 1
    assert as_actor(OTHER).post(reverse("platform:backup-now")).status_code == 403


def test_a_job_starts_no_second_backup(monkeypatch, plan_file, settings, tmp_path):
    settings.VAR_DIR = tmp_path / "var"
    started = []
    monkeypatch.setattr(jobs.child, "start", lambda *words: started.append(words))

    with workplace.alone():
        jobs.back_up()
    jobs.back_up(person=9)

    assert started == [("backup", "now", "--for", "9")]


def test_the_watch_tells_once_a_day_that_the_last_proof_is_old(monkeypatch, plan_file):
    told = []
    monkeypatch.setattr(ledger.people, "holders_of", lambda permission: [9])
    monkeypatch.setattr(ledger, "notify_staff", lambda users, kind, code, params, **_rest: told.append((users, code)))
    monkeypatch.setattr(jobs.clock, "wall", lambda: NOW)
    made(60, a="verified", b="verified")

    jobs.watch()
    jobs.watch()

    assert told == [([9], "backup.notice_old")]


@pytest.mark.parametrize("_case, body, word", [
    ("no kind", '[[destination]]\nname = "a"\n', "kind"),
    ("an unknown word", '[[destination]]\nname = "a"\nkind = "folder"\npath = "/x"\npasword = "1"\n', "pasword"),
    ("something missing", '[[destination]]\nname = "a"\nkind = "s3"\nbucket = "x"\n', "access_key"),
    ("twice the same", 2 * '[[destination]]\nname = "a"\nkind = "folder"\npath = "/x"\n', "same name"),
    ("inside the data folder", '[[destination]]\nname = "a"\nkind = "folder"\npath = "VAR/b"\n', "data folder"),
    ("no TOML", "[[", ""),
])  # fmt: skip
def test_a_wrong_file_of_destinations_is_refused_with_its_reason(settings, tmp_path, _case, body, word):
    path = tmp_path / "backup.toml"
    path.write_text(body.replace("VAR", str(settings.VAR_DIR)))

    with pytest.raises(Refused) as caught:
        load_plan(path)

    assert caught.value.code == "backup.config"
    assert word in caught.value.params["why"]
