"""Exports: permission, reason, mask, watermark, formula safety, expiry, owner only, on the trail (PLT-9)."""

import csv
from dataclasses import replace
from datetime import timedelta

import pytest
from python_calamine import CalamineWorkbook

from keyuan.kernel.actor import FieldLevel
from keyuan.kernel.errors import Forbidden, NotFound, Refused
from keyuan.platform.jobs import TrackedJob
from keyuan.platform.jobs.chunks import run_job
from keyuan.platform.lists.export import export_path, hand_out, request_export
from keyuan.platform.lists.export.serving import expire_exports
from keyuan.platform.lists.export.values import harmless
from keyuan.platform.lists.tests.samples import NOW, READER, TODAY, make_rows, person
from keyuan.platform.models import AuditEvent, Export
from keyuan.platform.permissions import EXPORT_RUN

TOKEN = "one form"
pytestmark = pytest.mark.django_db


def ask(
    spec,
    *,
    actor=READER,
    query="sort=size",
    columns=("title", "size", "rows"),
    reason="月度核对",
    kind="csv",
    token=TOKEN,
):
    return request_export(
        actor=actor,
        spec=spec,
        query=query,
        columns=columns,
        reason=reason,
        file_format=kind,
        token=token,
        now=NOW,
        today=TODAY,
    )  # fmt: skip


def lines_of(export):
    with export_path(export).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def test_csv_opens_in_excel_and_begins_with_who_when_and_why(samples, exports_folder):
    make_rows(2)

    export = ask(samples)

    assert export_path(export).read_bytes().startswith(b"\xef\xbb\xbf# ")
    mark, heads, *rows = lines_of(export)
    assert all(part in mark[0] for part in ("A1 人1", "2026-03-16 10:00:00", "月度核对", "2026-03-23"))
    assert heads == ["Title", "Size", "Rows"]
    assert rows == [["t0", "0.00", "0"], ["t1", "0.00", "1"]]


def test_xlsx_keeps_numbers_as_numbers_and_has_a_sheet_about_itself(samples, exports_folder):
    make_rows(6)

    export = ask(samples, kind="xlsx", query="sort=-size")

    book = CalamineWorkbook.from_path(str(export_path(export)))
    rows, about = (book.get_sheet_by_index(number).to_python() for number in (0, 1))
    assert rows[1] == ["t5", 0.01, 5.0]
    assert [row[1] for row in about][1:4] == ["A1 人1", "2026-03-16 10:00:00", "月度核对"]


@pytest.mark.parametrize("text", ["=1+1", "+86", "-2", "@SUM(A1)", "\tx", "\rx", "  =cmd|'/c calc'!A1"])
def test_nothing_that_looks_like_a_formula_reaches_a_file(samples, exports_folder, text):
    make_rows(1, title=text)

    title = lines_of(ask(samples))[2][0]

    assert title == f"'{text}"


def test_harmless_text_stays_as_it_is():
    assert harmless("欧阳锋 (=)") == "欧阳锋 (=)"


def test_file_holds_what_the_page_shows_to_the_same_person(samples, exports_folder):
    make_rows(1)
    strict = person(1, field_levels={"name": FieldLevel.STRICT})
    blind = person(1, field_levels={"name": FieldLevel.HIDDEN})

    masked = lines_of(ask(samples, actor=strict, columns=("owner",)))
    hidden = lines_of(ask(samples, actor=blind, columns=("owner",), token="t2"))

    assert masked[2] == ["t0", "欧**锋"] or masked[2] == ["欧**锋"] or "欧*锋" in masked[2]
    assert hidden[1] == ["Title"]


def test_file_holds_the_filtered_rows_only(samples, exports_folder):
    make_rows(3)
    make_rows(2, start=50, status="FAILED")
    make_rows(2, owner=77)

    export = ask(samples, query="status=FAILED&sort=size")

    assert (export.rows, len(lines_of(export))) == (2, 4)


@pytest.mark.parametrize("reason", ["", "   ", "x" * 201])
def test_reason_is_asked(samples, exports_folder, reason):
    with pytest.raises(Refused) as caught:
        ask(samples, reason=reason)

    assert (caught.value.code, caught.value.field) == ("export.reason", "reason")
    assert not Export.objects.filter(list_key="samples").exists()


def test_export_needs_its_permission(samples, exports_folder):
    reader = replace(READER, permissions=READER.permissions - {EXPORT_RUN})

    with pytest.raises(Forbidden):
        ask(samples, actor=reader)


def test_too_many_rows_are_refused_with_the_limit(samples, exports_folder, monkeypatch):
    monkeypatch.setattr("keyuan.platform.lists.export.requests.EXPORT_LIMIT", 5)
    make_rows(6)

    with pytest.raises(Refused) as caught:
        ask(samples)

    assert (caught.value.code, caught.value.params["limit"]) == ("export.too_many", "5")


def test_second_sending_of_one_form_finds_the_first_file(samples, exports_folder):
    make_rows(2)

    assert ask(samples).pk == ask(samples).pk


def test_asking_again_makes_the_file_that_a_killed_request_left_unmade(samples, exports_folder):
    make_rows(2)
    first = ask(samples)
    Export.objects.filter(pk=first.pk).update(status=Export.Status.RUNNING, file_name="")

    again = ask(samples)

    assert (again.pk, again.status) == (first.pk, Export.Status.READY)
    assert export_path(again).is_file()


def test_larger_export_is_made_in_a_job(samples, exports_folder, known_people, monkeypatch):
    monkeypatch.setattr("keyuan.platform.lists.export.requests.AT_ONCE", 5)
    monkeypatch.setattr("keyuan.platform.lists.export.making.STRIDE", 4)
    make_rows(10)

    export = ask(samples)
    assert export.status == "RUNNING"
    job = TrackedJob.objects.get(pk=export.job_id)
    run_job(job.pk, job.step)

    export.refresh_from_db()
    job.refresh_from_db()
    assert (export.status, export.rows, job.status, job.done) == ("READY", 10, "done", 10)
    assert len(lines_of(export)) == 12


def test_file_is_readable_by_this_systems_user_alone(samples, exports_folder):
    make_rows(1)

    export = ask(samples)

    assert export_path(export).stat().st_mode & 0o077 == 0
    assert [path.name for path in exports_folder.iterdir()] == [export.file_name]


def test_owner_gets_the_file_and_each_taking_is_on_the_trail(samples, exports_folder):
    make_rows(1)
    export = ask(samples)

    hand_out(actor=READER, export_id=export.pk, now=NOW)

    export.refresh_from_db()
    assert export.downloads == 1
    assert list(AuditEvent.objects.order_by("id").values_list("action", "reason")) == [("export", "月度核对")] * 2


def test_nobody_else_gets_the_file(samples, exports_folder):
    make_rows(1)
    export = ask(samples)

    with pytest.raises(NotFound):
        hand_out(actor=person(6), export_id=export.pk, now=NOW)


def test_file_is_gone_after_seven_days(samples, exports_folder):
    make_rows(1)
    export = ask(samples)
    late = NOW + timedelta(days=7)

    with pytest.raises(NotFound, match=r"export\.expired"):
        hand_out(actor=READER, export_id=export.pk, now=late)
    assert expire_exports(now=late) == 2
    export.refresh_from_db()
    assert (export.status, export_path(export).exists()) == ("EXPIRED", False)
