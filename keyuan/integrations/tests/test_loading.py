"""Deliveries by files: whole, in part, in order, twice, wrong, too many refused (PLT-14)."""

from datetime import timedelta

import pytest

from keyuan.integrations.models import Delivery, DeliverySegment
from keyuan.integrations.services import storing
from keyuan.integrations.tests.world import counts, only, policy, run, table
from keyuan.platform.models import ImportJob
from keyuan.policies.models import Policy

pytestmark = pytest.mark.django_db


def state(number=None):
    rows = Delivery.objects.all() if number is None else Delivery.objects.filter(sequence=number)
    found = rows.get()
    return found.state, found.reason


def out_of_patience(connector):
    Delivery.objects.update(waiting_since=connector.created_at - timedelta(minutes=61))


def test_a_whole_delivery_is_loaded_and_reconciled(core, connector):
    core.deliver(1, policy(1), policy(2, premium="234.56"), entry={"totals": {"期交保费": 123456}})

    after = run(connector)

    found = only()
    assert (found.state, counts(found), found.rows_claimed) == ("loaded", (2, 2, 0, 0, 0), 2)
    assert found.book["targets"]["policies"]["rows"] == 2
    assert found.book["targets"]["policies"]["totals"]["premium"] == 123456
    assert (after.last_sequence, after.running_job, after.error) == (1, None, "")
    assert set(Policy.objects.values_list("source", "source_name")) == {("core", "core_life")}
    assert sorted(path.name for path in (core.folder / "done").iterdir()) == [
        "core-0001.manifest.json",
        "policies-0001.csv",
    ]


def test_the_source_file_stays_evidence_in_the_vault(core, connector):
    core.deliver(1, policy(1))

    run(connector)

    import_job = ImportJob.objects.get()
    assert import_job.storage_name
    assert import_job.expires_at - import_job.created_at == timedelta(days=180)
    assert not DeliverySegment.objects.exists()


def test_a_later_delivery_updates_and_leaves_what_stays(core, connector):
    core.deliver(1, policy(1), policy(2))
    run(connector)
    core.deliver(2, policy(1), policy(2, premium="900.00"), policy(3))

    run(connector)

    assert counts(Delivery.objects.get(sequence=2)) == (3, 1, 1, 1, 0)
    assert Policy.objects.get(policy_no="P00000002").premium == 90_000


def test_a_cut_file_waits_and_loads_when_it_is_whole(core, connector):
    core.deliver(1, policy(1), policy(2))
    path, whole = core.folder / "policies-0001.csv", table(policy(1), policy(2))
    path.write_bytes(whole[:40])

    run(connector)
    assert state() == ("waiting", "delivery.size")
    path.write_bytes(whole)
    run(connector)

    assert state() == ("loaded", "")


def test_a_manifest_before_its_data_waits(core, connector):
    core.deliver(1, policy(1))
    path = core.folder / "policies-0001.csv"
    data = path.read_bytes()
    path.unlink()

    run(connector)
    assert state() == ("waiting", "delivery.file_missing")
    path.write_bytes(data)
    run(connector)

    assert state() == ("loaded", "")


def test_data_before_its_manifest_is_nobodys_yet(core, connector):
    manifest = core.deliver(1, policy(1))
    said = manifest.read_text(encoding="utf-8")
    manifest.unlink()

    run(connector)
    assert not Delivery.objects.exists()
    manifest.write_text(said, encoding="utf-8")
    run(connector)

    assert state() == ("loaded", "")


def test_a_half_written_manifest_waits(core, connector):
    manifest = core.deliver(1, policy(1))
    said = manifest.read_text(encoding="utf-8")
    manifest.write_text(said[:50], encoding="utf-8")

    run(connector)
    assert state() == ("waiting", "manifest.no_json")
    manifest.write_text(said, encoding="utf-8")
    run(connector)

    assert state() == ("loaded", "")


INCOMPLETE = [
    ("cut file", lambda core: (core.folder / "policies-0001.csv").write_bytes(b"x"), "delivery.size"),
    ("no file", lambda core: (core.folder / "policies-0001.csv").unlink(), "delivery.file_missing"),
    ("cut manifest", lambda core: (core.folder / "core-0001.manifest.json").write_text("{"), "manifest.no_json"),
]


@pytest.mark.parametrize("_case,harm,reason", INCOMPLETE)
def test_what_stays_incomplete_is_set_apart_when_patience_ends(_case, harm, reason, core, connector):
    core.deliver(1, policy(1))
    harm(core)
    run(connector)
    assert state() == ("waiting", reason)
    out_of_patience(connector)

    run(connector)

    assert state() == ("quarantined", reason)
    assert not Policy.objects.exists()


def test_another_content_of_the_same_size_waits_then_stands_apart(core, connector):
    core.deliver(1, policy(1, premium="1000.00"))
    path = core.folder / "policies-0001.csv"
    path.write_bytes(table(policy(1, premium="2000.00")))

    run(connector)
    assert state() == ("waiting", "delivery.digest")
    out_of_patience(connector)
    run(connector)

    assert state() == ("quarantined", "delivery.digest")
    assert Delivery.objects.get().parts.get().storage_name
    assert not Policy.objects.exists()


def test_a_content_that_is_put_right_in_time_loads(core, connector):
    core.deliver(1, policy(1))
    path, right = core.folder / "policies-0001.csv", table(policy(1))
    path.write_bytes(right.replace(b"1000.00", b"2000.00"))
    run(connector)
    assert state() == ("waiting", "delivery.digest")

    path.write_bytes(right)
    run(connector)

    assert state() == ("loaded", "")
    assert Policy.objects.get().premium == 100_000


