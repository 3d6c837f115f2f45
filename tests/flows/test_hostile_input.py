"""Hostile text in every field of every page: never a fault of ours, never given back unescaped (PLT-4, PLT-13).

One walk over the URL map as somebody who may do everything, each page read for its fields and sent them filled with
what attackers type. Later pages show what earlier ones stored.
"""

import re
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client

from keyuan.kernel.actor import Reach
from keyuan.organisation import testing
from keyuan.organisation.models import RolePermission
from keyuan.organisation.testing import small_tree
from keyuan.platform.catalogue import catalogue
from tests.flows.stranger import StrangersBook, strangers_book
from tests.flows.test_matrix import ADDRESSES, filled

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.sqlite_only("fields are the same code on both databases, and the walk is long"),
]

SCRIPT = "<script>ky7()</script>"
TAG = '"><img src=x onerror=ky7()>'
TEMPLATE = "{{ 7|add:7 }}{% debug %}"
#: What only an unescaped page would show, and what only an interpreted template would.
UNESCAPED = (SCRIPT, TAG, "<img src=x onerror")
EVERYTHING = f"{SCRIPT}{TAG}{TEMPLATE}' OR 1=1;--\u202e\u2066${{7*7}}%s%n../../etc/passwd\r\nSet-Cookie: ky7=1"
#: One of these besides, in turn; percent-encoded, so that what is no UTF-8 can be sent too.
ODD = (
    quote("a\0b"), "%ED%A0%80", "%FF%FE", quote("9" * 400), quote("-1"), quote("１２"), quote("1e309"), quote("٣"),
    quote("2026-02-30"), quote("9999999-01-01"), quote("\u2028" * 50), quote("𝕏" * 300), quote("[]{}\\"),
)  # fmt: skip
LONG = "A" * 1_000_000
NAMES = re.compile(rb'name="([A-Za-z][\w.-]{0,60})"')
#: Parameters that pages read though no field bears their name.
ASKED = ("q", "sort", "after", "before", "view", "tab", "panel", "next", "t", "lane", "subject", "columns", "whole")
KEPT = frozenset({"csrfmiddlewaretoken"})
#: Faces of programs, which have a walk of their own.
OTHERS = ("/api/",)


@pytest.fixture
def book() -> StrangersBook:
    return strangers_book(small_tree())


@pytest.fixture
def visitor(book: StrangersBook, settings: Any) -> Client:
    """Somebody with every permission over the whole book, in whom no limit of speed is tested."""
    settings.RATES = ()
    post = testing.make_post("management", unit=small_tree().head, reach=Reach.ALL)
    held = set(RolePermission.objects.filter(role=post.role).values_list("permission", flat=True))
    RolePermission.objects.bulk_create(
        RolePermission(role=post.role, permission=entry.key) for entry in catalogue if entry.key not in held
    )
    client = Client(raise_request_exception=False)
    testing.signed_in_client(client, post.user, testing.fresh(post))
    return client


def body(answer: Any) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def fields_of(text: bytes) -> list[str]:
    """Return the names of the fields of a page."""
    return sorted({name.decode() for name in NAMES.findall(text)} - KEPT) or ["name", "value", "reason", "q"]


def encoded(names: list[str], odd: str) -> str:
    """Return a form in which every second field holds everything, the others one odd thing."""
    return "&".join(f"{name}={odd if at % 2 else quote(EVERYTHING)}" for at, name in enumerate(names))


def wrongs(route: str, answer: Any) -> list[str]:
    """Say what is wrong with an answer."""
    text = body(answer).decode("utf-8", "replace")
    found = [f"{route}: {answer.status_code}"] if answer.status_code >= 500 and answer.status_code != 503 else []
    if answer.get("Content-Type", "").startswith("text/html"):
        found += [f"{route}: unescaped" for word in UNESCAPED if word in text]
    if "ky7" in answer.cookies or "\n" in str(answer.headers.get("Location", "")):
        found.append(f"{route}: a header was split")
    return found


def test_no_field_of_any_page_can_be_turned_against_it(visitor, book):
    routes = [route for route, _entry in ADDRESSES if not route.startswith(OTHERS)]
    wrong: list[str] = []

    for at, route in enumerate(routes):
        path, odd = filled(route, book), ODD[at % len(ODD)]
        shown = visitor.get(f"{path}?{encoded(list(ASKED), odd)}")
        names = fields_of(body(shown) if shown.status_code == 200 else body(visitor.get(path)))
        sent = visitor.generic("POST", path, encoded(names, odd), "application/x-www-form-urlencoded")
        wrong += wrongs(f"GET {route}", shown) + wrongs(f"POST {route}", sent)

    assert wrong == []
    assert len(routes) > 150
    assert visitor.get("/me/").status_code == 200, "the walk lost its session on the way"


def test_what_is_a_megabyte_long_is_refused_as_too_long(visitor, book):
    routes = ("/customers/enter/", "/policies/new/", "/sign-in/", "/me/password/", "/customers/batches/new/")

    answers = {
        route: visitor.post(route, {"name": LONG, "username": LONG, "old_password": LONG, "lines": LONG})
        for route in routes
    }

    assert {route: answer.status_code for route, answer in answers.items() if answer.status_code >= 500} == {}
