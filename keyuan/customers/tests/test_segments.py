"""Segments and tags: saved, counted, kept, checked live, set by rule (CUS-6, decision 21)."""

from datetime import date, timedelta

import pytest

from keyuan.customers.events import CustomersChanged
from keyuan.customers.models import CustomerSummary, CustomerTag, Segment, SegmentCount, SegmentMember, Tag, TagRule
from keyuan.customers.selectors.segments.asking import compare, count_segment
from keyuan.customers.selectors.segments.reading import access_segment, segments_visible_to, versions_of
from keyuan.customers.selectors.tags import standing_tags
from keyuan.customers.services.bulk import tag_customers
from keyuan.customers.services.segments import is_member, members, nightly, saving
from keyuan.customers.services.segments.catalogue import RuleFacts, TagFacts, create_tag, retire_tag, set_rule
from keyuan.customers.services.segments.keeping import JOB, freeze_segment, keep_members
from keyuan.customers.services.segments.picking import add_picked, drop_picked
from keyuan.customers.services.segments.saving import SegmentDraft, create_segment
from keyuan.customers.services.segments.tagging import TagDraft, put_back, put_tag, take_off
from keyuan.customers.testing import NOW, make_customer
from keyuan.kernel.actor import system_actor
from keyuan.kernel.errors import Conflict, Forbidden, Invalid, NotFound, Refused
from keyuan.organisation.testing import make_actor, small_tree
from keyuan.platform.jobs import start_tracked
from keyuan.platform.jobs.chunks import run_job
from keyuan.platform.mart.testing import snapshot_here
from keyuan.platform.models import AuditEvent, OutboxEvent, TrackedJob

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 16)
FAR = date(2199, 1, 1)


def condition(field="tier", op="in", value=("GOLD",)):
    found = list(value) if isinstance(value, tuple) else value
    return {
        "version": 1,
        "root": {"kind": "group", "join": "and", "items": [{"kind": "row", "field": field, "op": op, "value": found}]},
    }


GOLD = condition()


@pytest.fixture(autouse=True)
def var(settings, tmp_path):
    settings.VAR_DIR = tmp_path


@pytest.fixture
def east():
    return make_actor("customer_resource_manager", unit=small_tree().east)


@pytest.fixture
def west():
    return make_actor("customer_resource_manager", unit=small_tree().west)


@pytest.fixture
def gold(agent_actor):
    """Three customers of the eastern branch: two golden, one of no tier."""
    found = [make_customer(agent_actor, name) for name in ("周国栋", "何美玲", "孙平")]
    CustomerSummary.objects.filter(pk__in=[found[0].pk, found[1].pk]).update(tier="GOLD")
    return found


def save(actor, stored=GOLD, name="黄金客户", **more):
    draft = SegmentDraft(name=name, condition=stored, **more)
    return create_segment(actor=actor, draft=draft, today=TODAY, now=NOW)


def change(actor, segment, **more):
    draft = SegmentDraft(**{"name": segment.name, "condition": segment.condition, **more})
    return saving.change_segment(
        actor=actor, segment_id=segment.pk, version=segment.version, draft=draft, today=TODAY, now=NOW
    )


def work_off(kind):
    job = TrackedJob.objects.filter(kind=kind).latest("pk")
    while job.status in job.LIVE:
        run_job(job.pk, job.step)
        job.refresh_from_db()
    assert job.status == "done", (job.error, job.error_trace)
    return job


def tonight():
    """Take the snapshot and do the night's work."""
    snapshot_here(NOW)
    start_tracked(system_actor("segments"), nightly.JOB)
    work_off(nightly.JOB)


def on(tag):
    return set(CustomerTag.objects.filter(tag=tag).values_list("customer_id", flat=True))


def test_a_segment_is_its_owners_until_it_is_shared_with_the_unit(east, west):
    segment = save(east)
    below = make_actor("shift_leader", unit=small_tree().team_a)

    assert list(segments_visible_to(below)) == []
    change(east, segment, shared=True)
    assert access_segment(below, segment.pk).name == "黄金客户"
    with pytest.raises(NotFound):
        access_segment(west, segment.pk)
    with pytest.raises(NotFound):
        change(below, access_segment(below, segment.pk), name="别的")