def test_a_gap_holds_the_later_ones_back_until_it_is_filled(core, connector):
    core.deliver(1, policy(1))
    run(connector)
    core.deliver(3, policy(3))

    run(connector)
    assert state(3) == ("waiting", "delivery.gap")
    core.deliver(2, policy(2))
    after = run(connector)

    assert (state(2), state(3), after.last_sequence) == (("loaded", ""), ("loaded", ""), 3)


def test_a_gap_is_passed_over_where_the_setting_says_so(core, connector):
    connector.gap = "load"
    connector.save()
    core.deliver(1, policy(1))
    run(connector)
    core.deliver(3, policy(3))

    after = run(connector)

    assert (state(3), after.last_sequence) == (("loaded", ""), 3)


def test_several_deliveries_load_in_the_order_of_their_numbers(core, connector):
    for number in (3, 1, 2):
        core.deliver(number, policy(1, premium=f"{number}00.00"))

    run(connector)

    done = Delivery.objects.order_by("ended_at").values_list("sequence", "state")
    assert list(done) == [(1, "loaded"), (2, "loaded"), (3, "loaded")]
    assert Policy.objects.get().premium == 30_000


def test_the_same_delivery_again_changes_nothing(core, connector):
    manifest = core.deliver(1, policy(1))
    data, said = (core.folder / "policies-0001.csv").read_bytes(), manifest.read_text(encoding="utf-8")
    run(connector)

    (core.folder / "policies-0001.csv").write_bytes(data)
    manifest.write_text(said, encoding="utf-8")
    run(connector)

    found = only()
    assert (found.state, found.repeats, found.is_settled, ImportJob.objects.count()) == ("loaded", 1, True, 1)
    assert not manifest.exists()


def test_another_content_under_a_loaded_name_stands_apart(core, connector):
    core.deliver(1, policy(1))
    run(connector)

    core.deliver(1, policy(1, premium="9.00"))
    run(connector)

    assert sorted(Delivery.objects.values_list("state", "reason")) == [
        ("loaded", ""),
        ("quarantined", "delivery.changed_content"),
    ]
    assert Policy.objects.get().premium == 100_000


def test_a_correction_takes_the_place_of_what_was_never_written(core, connector):
    core.deliver(1, policy(1), entry={"totals": {"期交保费": 1}})
    run(connector)
    assert state() == ("quarantined", "delivery.total")

    core.deliver(1, policy(1), entry={"totals": {"期交保费": 100000}})
    run(connector)

    assert sorted(Delivery.objects.values_list("state", flat=True)) == ["loaded", "replaced"]


def test_a_number_that_was_passed_stands_apart(core, connector):
    core.deliver(5, policy(1))
    run(connector)

    core.deliver(4, policy(1, premium="9.00"))
    run(connector)

    assert state(4) == ("quarantined", "delivery.old_sequence")


WRONG = [
    ("one fen", {"totals": {"期交保费": 100001}}, "delivery.total"),
    ("no such column", {"totals": {"利润": 1}}, "delivery.total_unmapped"),
    ("one row more", {"rows": 2}, "delivery.rows"),
    ("other mapping", {"mapping": "nothing"}, "delivery.mapping_unknown"),
    ("other target", {"target": "customers"}, "delivery.target"),
    ("other encoding", {"encoding": "gb18030"}, "delivery.encoding"),
]


@pytest.mark.parametrize("_case,entry,reason", WRONG)
def test_what_differs_from_the_manifest_is_set_apart_before_a_row_is_written(_case, entry, reason, core, connector):
    core.deliver(1, policy(1), entry=entry)

    run(connector)

    assert state() == ("quarantined", reason)
    assert not Policy.objects.exists()


def test_gb18030_is_read_where_the_manifest_says_so(core, connector):
    core.deliver(1, policy(1, name="欧阳锋"), encoding="gb18030", entry={"encoding": "GBK"})

    run(connector)

    assert (state(), Policy.objects.get().holder_name) == (("loaded", ""), "欧阳锋")


def test_a_file_that_is_no_table_stands_apart(core, connector):
    import hashlib

    data = b"%PDF-1.7 no table at all"
    (core.folder / "policies-0001.csv").write_bytes(data)
    entry = core.described("policies-0001.csv", data, rows=1)
    assert entry["sha256"] == hashlib.sha256(data).hexdigest()
    core.manifest(1, [entry])

    run(connector)

    assert state() == ("quarantined", "import.format")


def test_too_many_refused_rows_stand_apart_and_few_are_a_difference(core, connector):
    good = [policy(number) for number in range(1, 120)]
    core.deliver(1, *good, policy(120, premium="zehn"))
    run(connector)
    assert state(1) == ("different", "delivery.refused")

    core.deliver(2, policy(1), policy(2, premium="zehn"))
    run(connector)

    assert state(2) == ("quarantined", "delivery.refused")


def test_a_large_file_arrives_in_segments_and_goes_on_behind_the_last(core, connector, monkeypatch):
    monkeypatch.setattr(storing, "segments", _small)
    core.deliver(1, *(policy(number) for number in range(1, 60)))

    run(connector)

    assert (state(), counts(only())[0]) == (("loaded", ""), 59)


def _small(blocks):
    from keyuan.integrations.rules.offers import Block

    for block in blocks:
        for start in range(0, len(block.data), 1000):
            piece = block.data[start : start + 1000]
            yield Block(piece, str(int(block.cursor) - len(block.data) + start + len(piece)))
