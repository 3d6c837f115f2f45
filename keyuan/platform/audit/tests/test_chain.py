"""The chain: every attack on the trail is found and named, on both databases (PLT-6, decision 18).

Attackers here have taken the triggers away first, which needs the database's own password.
"""

import json
import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connections, transaction

from keyuan.platform.audit import Action, Subject, record, record_read
from keyuan.platform.audit.chains import CHAINS
from keyuan.platform.audit.sealer import ChainBroken, seal_all, seal_chain
from keyuan.platform.audit.verifier import verify_all
from keyuan.platform.models import AuditEvent, AuditSeal, Notice, ReadEvent, ReadSeal
from keyuan.platform.people import PeopleSource, people_sources
from keyuan.platform.tests.guards import unguarded

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime(2026, 3, 8, 6, 5, 9, tzinfo=UTC)
COPY = (
    "INSERT INTO platform_{kind}event (uid, at, action, actor_kind, actor_id, actor_name, staff_no, post_label, "
    "address, device, request_id, subject_kind, subject_id, customer_id, reason, changes, detail, mac) "
    "SELECT uid + 1, at, action, actor_kind, actor_id, actor_name, staff_no, post_label, "
    "address, device, request_id, subject_kind, subject_id, customer_id, reason, changes, detail, mac "
    "FROM platform_{kind}event WHERE id = {third}"
)


@pytest.fixture(params=["audit", "read"])
def kind(request):
    return request.param


@pytest.fixture
def trail(clerk, kind):
    """Six sealed events; gives their ids."""
    for number in range(6):
        write(clerk, kind, number)
    seal_all(NOW)
    return list(events(kind).objects.order_by("id").values_list("pk", flat=True))


def write(actor, kind, number):
    if kind == "read":
        record_read(actor, Action.VIEW, Subject("customer", number), customer_id=number, now=NOW)
        return
    with transaction.atomic():
        record(actor, Action.UPDATE, Subject("customer", number), after={"tier": "A"}, customer_id=number, now=NOW)


def events(kind):
    return AuditEvent if kind == "audit" else ReadEvent


def chain_of(kind):
    return CHAINS[0] if kind == "audit" else CHAINS[1]


def attack(kind, *statements, **places):
    connection = connections[chain_of(kind).alias]
    with unguarded(connection), connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement.format(kind=kind, **places))


def breach(now=NOW):
    found = verify_all(now).breach
    return found and (found.code, found.sequence, found.event_id)


def test_an_untouched_trail_is_whole(trail):
    verdict = verify_all(NOW)

    assert (verdict.links, verdict.unsealed, verdict.breach) == (6, 0, None)


def test_sealing_twice_adds_nothing(trail):
    assert seal_all(NOW) == 0


def test_new_events_are_counted_until_they_are_sealed(trail, clerk, kind):
    write(clerk, kind, 9)

    assert verify_all(NOW).unsealed == 1
    assert seal_all(NOW) == 1
    assert verify_all(NOW).links == 7


@pytest.mark.parametrize("statement", [
    "UPDATE platform_{kind}event SET reason = 'x'",
    "DELETE FROM platform_{kind}event",
    "UPDATE platform_{kind}seal SET event_id = event_id + 1",
    "DELETE FROM platform_{kind}seal",
])  # fmt: skip
def test_plain_sql_cannot_alter_the_trail(trail, kind, statement):
    with pytest.raises(DatabaseError, match="append-only"), connections[chain_of(kind).alias].cursor() as cursor:
        cursor.execute(statement.format(kind=kind))

    assert breach() is None


@pytest.mark.postgresql_only("SQLite has no TRUNCATE")
def test_the_tables_cannot_be_truncated(trail, kind):
    with pytest.raises(DatabaseError, match="append-only"), connections[chain_of(kind).alias].cursor() as cursor:
        cursor.execute(f"TRUNCATE platform_{kind}event")


@pytest.mark.parametrize("change", [
    "reason = 'forged'", "actor_id = 99", "detail = '{}'", "customer_id = 99", "at = '2020-01-01 00:00:00+00:00'",
])  # fmt: skip
def test_a_changed_event_is_named(trail, kind, change):
    attack(kind, "UPDATE platform_{kind}event SET {change} WHERE id = {third}", change=change, third=trail[2])

    assert breach() == ("event_changed", 3, trail[2])


def test_a_deleted_event_is_named(trail, kind):
    attack(kind, "DELETE FROM platform_{kind}event WHERE id = {third}", third=trail[2])

    assert breach() == ("event_deleted", 3, trail[2])


def test_an_event_deleted_together_with_its_link_is_noticed(trail, kind):
    attack(
        kind,
        "DELETE FROM platform_{kind}seal WHERE event_id = {third}",
        "DELETE FROM platform_{kind}event WHERE id = {third}",
        third=trail[2],
    )

    assert breach() == ("link_missing", 3, trail[3])


