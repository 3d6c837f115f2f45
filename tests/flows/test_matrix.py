"""Every address × every role, against a book that is none of the visitor's business (PLT-4, decision 17).

The addresses come from the URL map; one whose parameters this test does not know fails it.
"""

import logging
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, get_resolver

from keyuan.kernel.actor import Reach
from keyuan.organisation.services.default_roles import DEFAULT_ROLES
from keyuan.organisation.testing import client_of, small_tree
from keyuan.platform.http import PROGRAMS, PUBLIC, SIGNED_IN
from tests.flows.stranger import PLAIN, SECRET, StrangersBook, strangers_book

PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>")
#: Ends the visitor's session, which the others need; sign-in pages have tests of their own.
LEFT_OUT = frozenset({"sign-out", "sign-in", "sign-in-code", "sessions-end-others"})
REFUSED = frozenset({403, 404, 405})

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.sqlite_only("the doors are the same code on both databases, and the walk is long"),
]


def addresses(resolver: Any = None, prefix: str = "/") -> list[tuple[str, URLPattern]]:
    """Every route of the URL map with its pattern."""
    found: list[tuple[str, URLPattern]] = []
    for entry in (resolver or get_resolver()).url_patterns:
        route = prefix + str(entry.pattern)
        found += [(route, entry)] if isinstance(entry, URLPattern) else addresses(entry, route)
    return found


#: Addresses of programs have a matrix of their own (`keyuan/api/tests/test_matrix.py`).
ADDRESSES = [
    (route, entry)
    for route, entry in addresses()
    if entry.name not in LEFT_OUT and entry.callback.permission != PROGRAMS
]
TRIED_BY = 3
#: Permission → the addresses behind it.
DOORS: dict[str, list[str]] = {}
for _route, _entry in ADDRESSES:
    DOORS.setdefault(_entry.callback.permission, []).append(_route)


def filled(route: str, book: StrangersBook) -> str:
    """Return the route with the stranger's ids in the places of its parameters."""
    return PARAMETER.sub(lambda match: str(book.ids[match[1]]), route)


def is_guarded(route: str, book: StrangersBook) -> bool:
    """Tell whether the address names something of the stranger's."""
    return any(name in book.guarded for name in PARAMETER.findall(route))


@pytest.fixture(autouse=True)
def silence() -> Iterator[None]:
    """Log no refusal: with its traceback it takes longer than the answer, ten thousand times."""
    logging.disable(logging.ERROR)
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture
def book() -> StrangersBook:
    return strangers_book(small_tree())


def test_the_parameters_of_every_address_are_known(book):
    unknown = {name for route, _entry in ADDRESSES for name in PARAMETER.findall(route)} - set(book.ids)

    assert unknown == set()


def told(answer: Any) -> str:
    """Return everything an answer says: body and headers."""
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return body.decode("utf-8", "replace") + str(dict(answer.headers))


def visit(client: Client, route: str, book: StrangersBook, method: str) -> tuple[int, str]:
    """Ask for the stranger's thing at ``route``."""
    answer = getattr(client, method)(filled(route, book), {"q": SECRET, "reason": "x", "action": "assign"})
    return answer.status_code, told(answer)


def methods(permission: str, route: str, role: str, book: StrangersBook) -> tuple[str, ...]:
    """Return how to knock: both ways where the door may open onto something of the stranger's, else once."""
    if not may(role, permission):
        return ("post",) if knocks(role, permission, route) else ()
    return ("get", "post") if is_guarded(route, book) else ("get",)


def knocks(role: str, permission: str, route: str) -> bool:
    """Tell whether a role tries a door that its permissions keep shut.

    Every role tries the first door of every permission, and every door is tried by three roles without it: which
    refusal comes is decided by role and permission alone, in one place (`keyuan.platform.http.allow`).
    """
    doors = DOORS[permission]
    shut_out = [one for one in sorted(DEFAULT_ROLES) if not may(one, permission)]
    turns = {shut_out[(doors.index(route) + step) % len(shut_out)] for step in range(TRIED_BY)}
    return route == doors[0] or role in turns


def may(role: str, permission: str) -> bool:
    """Tell whether the role lets its holders in."""
    return permission in (PUBLIC, SIGNED_IN) or permission in DEFAULT_ROLES[role].all_permissions()


def problem(permission: str, route: str, status: int, text: str, role: str, book: StrangersBook) -> str:
    """Return what is wrong with an answer, empty when nothing is."""
    default, allowed = DEFAULT_ROLES[role], may(role, permission)
    if any(value in text for value in PLAIN):
        return "shows a sealed value"
    if not allowed and status not in REFUSED:
        return f"answers {status} without the permission {permission}"
    if default.reach is not Reach.ALL and f"{SECRET}甲" in text:
        return "names a customer out of reach"
    if allowed and default.reach is not Reach.ALL and is_guarded(route, book) and status not in REFUSED:
        return f"answers {status} for a record out of reach"
    return ""


@pytest.mark.parametrize("role", sorted(DEFAULT_ROLES))
def test_a_strangers_book_stays_shut(role, book, settings):
    settings.RATES = ()  # the walk is faster than people: there are more addresses of exports than a limit lets pass
    channel = "BROKERAGE" if DEFAULT_ROLES[role].reach is Reach.CHANNEL else ""
    client, _actor = client_of(role, unit=small_tree().team_a, sales_channel=channel)
    before = book.state()

    wrong = [
        f"{method.upper()} {route}: {reason}"
        for route, entry in ADDRESSES
        for method in methods(entry.callback.permission, route, role, book)
        if (reason := problem(entry.callback.permission, route, *visit(client, route, book, method), role, book))
    ]

    assert wrong == []
    if DEFAULT_ROLES[role].reach is not Reach.ALL:
        assert book.state() == before


def test_nobody_gets_anywhere_without_signing_in(book):
    client = Client()

    wrong = [
        route
        for route, entry in ADDRESSES
        if entry.callback.permission != PUBLIC and client.get(filled(route, book)).status_code not in (302, 405)
    ]

    assert wrong == []


def test_the_palette_offers_nothing_to_do_with_a_strangers_record(book):
    subject = f"customer:{book.ids['customer_id']}"
    visitor = client_of("customer_resource_manager", unit=small_tree().team_a)[0]
    owner = client_of("customer_resource_manager", unit=small_tree().west)[0]

    answers = [told(client.get("/palette/", {"subject": subject})) for client in (visitor, owner)]

    assert [f"/customers/{book.ids['customer_id']}/" in text for text in answers] == [False, True]


def test_the_own_branch_opens_what_the_strangers_cannot(book):
    """The matrix could pass by shutting everybody out; this is its other half."""
    client, _actor = client_of("customer_resource_manager", unit=small_tree().west)
    customer, policy, claim = (book.ids[key] for key in ("customer_id", "policy_id", "claim_id"))

    for path in (f"/customers/{customer}/", f"/policies/{policy}/", f"/claims/{claim}/", "/customers/"):
        answer = client.get(path)
        assert answer.status_code == 200
        assert SECRET in told(answer)
