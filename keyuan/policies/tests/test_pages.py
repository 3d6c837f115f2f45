"""Pages of policies: entering, steps, payments, beneficiaries, panels; scope and masks (POL-1 to POL-3, PLT-4)."""

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from keyuan.customers.testing import make_customer
from keyuan.kernel.actor import Reach
from keyuan.organisation.testing import client_of, make_actor, make_agent, small_tree
from keyuan.platform import clock
from keyuan.platform.models import ReadEvent
from keyuan.policies.models import GroupMember, Payment, Policy
from keyuan.policies.rules.drafts import PartyDraft
from keyuan.policies.rules.service_items.catalogue import BY_CODE
from keyuan.policies.rules.service_items.steps import ITEM_OF_STEP
from keyuan.policies.selectors.contract import parties_of, schedule_parts
from keyuan.policies.testing import keep, make_policy, make_product

pytestmark = pytest.mark.django_db
TABS = ("overview", "premiums", "files", "claims", "history")


@pytest.fixture
def agent():
    return make_actor("agent")


@pytest.fixture
def clerk():
    """A clerk's browser."""
    return client_of("policy_clerk", unit=small_tree().east)[0]


@pytest.fixture
def holder(agent):
    return make_customer(agent, "周国栋", birth_on=date(1980, 6, 14))


@pytest.fixture
def policy(agent, holder):
    return make_policy(agent, holder, now=clock.now())


def text(response):
    return response.content.decode()


def entry(holder, product, **more):
    today = clock.today().isoformat()
    return {
        "holder": f"{holder.name} {holder.customer_no}",
        "product": product.pk,
        "applied_on": today,
        "issued_on": today,
        "effective_on": today,
        "cover_term_unit": "O",
        "sum_insured": "500,000",
        "premium": "12860.50",
        "pay_mode": "05",
        "pay_term": "20",
        "pay_term_unit": "Y",
        "idempotency": "one form",
    } | more


def beneficiary(place, name, share, **more):
    values = {"name": name, "order": "1", "share": share} | more
    return {f"beneficiaries-{place}-{key}": value for key, value in values.items()}


def test_entered_policy_stands_with_its_rows_and_twice_sent_is_one(clerk, agent, holder):
    product, wife = make_product(), make_customer(agent, "马文博")
    data = entry(holder, product) | {
        "beneficiaries-rows": ["0", "1"],
        **beneficiary(0, f"马文博 {wife.customer_no}", "60.5"),
        **beneficiary(1, "周雨桐", "39.5"),
        "coverages-rows": ["0"],
        "coverages-0-product": product.pk,
        "coverages-0-sum_insured": "500000",
    }

    first, second = clerk.post("/policies/new/", data), clerk.post("/policies/new/", data)

    policy = Policy.objects.get()
    assert (first.status_code, first["Location"], second["Location"]) == (
        302,
        f"/policies/{policy.pk}/",
        first["Location"],
    )
    assert (policy.premium, policy.sum_insured, policy.holder_id) == (1_286_050, 50_000_000, holder.pk)
    shares = [(party.customer_id, party.name, party.share_bp) for party in parties_of(policy) if party.share_bp]
    assert shares == [(wife.pk, "", 6_050), (None, "周雨桐", 3_950)]
    assert policy.coverages.get().sum_insured == 50_000_000


@pytest.mark.parametrize("_case, fields, sentence", [
    ("nobody", {"holder": "没有此人"}, "没有"),
    ("ends first", {"expires_on": "2001-01-01"}, "满期日期早于生效日期"),
    ("no premium", {"premium": ""}, "id_premium_error"),
    ("unreadable premium", {"premium": "很多"}, "premium"),
    ("shares", {"beneficiaries-rows": ["0"], **beneficiary(0, "甲", "50")}, "份额合计 50%"),
    ("seller unknown", {"selling_agent": "谁也不是"}, "服务人员"),
])  # fmt: skip
def test_wrong_entry_comes_back_with_everything_typed_and_nothing_saved(_case, fields, sentence, clerk, holder):
    response = clerk.post("/policies/new/", entry(holder, make_product(), pay_term="19") | fields)

    assert response.status_code == 422
    assert sentence in text(response)
    assert 'value="19"' in text(response)
    assert Policy.objects.count() == 0


