"""An import in the browser, from the file to its result; what is another's stays out of sight (PLT-9)."""

import errno
from dataclasses import replace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from keyuan.platform.files import vault
from keyuan.platform.imports import lifecycle
from keyuan.platform.imports.tests.conftest import CLERK, work_off
from keyuan.platform.imports.tests.samples import csv_bytes, gzipped
from keyuan.platform.imports.tests.targets import THINGS
from keyuan.platform.models import ImportJob, NumberCounter
from keyuan.platform.tests.actors import MIDDLEWARE, browser_of

pytestmark = pytest.mark.django_db
BOOK = csv_bytes(["编号", "金额", "词", "备注"], ["k1", "1.50", "", "x"], ["k2", "much", "", "y"])


@pytest.fixture
def browser(settings):
    settings.MIDDLEWARE = [MIDDLEWARE if name.endswith(".ActorMiddleware") else name for name in settings.MIDDLEWARE]
    return browser_of(CLERK)


def upload(browser, data=BOOK, name="book.csv"):
    return browser.post(reverse("platform:import-create"), {"file": SimpleUploadedFile(name, data)})


def at(name, import_job):
    return reverse(f"platform:{name}", args=[import_job.pk])


def posted(**more):
    return {
        "target": THINGS.key,
        "source": "shop",
        "name": "shop book",
        "currency": "CNY",
        "unit": "1",
        "mode": "keep_good",
        "key-column": ":编号",
        "amount-column": ":金额",
        "fact": ["备注"],
        **more,
    }


def test_a_file_goes_from_upload_through_mapping_and_check_into_the_book(browser):
    sent = upload(browser)
    import_job = ImportJob.objects.get()
    assert (sent.status_code, sent["Location"]) == (302, at("import-mapping", import_job))

    proposal = browser.get(at("import-mapping", import_job)).content.decode()
    assert 'name="key-column"' in proposal
    assert '<option value=":金额" selected>' in proposal

    mapped = browser.post(at("import-mapping", import_job), posted())
    assert (mapped.status_code, mapped["Location"]) == (302, at("import-detail", import_job))
    work_off(import_job)
    checked = browser.get(at("import-detail", import_job)).content.decode()
    assert NumberCounter.objects.count() == 0
    assert at("import-detail", import_job) + "start/" in checked

    browser.post(at("import-start", import_job))
    done = work_off(import_job)
    result = browser.get(at("import-detail", import_job)).content.decode()
    assert (done.stage, done.created, done.refused) == ("done", 1, 1)
    assert "1.50" in result
    assert at("import-errors", import_job) in result


def test_the_page_asks_again_only_while_the_import_runs(browser):
    upload(browser)
    import_job = ImportJob.objects.get()
    browser.post(at("import-mapping", import_job), posted())
    assert "every 1s" in browser.get(at("import-detail", import_job)).content.decode()

    work_off(import_job)

    assert "every 1s" not in browser.get(at("import-detail", import_job)).content.decode()


def test_an_import_without_one_good_row_is_not_offered_for_writing(browser):
    upload(browser, csv_bytes(["编号", "金额", "词", "备注"], ["k1", "much", "", "x"]))
    import_job = ImportJob.objects.get()
    browser.post(at("import-mapping", import_job), posted())
    work_off(import_job)

    checked = browser.get(at("import-detail", import_job)).content.decode()

    assert at("import-detail", import_job) + "start/" not in checked
    assert 'id="import-hopeless"' in checked


def test_a_mapping_that_cannot_be_used_comes_back_with_reasons_and_nothing_is_lost(browser):
    upload(browser)
    import_job = ImportJob.objects.get()

    answer = browser.post(
        at("import-mapping", import_job),
        posted(**{"amount-column": "", "key-values": "a = b", "unit": "1"}),
        headers={"HX-Request": "true"},
    )

    text = answer.content.decode()
    assert answer.status_code == 422
    assert "a = b" in text
    assert 'id="amount-error"' in text
    assert ImportJob.objects.get().mapping == {}


def test_the_mapping_can_be_edited_as_data(browser):
    upload(browser)
    import_job = ImportJob.objects.get()
    text = '{"source": "shop", "fields": {"key": {"column": "编号"}, "amount": {"column": "金额", "scale": "2"}}}'

    browser.post(at("import-mapping", import_job), posted(use_json="1", json=text))
    wrong = browser.post(at("import-mapping", import_job), posted(use_json="1", json="{"))

    assert ImportJob.objects.get().mapping["fields"]["amount"] == {"column": "金额", "scale": "2"}
    assert wrong.status_code == 422


