"""The interface is not shaped around files: a REST-like system delivers pages of records by cursor (PLT-14)."""

from contextlib import contextmanager
from datetime import date, timedelta

import pytest

from keyuan.integrations.extensions import ConnectorKind, connector_kinds
from keyuan.integrations.models import Connector, Delivery
from keyuan.integrations.rules.offers import Block, Offer, OfferedPart, Seen
from keyuan.integrations.services import storing
from keyuan.integrations.tests.world import HEAD, counts, keep_mapping, make_connector, policy, run
from keyuan.organisation.testing import small_tree
from keyuan.platform.jobs.drain import drain

pytestmark = pytest.mark.django_db
PAGE = 10


class Ledger:
    """Another system: changes since the last delivery, read page by page; no files, no digests, nothing to move."""

    def __init__(self, rows):
        self.rows, self.asked, self.fails_at, self.settled = rows, [], None, []

    def offers(self, known):
        if "batch-7" not in known:
            part = OfferedPart(
                "changes", "policies", "core_policies", rows=len(self.rows), totals={"premium": 2_500_000}
            )
            yield Offer("batch-7", "version-1", "7", "batch-7", 7, date(2025, 3, 7), (part,))

    def look(self, _handle, _part):
        return Seen(None, "version-1")

    def fetch(self, _handle, _part, cursor):
        start = int(cursor or 0)
        for page in range(start, len(self.rows), PAGE):
            self.asked.append(page)
            if page == self.fails_at:
                raise ConnectionResetError
            lines = [HEAD, *self.rows[page : page + PAGE]] if page == 0 else self.rows[page : page + PAGE]
            yield Block("".join(",".join(line) + "\n" for line in lines).encode(), str(page + PAGE))

    def settle(self, handle, _parts, *, good):
        self.settled.append((handle, good))


@pytest.fixture
def ledger(monkeypatch, folder):
    system = Ledger([policy(number) for number in range(25)])

    @contextmanager
    def opened(config):
        yield system

    kind = ConnectorKind("ledger", "Ledger", opened, ("host",), frozenset({"host"}))
    monkeypatch.setitem(connector_kinds._items, "ledger", kind)
    return system


@pytest.fixture
def connector(ledger):
    small_tree()
    keep_mapping()
    return make_connector("T-0", kind="ledger", config={"host": "core.example"})


def test_records_by_cursor_are_loaded_and_reconciled(ledger, connector):
    run(connector)

    found = Delivery.objects.get()
    assert (found.state, counts(found), found.rows_claimed) == ("loaded", (25, 25, 0, 0, 0), 25)
    assert (ledger.settled, Connector.objects.get().last_sequence) == ([("7", True)], 7)


def test_a_broken_connection_goes_on_at_the_cursor(ledger, connector, monkeypatch):
    monkeypatch.setattr(storing.segments, "__defaults__", (1,))
    ledger.fails_at = 20

    run(connector)
    assert Delivery.objects.get().state == "loading"
    ledger.fails_at = None
    drain(until=connector.created_at + timedelta(minutes=10))

    assert (Delivery.objects.get().state, ledger.asked) == ("loaded", [0, 10, 20, 20])


def test_what_was_dealt_with_is_not_asked_for_again(ledger, connector):
    run(connector)
    run(connector)

    assert (Delivery.objects.count(), ledger.asked) == (1, [0, 10, 20])
