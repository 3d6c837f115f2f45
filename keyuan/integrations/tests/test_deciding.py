"""Deliveries that stand apart: released, tried again, rejected, with a reason, by those who may (PLT-14)."""

import json

import pytest

from keyuan.integrations.models import Connector, Delivery
from keyuan.integrations.services.deciding import reject_delivery, release_delivery, retry_delivery
from keyuan.integrations.tests.world import OPERATOR, counts, policy, run
from keyuan.kernel.errors import Conflict, Forbidden, Refused
from keyuan.organisation.testing import NOW, make_actor, make_post
from keyuan.platform.jobs.drain import drain
from keyuan.platform.models import AuditEvent, Notice
from keyuan.policies.models import Policy

pytestmark = pytest.mark.django_db


def decide(act, reason="已与核心核对"):
    act(actor=OPERATOR, delivery_id=Delivery.objects.get().pk, reason=reason, now=NOW)
    drain()
    return Delivery.objects.get()


@pytest.fixture
def differing(core, connector):
    core.deliver(1, policy(1), policy(2), entry={"totals": {"期交保费": 1}})
    run(connector)
    return Delivery.objects.get()


def test_a_released_delivery_is_loaded_and_keeps_its_difference(differing):
    found = decide(release_delivery)

    assert (found.state, found.reason, counts(found)) == ("different", "delivery.total", (2, 2, 0, 0, 0))
    assert (found.decided_by, found.decision, found.waived) == ("operator", "已与核心核对", ["delivery.total"])


def test_a_decision_stands_on_the_trail(differing):
    decide(release_delivery)

    event = AuditEvent.objects.get(subject_kind="delivery", actor_name="operator")
    assert (event.reason, json.loads(event.detail)["decision"]) == ("已与核心核对", "release")


def test_a_rejected_delivery_stays_out_and_lets_the_next_number_in(differing, core, connector):
    found = decide(reject_delivery)
    assert (found.state, Policy.objects.count()) == ("rejected", 0)
    assert Connector.objects.get().last_sequence == 1
    assert (core.folder / "quarantine" / "policies-0001.csv").exists()

    core.deliver(2, policy(1))
    run(connector)

    assert Delivery.objects.get(sequence=2).state == "loaded"


def test_trying_again_finds_the_same_fault_again(differing):
    found = decide(retry_delivery)

    assert (found.state, found.reason, Policy.objects.count()) == ("quarantined", "delivery.total", 0)


def test_trying_again_after_mending_the_connector_loads(core, connector):
    core.deliver(1, policy(1), entry={"mapping": "later"})
    run(connector)
    assert Delivery.objects.get().reason == "delivery.mapping_unknown"

    from keyuan.integrations.tests.world import keep_mapping

    keep_mapping("later")
    found = decide(retry_delivery)

    assert found.state == "loaded"


def test_a_gap_may_be_waived(core, connector):
    core.deliver(1, policy(1))
    run(connector)
    core.deliver(3, policy(3))
    run(connector)
    held = Delivery.objects.get(sequence=3)

    release_delivery(actor=OPERATOR, delivery_id=held.pk, reason="第2批取消", now=NOW)
    drain()

    held.refresh_from_db()
    assert (held.state, Connector.objects.get().last_sequence) == ("loaded", 3)


def test_what_no_person_can_judge_is_not_waived(core, connector):
    core.deliver(1, policy(1), entry={"mapping": "nothing"})
    run(connector)

    with pytest.raises(Refused) as refusal:
        decide(release_delivery)

    assert refusal.value.code == "delivery.not_waivable"
    assert Delivery.objects.get().state == "quarantined"


def test_without_a_reason_nothing_is_decided(differing):
    with pytest.raises(Refused) as refusal:
        decide(reject_delivery, reason="  ")

    assert (refusal.value.code, Delivery.objects.get().state) == ("delivery.reason_missing", "quarantined")


def test_a_second_decision_finds_the_first(differing):
    decide(reject_delivery)

    with pytest.raises(Conflict):
        decide(release_delivery)

    assert Delivery.objects.get().state == "rejected"


def test_only_those_who_may_release_decide(differing):
    with pytest.raises(Forbidden):
        reject_delivery(actor=make_actor("management"), delivery_id=differing.pk, reason="x", now=NOW)

    assert Delivery.objects.get().state == "quarantined"


def test_those_who_decide_are_told(core, connector):
    post = make_post("administrator")
    core.deliver(1, policy(1), entry={"totals": {"期交保费": 1}})

    run(connector)

    notice = Notice.objects.get(user_id=post.user_id)
    assert (notice.code, notice.params["delivery"]) == ("connector.quarantined", "CORE-1")