def test_without_the_permission_nothing_is_saved(agent_actor):
    with pytest.raises(Forbidden):
        save(agent_actor)

    assert Segment.objects.count() == 0


@pytest.mark.parametrize("_case, draft, error", [
    ("no name", SegmentDraft(" ", GOLD), Refused),
    ("no condition", SegmentDraft("x", None), Invalid),
    ("ended before it began", SegmentDraft("x", GOLD, valid_until=TODAY - timedelta(days=1)), Refused),
])  # fmt: skip
def test_what_is_wrong_is_refused_and_nothing_saved(_case, draft, error, east):
    with pytest.raises(error):
        create_segment(actor=east, draft=draft, today=TODAY, now=NOW)

    assert Segment.objects.count() == 0


def test_a_double_click_makes_one_segment(east):
    draft = SegmentDraft("黄金客户", GOLD)
    made = [create_segment(actor=east, draft=draft, today=TODAY, now=NOW, token="t-1") for _press in range(2)]

    assert made[0].pk == made[1].pk
    assert Segment.objects.count() == 1


def test_each_change_is_a_version_that_can_be_brought_back(east):
    segment = save(east)
    changed = change(east, segment, condition=condition(value=("DIAMOND",)))

    with pytest.raises(Conflict):
        change(east, segment, name="迟到的")
    saving.restore_version(actor=east, segment_id=segment.pk, version=changed.version, number=1, now=NOW)

    segment.refresh_from_db()
    assert segment.condition["root"]["items"][0]["value"] == ["GOLD"]
    assert [version.version for version in versions_of(segment)] == [3, 2, 1]


def test_saving_what_stands_there_already_makes_no_version(east):
    segment = save(east)

    assert change(east, segment).version == 1


def test_a_deleted_segment_comes_back(east):
    segment = save(east)

    saving.delete_segment(actor=east, segment_id=segment.pk, now=NOW)

    with pytest.raises(NotFound):
        access_segment(east, segment.pk)
    saving.undelete_segment(actor=east, segment_id=segment.pk, now=NOW)
    assert access_segment(east, segment.pk).pk == segment.pk


def test_a_segment_cannot_lead_back_to_itself(east):
    one = save(east)
    two = save(east, condition("segment", "in", (str(one.pk),)), "其中")

    with pytest.raises(Refused) as refused:
        change(east, one, condition=condition("segment", "in", (str(two.pk),)))

    assert refused.value.code == "segment.circle"


def test_a_segment_that_one_does_not_see_cannot_be_named(east, west):
    hidden = save(west)

    with pytest.raises(Refused) as refused:
        save(east, condition("segment", "in", (str(hidden.pk),)))

    assert refused.value.code == "segment.other_gone"


def test_the_count_is_of_the_snapshot_and_of_ones_reach(gold, east, west, agent_actor):
    segment = save(east, shared=True)
    snapshot_here(NOW)
    CustomerSummary.objects.update(tier="GOLD")

    found = count_segment(segment, actor=east, now=NOW, sample=5)

    assert (found.total, set(found.sample)) == (2, {gold[0].pk, gold[1].pk})
    assert members(segment, actor=east, now=NOW) == sorted(found.sample)
    assert members(segment, actor=west, now=NOW) == []
    assert len(members(segment, actor=agent_actor, now=NOW)) == 2


def test_membership_at_the_moment_of_contact_is_asked_of_the_book(gold, east, west):
    segment = save(east)
    snapshot_here(NOW)
    CustomerSummary.objects.filter(pk=gold[0].pk).update(tier="NORMAL")
    ids = [customer.pk for customer in gold]

    assert is_member(segment, ids, actor=east, today=TODAY, now=NOW) == [gold[1].pk]
    assert is_member(segment, ids, actor=west, today=TODAY, now=NOW) == []


def test_nobody_is_in_a_segment_that_has_ended(gold, east):
    segment = save(east, valid_until=TODAY)
    snapshot_here(NOW)
    ids = [customer.pk for customer in gold]

    assert len(is_member(segment, ids, actor=east, today=TODAY, now=NOW)) == 2
    assert is_member(segment, ids, actor=east, today=TODAY + timedelta(days=1), now=NOW) == []