def test_entry_begins_with_the_customer_of_the_panel(clerk, holder):
    page = text(clerk.get(f"/policies/new/?holder={holder.pk}"))

    assert f'value="周国栋 {holder.customer_no}"' in page


def test_box_offers_customers_within_reach_only(clerk, holder):
    make_customer(make_actor("agent", unit=small_tree().west), "周国栋")

    offered = text(clerk.get("/policies/people/?q=zgd"))

    assert offered.count("data-option") == 1
    assert holder.customer_no in offered


def test_box_offers_agents_within_reach_only(clerk):
    near, far = make_agent(small_tree().team_b, "何美玲"), make_agent(small_tree().west, "何美玲")

    offered = text(clerk.get("/policies/agents/?q=何美"))

    assert near.agent_no in offered
    assert far.agent_no not in offered


@pytest.mark.parametrize("tab", TABS)
def test_every_tab_opens(tab, clerk, policy):
    assert clerk.get(f"/policies/{policy.pk}/", {"tab": tab}).status_code == 200


@pytest.mark.parametrize("address", [
    "", "?panel=1", "print/", "files/", "steps/CLAIM_END/", "payments/new/", "receipt/", "agent/", "beneficiaries/",
])  # fmt: skip
def test_policy_of_another_branch_is_not_there(address, policy):
    stranger = client_of("policy_clerk", unit=small_tree().west)[0]

    assert stranger.get(f"/policies/{policy.pk}/{address}").status_code == 404


def test_number_is_whole_for_service_staff_and_masked_for_outsourced_ones(clerk, agent, policy):
    outsourced = client_of("outsourced_caller", agent=make_agent(), reach=Reach.UNIT, unit=small_tree().team_a)[0]

    for address in ("", "?panel=1", "print/"):
        whole, masked = (
            clerk.get(f"/policies/{policy.pk}/{address}"),
            outsourced.get(f"/policies/{policy.pk}/{address}"),
        )
        assert policy.policy_no in text(whole)
        assert "周国栋" in text(whole)
        assert policy.policy_no not in text(masked)
        assert policy.policy_no_tail in text(masked)
        assert "周国栋" not in text(masked)
        assert "周*栋" in text(masked)


def test_plate_and_vin_are_masked_for_outsourced_staff(clerk, agent, holder):
    car = {"plate": "沪A12345", "vin": "LFV2A21K0E3000001"}
    product = make_product(kind="MOTOR", cooling_off_days=0)
    policy = make_policy(agent, holder, product=product, vehicle=car, pay_mode="01", pay_term=None, now=clock.now())
    outsourced = client_of("outsourced_caller", agent=make_agent(), reach=Reach.UNIT, unit=small_tree().team_a)[0]

    whole, masked = (text(browser.get(f"/policies/{policy.pk}/?tab=vehicle")) for browser in (clerk, outsourced))

    assert [value in whole for value in car.values()] == [True, True]
    assert [value in masked for value in car.values()] == [False, False]
    assert "****345" in masked


def test_step_is_taken_once_and_conflicts_are_told(clerk, policy):
    address = f"/policies/{policy.pk}/steps/CLAIM_END/"
    data = {"version": policy.version, "on": clock.today().isoformat(), "reason": "身故赔付"}

    without_reason = clerk.post(address, data | {"reason": ""})
    outdated = clerk.post(address, data | {"version": policy.version + 1})
    taken, again = clerk.post(address, data), clerk.post(address, data)

    assert (without_reason.status_code, outdated.status_code, taken.status_code, again.status_code) == (
        422,
        422,
        302,
        422,
    )
    assert "请填写原因" in text(without_reason)
    policy.refresh_from_db()
    assert (policy.status, policy.version) == ("TERMINATED", 2)


def test_the_schedule_begins_with_what_is_due_next(clerk, policy):
    present, later = schedule_parts(policy, clock.today())

    assert present[0][0].due_on >= clock.today() > present[1][0].due_on
    assert [row.number for row, _state in later] == list(range(present[0][0].number + 1, later[-1][0].number + 1))
    assert "以后各期" in text(clerk.get(f"/policies/{policy.pk}/", {"tab": "premiums"}))