def test_an_upload_is_encrypted_while_it_arrives(browser):
    upload(browser, BOOK + b"k3,9.87,SECRETWORD,\r\n" * 300_000)

    import_job = ImportJob.objects.get()
    assert import_job.rows_total == 300_002
    assert b"SECRETWORD" not in vault.path_of(import_job.storage_name).read_bytes()


@pytest.mark.parametrize(
    "_case, data, name, words",
    [
        ("cut gzip", gzipped(BOOK)[:-5], "book.csv.gz", "cut off"),
        ("empty", b"", "book.csv", "no row"),
        ("pdf", b"%PDF-1.7 x", "book.csv", "no table"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(browser, settings, _case, data, name, words):
    settings.LANGUAGE_CODE = "en"
    answer = browser.post(
        reverse("platform:import-create"),
        {"file": SimpleUploadedFile(name, data)} if data else {},
        headers={"Accept-Language": "en"},
    )

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert ImportJob.objects.count() == 0


def test_a_full_disk_is_said_on_the_page_and_nothing_half_is_kept(browser, monkeypatch):
    kept = {path for path in vault.folder().rglob("*") if path.is_file()}

    def full(_descriptor):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("keyuan.platform.files.vault.os.fsync", full)
    answer = upload(browser)

    assert answer.status_code == 422
    assert ImportJob.objects.count() == 0
    assert {path for path in vault.folder().rglob("*") if path.is_file()} == kept


def test_an_upload_without_the_token_of_the_form_is_refused(settings):
    settings.MIDDLEWARE = [MIDDLEWARE if name.endswith(".ActorMiddleware") else name for name in settings.MIDDLEWARE]
    strict = Client(enforce_csrf_checks=True, **browser_of(CLERK).defaults)
    strict.cookies["csrftoken"] = "a" * 32
    kept = {path for path in vault.folder().rglob("*") if path.is_file()}

    answer = strict.post(reverse("platform:import-create"), {"file": SimpleUploadedFile("a.csv", BOOK)})

    assert answer.status_code == 403
    assert ImportJob.objects.count() == 0
    assert {path for path in vault.folder().rglob("*") if path.is_file()} == kept


def test_the_imports_of_others_are_not_found(browser):
    upload(browser)
    import_job = ImportJob.objects.get()
    stranger = browser_of(replace(CLERK, id=8))

    pages = ("import-detail", "import-mapping", "import-errors")
    assert [stranger.get(at(name, import_job)).status_code for name in pages] == [404, 404, 404]
    assert stranger.post(at("import-cancel", import_job)).status_code == 404
    assert "book.csv" not in stranger.get(reverse("platform:import-list")).content.decode()
    assert "book.csv" in browser.get(reverse("platform:import-list")).content.decode()


def test_without_the_permission_there_is_no_page(browser):
    outsider = browser_of(replace(CLERK, permissions=frozenset()))

    assert outsider.get(reverse("platform:import-list")).status_code == 403
    assert upload(outsider).status_code == 403


def test_the_error_file_is_sent_to_its_owner_and_stands_in_the_audit_trail(browser):
    upload(browser)
    import_job = ImportJob.objects.get()
    browser.post(at("import-mapping", import_job), posted())
    work_off(import_job)

    answer = browser.get(at("import-errors", import_job))

    body = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert body.splitlines()[1].startswith("k2,much,,y,")
    assert "book-refused.csv" in answer["Content-Disposition"]


def test_a_double_click_starts_one_import(browser):
    upload(browser)
    import_job = ImportJob.objects.get()
    browser.post(at("import-mapping", import_job), posted())
    work_off(import_job)

    first = browser.post(at("import-start", import_job), headers={"HX-Request": "true"})
    second = browser.post(at("import-start", import_job), headers={"HX-Request": "true"})

    assert (first.status_code, second.status_code) == (200, 422)
    assert work_off(import_job).created == 1


def test_a_row_without_header_can_be_taken_as_data(browser):
    upload(browser)
    import_job = ImportJob.objects.get()

    browser.post(at("import-layout", import_job), {"sheet": ""})

    import_job.refresh_from_db()
    assert import_job.layout["columns"] == ["#1", "#2", "#3", "#4"]
    assert import_job.rows_total == 3


def test_pausing_and_cancelling_on_the_page(browser):
    upload(browser)
    import_job = ImportJob.objects.get()
    browser.post(at("import-mapping", import_job), posted())
    work_off(import_job)
    lifecycle.start_import(actor=CLERK, import_id=import_job.pk)

    for act in ("pause", "resume", "cancel"):
        assert browser.post(at(f"import-{act}", import_job), headers={"HX-Request": "true"}).status_code == 200

    import_job.refresh_from_db()
    assert (import_job.stage, import_job.lock_key) == ("cancelled", None)