def test_before_the_first_snapshot_the_count_says_so(gold, east):
    with pytest.raises(Refused) as refused:
        count_segment(save(east), actor=east, now=NOW)

    assert refused.value.code == "mart.none"


def test_a_frozen_segment_keeps_whom_it_had(gold, east):
    segment = save(east)
    snapshot_here(NOW)
    frozen = freeze_segment(actor=east, segment_id=segment.pk, name="定格", now=NOW)
    work_off(JOB)
    CustomerSummary.objects.update(tier="")

    frozen.refresh_from_db()
    ids = [customer.pk for customer in gold]
    assert (frozen.kind, frozen.members_count) == ("FROZEN", 2)
    assert is_member(frozen, ids, actor=east, today=TODAY, now=NOW) == ids[:2]
    assert is_member(segment, ids, actor=east, today=TODAY, now=NOW) == []


def test_a_killed_job_goes_on_where_it_was(gold, east, monkeypatch):
    segment = save(east)
    snapshot_here(NOW)
    keep_members(actor=east, segment_id=segment.pk, now=NOW)
    SegmentMember.objects.create(segment=segment, customer=gold[2])
    job = TrackedJob.objects.get(kind=JOB)
    monkeypatch.setattr("keyuan.customers.services.segments.keeping.STEP", 1)
    monkeypatch.setattr("keyuan.platform.jobs.progress.CHUNK_SECONDS", 0)

    run_job(job.pk, 0)
    run_job(job.pk, 0)
    monkeypatch.setattr("keyuan.platform.jobs.progress.CHUNK_SECONDS", 50)
    work_off(JOB)

    assert set(SegmentMember.objects.values_list("customer_id", flat=True)) == {gold[0].pk, gold[1].pk}


def test_kept_members_follow_the_snapshot_every_night(gold, east):
    segment = save(east)
    snapshot_here(NOW)
    keep_members(actor=east, segment_id=segment.pk, now=NOW)
    work_off(JOB)
    CustomerSummary.objects.filter(pk=gold[0].pk).update(tier="")
    CustomerSummary.objects.filter(pk=gold[2].pk).update(tier="GOLD")

    tonight()
    work_off(JOB)

    assert set(SegmentMember.objects.values_list("customer_id", flat=True)) == {gold[1].pk, gold[2].pk}
    counts = dict(SegmentCount.objects.filter(segment=segment).values_list("branch_id", "total"))
    assert counts == {0: 2, small_tree().east.pk: 2}


def test_two_segments_are_compared(gold, east):
    snapshot_here(NOW)
    parts = compare(save(east), save(east, condition("is_policyholder", "no", None), "准客户"), actor=east, now=NOW)

    assert [part.total for part in parts] == [0, 2, 1]


def test_ticked_customers_become_a_segment_once(gold, east):
    ids = [customer.pk for customer in gold]
    first = add_picked(actor=east, customer_ids=ids[:2], name="挑选", token="t", now=NOW)
    again = add_picked(actor=east, customer_ids=ids, name="挑选", token="t", now=NOW)

    assert (first["ids"], again["ids"], first["segment"]) == (ids[:2], ids[2:], again["segment"])
    segment = Segment.objects.get()
    assert is_member(segment, ids, actor=east, today=TODAY, now=NOW) == ids
    assert drop_picked(actor=east, segment_id=segment.pk, customer_ids=ids, now=NOW) == 3
    assert list(segments_visible_to(east)) == []


@pytest.fixture
def tag(east):
    facts = TagFacts(name="高端客户", family="VALUE", valid_days=30)
    return create_tag(actor=east, code="HIGH_END", facts=facts, now=NOW)


def test_the_catalogue_refuses_doubles_and_odd_codes(east, tag):
    for code, name in (("HIGH_END", "另一个"), ("high", "小写"), ("OTHER", "高端客户")):
        with pytest.raises(Refused):
            create_tag(actor=east, code=code, facts=TagFacts(name=name, family="VALUE"), now=NOW)

    assert Tag.objects.count() == 1


