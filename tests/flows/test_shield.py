"""Headers of every answer, calls of other sites, sizes and rates (PLT-5, PLT-13)."""

import json
import logging

import pytest
from django.core.management import call_command
from django.http import HttpResponse
from django.test import Client

from keyuan.kernel.rates import Limit
from keyuan.organisation import testing
from keyuan.platform import logs, shield, throttle
from keyuan.platform.models import RateCount

FOREIGN = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "cors", "Sec-Fetch-Dest": "empty"}


@pytest.fixture
def clerk(tree):
    return testing.client_of("claims_handler", unit=tree.east)[0]


@pytest.mark.parametrize("path", ["/sign-in/", "/me/", "/nothing/", "/palette/?q=a", "/static/keyuan/js/dom.js"])
def test_every_answer_carries_the_headers(clerk, path):
    answer = clerk.get(path)

    missing = [name for name in shield.HEADERS if name not in answer]
    assert missing == []
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "frame-ancestors 'none'" in answer["Content-Security-Policy"]


def test_pages_run_no_script_of_others_and_none_inline(clerk):
    rules = dict(part.strip().split(" ", 1) for part in clerk.get("/me/")["Content-Security-Policy"].split(";"))

    assert (rules["script-src"], rules["style-src"], rules["object-src"]) == ("'self'", "'self'", "'none'")
    assert (rules["base-uri"], rules["form-action"]) == ("'none'", "'self'")
    assert "unsafe" not in str(rules)


def test_somebodys_pages_are_kept_nowhere(clerk):
    assert "no-store" in clerk.get("/me/")["Cache-Control"]
    assert "no-store" in Client().get("/sign-in/")["Cache-Control"]


def test_an_unknown_host_gets_nothing_but_headers(db):
    answer = Client().get("/sign-in/", headers={"Host": "evil.example"})

    assert answer.status_code == 400
    assert "evil" not in answer.content.decode()
    assert answer["X-Frame-Options"] == "DENY"


def test_with_https_browsers_are_told_to_stay_there(clerk, settings):
    assert "Strict-Transport-Security" not in clerk.get("/me/")

    settings.HSTS_SECONDS = 31_536_000
    assert clerk.get("/me/")["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_a_form_of_another_site_is_refused(clerk, site):
    answer = clerk.post("/me/sessions/others/end/", headers={"Sec-Fetch-Site": site, "Origin": "https://evil.example"})

    assert answer.status_code == 403


def test_another_site_loads_nothing_of_ours_but_may_link_here(clerk):
    link = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}

    assert clerk.get("/me/", headers=FOREIGN).status_code == 403
    assert clerk.get("/me/", headers=link | {"Sec-Fetch-Dest": "iframe"}).status_code == 403
    assert clerk.get("/me/", headers=link).status_code == 200


def test_a_form_without_its_token_is_refused(tree):
    post = testing.fresh(testing.make_post("claims_handler", unit=tree.east))
    strict = testing.signed_in_client(Client(enforce_csrf_checks=True), post.user, post)

    assert strict.post("/me/sessions/others/end/").status_code == 403


@pytest.mark.parametrize("method", ["trace", "generic"])
def test_methods_that_no_page_uses_are_refused(clerk, method):
    answer = clerk.trace("/me/") if method == "trace" else clerk.generic("BREW", "/me/")

    assert answer.status_code == 405


@pytest.mark.parametrize("path, size, status", [
    ("/sign-in/", 65 * 1024 * 1024, 413),
    ("/imports/new/", 521 * 1024 * 1024, 413),
    ("/nothing/", 65 * 1024 * 1024, 413),
    ("/sign-in/", "many", 413),
])  # fmt: skip
def test_a_body_that_is_announced_too_large_is_not_read(db, path, size, status):
    assert Client().generic("POST", path, b"x", CONTENT_LENGTH=str(size)).status_code == status


def test_a_form_beyond_five_megabytes_is_refused(db):
    answer = Client().post("/sign-in/", "username=" + "a" * 6_000_000, "application/x-www-form-urlencoded")

    assert answer.status_code == 400


def test_too_many_calls_of_one_person_are_refused_and_nobody_else_is(clerk, tree, settings):
    settings.RATES = ((("account",), Limit("try", 3, 3600, batch=2)),)
    answers = [clerk.get("/me/") for _call in range(5)]
    other = testing.client_of("claims_handler", unit=tree.west)[0]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 429, 429]
    assert int(answers[-1]["Retry-After"]) > 0
    assert other.get("/me/").status_code == 200


def test_a_limit_counts_for_all_processes_and_ends_with_its_span(db):
    limit = Limit("two", 2, 60)

    assert throttle.hit(limit, "a", seconds=6000)
    throttle.forget()  # another process knows nothing yet
    assert throttle.hit(limit, "a", seconds=6001)
    assert not throttle.hit(limit, "a", seconds=6059)
    assert throttle.is_over(limit, "a", seconds=6059)
    assert throttle.hit(limit, "a", seconds=6060)


def test_counters_of_past_spans_are_tidied_away(db):
    throttle.hit(Limit("two", 2, 60), "a", seconds=6000)

    assert throttle.tidy(seconds=6061) == 1
    assert not RateCount.objects.exists()


@pytest.mark.parametrize("route, method, name", [
    ("search", "GET", "search"), ("customers-export", "POST", "export"), ("reveal", "POST", "reveal"),
    ("policy-account-reveal", "POST", "reveal"), ("reveal", "GET", None), ("customer", "GET", None),
])  # fmt: skip
def test_what_is_limited(route, method, name):
    found = shield.limit_of(route, method)

    assert (found.name if found else None) == name


def test_a_line_of_the_log_stays_one_line_whatever_somebody_sends(clerk, capsys):
    logs.configure(as_json=True)
    logging.getLogger("keyuan.test").warning("typed %s", 'a\n{"level": "forged"}\r\n\x1b[31m')

    lines = [line for line in capsys.readouterr().err.splitlines() if "typed" in line or "forged" in line]
    assert len(lines) == 1
    assert json.loads(lines[0])["level"] == "warning"


def test_pages_work_without_debugging(settings):
    assert settings.DEBUG is False
    assert isinstance(shield.ShieldMiddleware(lambda _request: HttpResponse()), shield.ShieldMiddleware)
    call_command("check")


def test_every_text_says_its_signs_and_every_cookie_is_bound(clerk):
    answer = clerk.get("/me/")

    assert answer["Content-Type"] == "text/html; charset=utf-8"
    assert {cookie["samesite"] for cookie in answer.cookies.values()} <= {"Lax"}
    assert {name for name, cookie in answer.cookies.items() if not cookie["httponly"]} <= {"csrftoken"}


def test_a_line_of_the_log_says_who_asked_for_what_when_and_with_what_outcome(clerk, capsys):
    logs.configure(as_json=True)
    clerk.get("/organisation/roles/new/")

    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines() if line.startswith("{")]
    line = [line for line in lines if line["event"] == "request" and line.get("status") == 403][-1]
    assert (line["route"], line["status"], line["method"]) == ("organisation:role-new", 403, "GET")
    assert line["actor"]
    assert line["request_id"]
    assert line["timestamp"].endswith("Z")