def test_unknown_status_offers_each_target_apart(clerk, policy):
    keep(policy, status="OTHER")

    page = text(clerk.get(f"/policies/{policy.pk}/"))

    assert all(f"?target={target}" in page for target in ("IN_FORCE", "SUSPENDED", "TERMINATED"))


@pytest.mark.parametrize("step, item", ITEM_OF_STEP.items())
def test_what_policy_service_covers_is_not_done_by_hand_beside_it(step, item, clerk, policy):
    data = {"version": policy.version, "on": clock.today().isoformat(), "reason": "资金周转"}
    address = f"/policies/{policy.pk}/steps/{step}/"

    for response in (clerk.get(address), clerk.post(address, data)):
        assert response["Location"] == f"/policies/requests/new/?policy={policy.pk}&item={item}"
    assert Policy.objects.get().version == 1
    assert item in BY_CODE


def test_unknown_step_is_not_there(clerk, policy):
    assert clerk.get(f"/policies/{policy.pk}/steps/NONSENSE/").status_code == 404


@pytest.mark.parametrize("act", ["steps/SURRENDER/", "payments/new/", "receipt/", "beneficiaries/"])
def test_policy_of_the_core_system_is_changed_by_no_form(act, clerk, policy):
    keep(policy, source="core")

    for response in (clerk.get(f"/policies/{policy.pk}/{act}"), clerk.post(f"/policies/{policy.pk}/{act}", {})):
        assert (response.status_code, response["Location"]) == (302, f"/policies/{policy.pk}/")
    assert "核心系统" in text(clerk.get(f"/policies/{policy.pk}/"))
    policy.refresh_from_db()
    assert (policy.version, policy.status) == (1, "IN_FORCE")


def test_payment_sent_twice_is_one(clerk, policy):
    address = f"/policies/{policy.pk}/payments/new/"
    data = {"amount": "12,860", "paid_on": clock.today().isoformat(), "method": "30", "reference": "one form"}

    answers = [clerk.post(address, data).status_code for _time in range(2)]

    assert answers == [302, 302]
    assert Payment.objects.get().amount == 1_286_000


def test_too_large_payment_comes_back_with_its_sentence(clerk, policy):
    data = {"amount": "99999999", "paid_on": clock.today().isoformat(), "method": "30", "reference": "x"}

    response = clerk.post(f"/policies/{policy.pk}/payments/new/", data)

    assert response.status_code == 422
    assert "99999999" in text(response)


def test_beneficiaries_are_changed_as_a_whole(clerk, agent, holder):
    policy = make_policy(agent, holder, beneficiaries=(PartyDraft(name="甲", share_bp=10_000),), now=clock.now())
    address = f"/policies/{policy.pk}/beneficiaries/"
    data = {"version": policy.version, "reason": "离婚", "insured_agreed": "on", "beneficiaries-rows": ["0", "1"]}
    rows = beneficiary(0, "乙", "50") | beneficiary(1, "丙", "50")

    assert 'value="甲"' in text(clerk.get(address))
    short = clerk.post(address, data | rows | beneficiary(1, "丙", "49.99"))
    not_agreed = clerk.post(address, data | rows | {"insured_agreed": ""})
    done = clerk.post(address, data | rows)

    assert (short.status_code, not_agreed.status_code, done.status_code) == (422, 422, 302)
    assert "份额合计 99.99%" in text(short)
    assert [party.name for party in parties_of(policy) if party.role == "BENEFICIARY"] == ["乙", "丙"]


def test_policy_is_handed_over(clerk, policy):
    heir = make_agent(small_tree().team_b, "何美玲")
    data = {"version": policy.version, "agent": f"何美玲 {heir.agent_no}", "reason": "离职"}

    assert clerk.post(f"/policies/{policy.pk}/agent/", data).status_code == 302
    assert Policy.objects.get(pk=policy.pk).servicing_agent_id == heir.pk


def test_receipt_is_recorded_by_its_form(clerk, policy):
    data = {"version": policy.version, "signed_on": clock.today().isoformat()}

    assert clerk.post(f"/policies/{policy.pk}/receipt/", data).status_code == 302
    assert Policy.objects.get(pk=policy.pk).in_cooling_off