def test_links_closed_up_after_a_deletion_are_noticed(trail, kind):
    attack(
        kind,
        "DELETE FROM platform_{kind}seal WHERE sequence = 3",
        "UPDATE platform_{kind}seal SET sequence = 3 WHERE sequence = 4",
        "UPDATE platform_{kind}seal SET sequence = 4 WHERE sequence = 5",
        "UPDATE platform_{kind}seal SET sequence = 5 WHERE sequence = 6",
    )

    assert breach() == ("link_changed", 3, trail[3])


def test_an_inserted_copy_of_an_event_is_named_at_once(trail, kind):
    attack(kind, COPY, third=trail[2])

    newest = events(kind).objects.order_by("-id").first()
    assert breach() == ("event_inserted", None, newest.pk)


def test_an_inserted_event_stays_noticed_when_the_sealer_chained_it(trail, kind):
    attack(kind, COPY, third=trail[2])
    seal_all(NOW)

    newest = events(kind).objects.order_by("-id").first()
    assert breach() == ("event_changed", 7, newest.pk)


def test_reordered_links_are_noticed(trail, kind):
    attack(
        kind,
        "UPDATE platform_{kind}seal SET event_id = -1 WHERE sequence = 3",
        "UPDATE platform_{kind}seal SET event_id = {third} WHERE sequence = 4",
        "UPDATE platform_{kind}seal SET event_id = {fourth} WHERE sequence = 3",
        third=trail[2],
        fourth=trail[3],
    )

    assert breach() == ("link_changed", 3, trail[3])


def cut_tail(kind, trail):
    attack(
        kind,
        "DELETE FROM platform_{kind}seal WHERE sequence > 4",
        "DELETE FROM platform_{kind}event WHERE id > {fourth}",
        fourth=trail[3],
    )


def test_a_cut_tail_is_noticed_by_the_anchor(trail, kind):
    cut_tail(kind, trail)

    assert breach() == ("tail_cut", 4, None)


def test_a_cut_tail_is_not_papered_over_by_the_sealer(trail, kind, clerk):
    cut_tail(kind, trail)
    for number in range(4):
        write(clerk, kind, 10 + number)

    with pytest.raises(ChainBroken):
        seal_chain(chain_of(kind), NOW + timedelta(minutes=1))

    assert breach()[0] == "tail_cut"


def test_a_broken_chain_is_told_to_those_who_read_the_trail(trail, kind, monkeypatch):
    source = PeopleSource(
        "test", lambda _user, _post: None, lambda _ids: {}, lambda _permission: [8], lambda _actor, _text: []
    )
    monkeypatch.setattr(people_sources, "_items", {"test": source})
    cut_tail(kind, trail)

    assert [seal_all(NOW), seal_all(NOW)] == [0, 0]
    assert Notice.objects.get().code == "audit.chain_broken"


def test_a_forged_anchor_is_noticed(trail, kind, own_anchors):
    path = own_anchors / f"{chain_of(kind).key}-head.json"
    body = json.loads(path.read_text())
    path.write_text(json.dumps(body | {"sequence": 4}))

    assert breach()[0] == "anchor_forged"


def test_vanished_anchors_are_noticed(trail, kind, own_anchors):
    for path in own_anchors.glob(f"{chain_of(kind).key}-*"):
        path.unlink()

    assert breach()[0] == "anchor_missing"


def test_the_command_names_the_breach_and_fails(trail, kind, capsys):
    call_command("audit", "verify")
    assert "6" in capsys.readouterr().out

    attack(kind, "DELETE FROM platform_{kind}event WHERE id = {third}", third=trail[2])
    with pytest.raises(CommandError, match=str(trail[2])):
        call_command("audit", "verify")


@pytest.mark.postgresql_only("SQLite has one writer at a time, so commits come in order of id")
def test_an_event_committed_late_is_chained_after_those_with_higher_ids(clerk):
    """Ids are given when a row is inserted, commits come in any order."""
    began, go = threading.Event(), threading.Event()

    def slow():
        with transaction.atomic():
            record(clerk, Action.UPDATE, Subject("customer", 1), now=NOW)
            began.set()
            go.wait(5)
        connections.close_all()

    thread = threading.Thread(target=slow)
    thread.start()
    began.wait(5)
    write(clerk, "audit", 2)
    seal_all(NOW)
    go.set()
    thread.join()
    seal_all(NOW)

    order = list(AuditSeal.objects.order_by("sequence").values_list("event_id", flat=True))
    assert order == sorted(order, reverse=True)
    assert verify_all(NOW).breach is None


def test_two_sealers_and_four_writers_make_one_chain(clerk):
    def work(action):
        for number in range(15):
            action(number)
        connections.close_all()

    threads = [threading.Thread(target=work, args=[lambda number: write(clerk, "audit", number)]) for _ in range(4)]
    threads += [threading.Thread(target=work, args=[lambda _: seal_all(NOW)]) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seal_all(NOW)

    verdict = verify_all(NOW)
    assert (verdict.links, verdict.unsealed, verdict.breach) == (60, 0, None)
    assert AuditSeal.objects.count() == 60
    assert not ReadSeal.objects.exists()