def test_a_tag_put_on_by_hand_says_who_why_and_until_when(agent_actor, tag, gold):
    row = put_tag(
        actor=agent_actor, customer_id=gold[0].pk, draft=TagDraft(tag.pk, 8000, None, "面谈得知"), today=TODAY, now=NOW
    )

    assert (row.source, row.confidence_bp, row.explanation) == ("HAND", 8000, "面谈得知")
    assert row.expires_on == TODAY + timedelta(days=30)
    assert standing_tags(gold[0], today=TODAY + timedelta(days=30)) == [row]
    assert standing_tags(gold[0], today=TODAY + timedelta(days=31)) == []


def test_taking_off_is_undone_to_the_letter(agent_actor, tag, gold):
    put = put_tag(actor=agent_actor, customer_id=gold[0].pk, draft=TagDraft(tag.pk, 7000), today=TODAY, now=NOW)
    kept = take_off(actor=agent_actor, customer_id=gold[0].pk, tag_id=tag.pk, now=NOW)

    assert on(tag) == set()
    back = put_back(actor=agent_actor, customer_id=gold[0].pk, tag_id=tag.pk, kept=kept, now=NOW)
    assert (back.confidence_bp, back.expires_on, back.created_at) == (7000, put.expires_on, put.created_at)
    with pytest.raises(Conflict):
        put_back(actor=agent_actor, customer_id=gold[0].pk, tag_id=tag.pk, kept=kept, now=NOW)


def test_a_retired_tag_is_put_on_nobody(agent_actor, east, tag, gold):
    retire_tag(actor=east, tag_id=tag.pk, version=1, now=NOW)

    with pytest.raises(Refused):
        put_tag(actor=agent_actor, customer_id=gold[0].pk, draft=TagDraft(tag.pk), today=TODAY, now=NOW)
    with pytest.raises(Refused):
        tag_customers(actor=east, customer_ids=[gold[0].pk], tag_id=tag.pk, now=NOW)

    assert on(tag) == set()


def follow(east, tag, segment, **more):
    facts = RuleFacts(segment_id=segment.pk, confidence_bp=9000, valid_days=10, **more)
    return set_rule(actor=east, tag_id=tag.pk, version=0, facts=facts, today=TODAY, now=NOW)


def test_a_rule_sets_and_withdraws_every_night_and_touches_nothing_else(east, tag, gold, agent_actor):
    rule = follow(east, tag, save(east))
    put_tag(actor=agent_actor, customer_id=gold[2].pk, draft=TagDraft(tag.pk, expires_on=FAR), today=TODAY, now=NOW)

    tonight()
    first = dict(CustomerTag.objects.values_list("customer_id", "pk"))
    CustomerSummary.objects.filter(pk=gold[0].pk).update(tier="")
    tonight()

    assert on(tag) == {gold[1].pk, gold[2].pk}
    assert CustomerTag.objects.get(customer=gold[1]).pk == first[gold[1].pk]
    row = CustomerTag.objects.get(customer=gold[1])
    assert (row.source, row.rule_id, row.explanation) == ("RULE", rule.pk, "黄金客户")
    rule.refresh_from_db()
    assert (rule.last_set, rule.last_withdrawn, rule.last_error) == (0, 1, "")


def test_a_night_that_is_run_again_writes_nothing(east, tag, gold):
    follow(east, tag, save(east))
    tonight()
    events = OutboxEvent.objects.filter(event=CustomersChanged.key()).count()
    trail = AuditEvent.objects.count()

    tonight()

    assert OutboxEvent.objects.filter(event=CustomersChanged.key()).count() == events
    assert AuditEvent.objects.count() == trail


def test_expired_tags_vanish_at_night(east, tag, gold, agent_actor):
    put_tag(actor=agent_actor, customer_id=gold[0].pk, draft=TagDraft(tag.pk), today=TODAY, now=NOW)
    CustomerTag.objects.update(expires_on=TODAY - timedelta(days=400))

    tonight()

    assert CustomerTag.objects.count() == 0


def test_a_segment_behind_a_rule_is_not_deleted(east, tag):
    segment = save(east)
    follow(east, tag, segment)

    with pytest.raises(Refused):
        saving.delete_segment(actor=east, segment_id=segment.pk, now=NOW)

    assert TagRule.objects.get().segment_id == segment.pk