def test_members_join_and_leave_a_group(clerk, agent, holder):
    product = make_product(kind="GROUP", is_group=True, cooling_off_days=0)
    policy = make_policy(agent, holder, product=product, pay_mode="01", pay_term=None, now=clock.now())
    address, today = f"/policies/{policy.pk}/members/new/", clock.today()
    data = {"member_no": "001", "person": "许嘉宁", "joined_on": today.isoformat(), "sum_insured": "100000"}

    joined, again = clerk.post(address, data), clerk.post(address, data)
    member = GroupMember.objects.get()
    early = clerk.post(f"/policies/{policy.pk}/members/{member.pk}/leave/", {"left_on": "2001-01-01"})
    left = clerk.post(f"/policies/{policy.pk}/members/{member.pk}/leave/", {"left_on": today.isoformat()})

    assert (joined.status_code, again.status_code, early.status_code, left.status_code) == (302, 422, 422, 302)
    member.refresh_from_db()
    assert (member.name, member.sum_insured, member.left_on) == ("许嘉宁", 10_000_000, today)
    assert "许嘉宁" in text(clerk.get(f"/policies/{policy.pk}/?tab=members"))


def test_member_of_a_policy_that_is_no_group_is_refused(clerk, policy):
    data = {"member_no": "001", "person": "许嘉宁", "joined_on": clock.today().isoformat()}

    assert clerk.post(f"/policies/{policy.pk}/members/new/", data).status_code == 422
    assert GroupMember.objects.count() == 0


def test_file_is_kept_with_the_policy_and_deleted_with_a_reason(clerk, policy):
    file = SimpleUploadedFile("回执.pdf", b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\n%%EOF\n", "application/pdf")

    clerk.post(f"/policies/{policy.pk}/files/add/", {"file": file, "kind": "receipt"})
    shown = text(clerk.get(f"/policies/{policy.pk}/files/"))

    assert "回执.pdf" in shown
    assert "已签回执" in shown


def test_print_is_a_look_on_the_trail(clerk, policy):
    clerk.get(f"/policies/{policy.pk}/print/")

    assert ReadEvent.objects.filter(subject_kind="policy", subject_id=policy.pk).count() == 1


# Panels of the 360° page

PANELS = ("", "premiums/", "cover/", "household/")


@pytest.mark.parametrize("panel", PANELS)
def test_panel_takes_three_queries_whatever_it_shows(panel, agent, holder):
    browser = client_of("agent", agent=None, unit=small_tree().team_a)
    mine = make_customer(browser[1], "周国栋")
    for _number in range(4):
        make_policy(browser[1], mine, now=clock.now())
    address = f"/policies/of-customer/{mine.pk}/{panel}"
    browser[0].get(address)

    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert browser[0].get(address).status_code == 200

    own = [query["sql"] for query in queries if '"policies_' in query["sql"] or '"customers_' in query["sql"]]
    assert len(own) <= 3


@pytest.mark.parametrize("panel", PANELS)
def test_panel_of_a_customer_out_of_reach_is_not_there(panel, holder):
    stranger = client_of("policy_clerk", unit=small_tree().west)[0]

    assert stranger.get(f"/policies/of-customer/{holder.pk}/{panel}").status_code == 404


def test_card_reads_as_drawn(clerk, policy):
    today = clock.today()
    keep(policy, in_grace=True, grace_until=today + timedelta(13), next_due_on=today - timedelta(47))

    shown = text(clerk.get(f"/policies/of-customer/{policy.holder_id}/"))

    assert "宽限期，剩 13 天" in shown
    assert f"尾号 {policy.policy_no_tail}" in shown
    assert "保额 50 万元" in shown
    assert "应交 12,860 元" in shown


def test_policy_of_another_holder_out_of_reach_is_not_told(clerk, agent, holder):
    west = make_actor("agent", unit=small_tree().west)
    insured = (PartyDraft(customer_id=holder.pk, relation_to_insured="01"),)
    theirs = make_policy(west, insured=insured, now=clock.now())

    assert theirs.policy_no_tail not in text(clerk.get(f"/policies/of-customer/{holder.pk}/"))


def test_head_shows_what_is_due(clerk, policy):
    page = text(clerk.get(f"/customers/{policy.holder_id}/"))

    assert "12,860 元" in page
