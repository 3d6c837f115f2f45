"""An outsourced post never reads a whole name, on any page it may open (PLT-4 c; ui.md "Masking").

The addresses come from the URL map, filled with a book that the post was granted.
"""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from keyuan.customers.models import Customer, Grant
from keyuan.customers.testing import NOW
from keyuan.organisation.testing import client_of, small_tree
from keyuan.platform import clock
from keyuan.policies.models import Policy, PolicyParty
from tests.flows.stranger import SECRET, StrangersBook, strangers_book
from tests.flows.test_matrix import ADDRESSES, filled, may, told

ROLE = "outsourced_caller"
#: What shows a customer; the other engines (exports, imports, jobs) hold nothing of this book.
PLACES = ("/customers/", "/policies/", "/claims/", "/palette/", "/recent/")

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.sqlite_only("masks are the same code on both databases, and the walk is long"),
]


@pytest.fixture
def granted() -> tuple[Client, StrangersBook]:
    """A caller with leave to see both customers of a book, whose names stand everywhere a name can."""
    book = strangers_book(small_tree())
    client, actor = client_of(ROLE)
    until = clock.now() + timedelta(days=3)
    for customer in Customer.objects.filter(name__startswith=SECRET):
        Grant.objects.create(
            customer=customer, post_id=actor.post_id or 0, purpose="callback", until=until, created_at=NOW
        )
        PolicyParty.objects.create(policy=Policy.objects.get(), role="INSURED", customer=customer, name=customer.name)
    return client, book


def texts(client: Client, route: str, book: StrangersBook) -> list[tuple[int, str]]:
    """Return the answers of a page: as it is, in the side panel, and for a search of the name."""
    path = filled(route, book)
    answers: list[Any] = [client.get(path, query) for query in ({}, {"panel": 1}, {"whole": 1}, {"q": "隔壁"})]
    return [(answer.status_code, told(answer)) for answer in answers]


def test_no_page_shows_a_whole_name_to_an_outsourced_post(granted):
    client, book = granted
    opened, wrong = 0, []

    for route, entry in ADDRESSES:
        if route.startswith(PLACES) and may(ROLE, entry.callback.permission):
            for status, text in texts(client, route, book):
                opened += status == 200 and f"{SECRET[0]}" in text
                wrong += [route for name in ("甲", "乙") if f"{SECRET}{name}" in text]

    assert sorted(set(wrong)) == []
    assert opened > 40
