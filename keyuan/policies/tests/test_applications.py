"""New business from entry to contract: refusals, four eyes, exams, conclusions, money, stale ones, pages (POL-10)."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db.models import Sum

from keyuan.contact.services.messages.defaults import SHIPPED
from keyuan.customers.testing import make_customer
from keyuan.kernel.actor import Reach, system_actor
from keyuan.kernel.errors import Conflict, Forbidden, Invalid, Refused
from keyuan.organisation.models import Agent
from keyuan.organisation.testing import client_of, make_actor, small_tree
from keyuan.platform import clock
from keyuan.platform.lists import FilterContext, lists
from keyuan.platform.lists.testing import assert_list_uses_indexes
from keyuan.platform.models import AuditEvent
from keyuan.policies import permissions
from keyuan.policies.models import Application, ApplicationNotice, LedgerLine, Payment, Policy, Refund
from keyuan.policies.rules.applications.declaration import Answer
from keyuan.policies.rules.applications.drafts import ApplicationDraft
from keyuan.policies.rules.applications.suitability import Need
from keyuan.policies.rules.drafts import PartyDraft
from keyuan.policies.rules.ledger import Account
from keyuan.policies.selectors.applications import undecided_exposure
from keyuan.policies.selectors.applications.labels import NOTICES
from keyuan.policies.selectors.applications.money import covers_with_loadings
from keyuan.policies.selectors.ledger.story import story_of
from keyuan.policies.services import privacy
from keyuan.policies.services.applications import issuing, receiving, submitting, underwriting
from keyuan.policies.services.applications.entry import save_application
from keyuan.policies.services.applications.stale import cancel_stale
from keyuan.policies.services.applications.underwriting import ExamDraft, Verdict
from keyuan.policies.testing import make_product
from keyuan.products.models import ProductQuestion
from keyuan.products.rules.pricing import RateKey
from keyuan.products.rules.rate_checks import RateLine
from keyuan.products.services.rates import RateDraft, keep_table, release_table

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent():
    return make_actor("agent")


@pytest.fixture
def clerk():
    return make_actor("policy_clerk", unit=small_tree().east)


@pytest.fixture
def judge():
    return make_actor("underwriter", unit=small_tree().east)


@pytest.fixture
def product():
    made = make_product(
        kind="LIFE", sales_channels=[], pay_modes=["01", "02", "05"], issue_age_min=18, issue_age_max=60,
        pay_terms=[["Y", 20]], cover_terms=[["O", 0]], need_tags=["LIFE"],
    )  # fmt: skip
    lines = [RateLine(age, RateKey(age=age), 10_000_000 + age * 100_000) for age in range(18, 61)]
    draft = RateDraft("2026 版", date(2020, 1, 1))
    table = keep_table(system_actor("test"), made, draft, lines, ["age"], clock.now())
    release_table(actor=system_actor("other"), table_id=table.pk, version=1, now=clock.now())
    for code in ("HOSPITAL", "DISEASE"):
        ProductQuestion.objects.create(product=made, code=code, text=f"是否{code}", adverse=["YES"])
    return made


@pytest.fixture
def holder(agent):
    return make_customer(agent, "周国栋", birth_on=clock.today() - timedelta(days=366 * 40))


def draft_for(product, holder, **more):
    values = {
        "product_id": product.pk, "holder_id": holder.pk, "effective_on": clock.today(), "sum_insured": 10_000_000,
        "pay_term": "Y20", "cover_term": "O", "need": Need(("LIFE",), 30_000_000, 2_000_000),
        "signed_on": clock.today(), "signed_how": "PAPER",
        "answers": {"HOSPITAL": Answer("NO"), "DISEASE": Answer("NO")},
    }  # fmt: skip
    return ApplicationDraft(**values | more)


def enter(agent, product, holder, **more):
    return save_application(actor=agent, draft=draft_for(product, holder, **more), now=clock.now())


def at(application):
    application.refresh_from_db()
    return {"application_id": application.pk, "version": application.version, "now": clock.now()}


def taken(agent, judge, product, holder, **more):
    application = enter(agent, product, holder, **more)
    submitting.submit_application(actor=agent, **at(application))
    underwriting.take_case(actor=judge, **at(application))
    application.refresh_from_db()
    return application


def test_an_application_becomes_one_contract_with_its_premium_and_parties(agent, clerk, judge, product, holder):
    application = taken(
        agent, judge, product, holder,
        beneficiaries=(PartyDraft(name="周小雨", relation_to_insured="03", share_bp=10_000),),
    )  # fmt: skip
    underwriting.conclude(actor=judge, verdict=Verdict("STANDARD"), **at(application))
    with pytest.raises(Refused) as unpaid:
        issuing.issue_policy(actor=clerk, **at(application))
    money = {"amount": application.premium, "paid_on": clock.today()}
    receiving.record_first_premium(actor=clerk, **money, **at(application))
    policy = issuing.issue_policy(actor=clerk, **at(application))
    again = issuing.issue_policy(actor=clerk, **at(application))

    application.refresh_from_db()
    assert unpaid.value.code == "application.unpaid"
    assert (application.premium, application.quotes[0]["table"]) == (140_000, "2026 版")
    assert (again.pk, Policy.objects.count(), application.status) == (policy.pk, 1, "ISSUED")
    assert (policy.application_no, policy.status, policy.premium) == (
        application.application_no, "IN_FORCE", application.premium,
    )  # fmt: skip
    assert policy.payments.get().amount == application.premium
    assert [party.name for party in policy.parties.filter(role="BENEFICIARY")] == ["周小雨"]
    # How it was underwritten follows from health data: whoever sees the contract does not read it there.
    seen = client_of("policy_clerk", unit=small_tree().east)[0].get(f"/policies/{policy.pk}/").content.decode()
    assert "application_id" not in seen


def test_what_is_missing_is_named_whole_and_nothing_moves(agent, product, holder):
    application = enter(agent, product, holder, need=Need(), signed_on=None, answers={"HOSPITAL": Answer("YES")})

    with pytest.raises(Invalid) as refused:
        submitting.submit_application(actor=agent, **at(application))

    assert [error.code for error in refused.value.errors] == [
        "application.need_missing", "application.unanswered", "application.unexplained", "application.unsigned",
    ]  # fmt: skip
    application.refresh_from_db()
    assert (application.status, application.adverse_count) == ("DRAFT", 1)


def test_grade_age_and_price_are_checked_on_entry(agent, product, holder):
    type(product).objects.filter(pk=product.pk).update(seller_rank=4)
    old = make_customer(agent, "周老先生", birth_on=date(1940, 1, 1))

    with pytest.raises(Invalid) as refused:
        enter(agent, product, old)
    type(product).objects.filter(pk=product.pk).update(seller_rank=1)
    with pytest.raises(Invalid) as unpriced:
        enter(agent, product, holder, sum_insured=0)

    assert {error.code for error in refused.value.errors} == {"sale.rank", "policy.issue_age"}
    assert [error.code for error in unpriced.value.errors] == ["rates.no_sum"]
    assert Application.objects.count() == 0


def test_sending_a_form_twice_makes_one_and_two_editors_meet_a_conflict(agent, product, holder):
    draft = draft_for(product, holder)
    first, second = (save_application(actor=agent, draft=draft, now=clock.now(), token="t1") for _ in range(2))
    save_application(actor=agent, draft=draft, now=clock.now(), application_id=first.pk, version=1)

    with pytest.raises(Conflict):
        save_application(actor=agent, draft=draft, now=clock.now(), application_id=first.pk, version=1)
    assert (first.pk, Application.objects.count()) == (second.pk, 1)


def test_nobody_underwrites_their_own_case_and_one_of_two_takes_it(clerk, product, holder, agent):
    both = replace(clerk, permissions=clerk.permissions | {permissions.UNDERWRITE})
    own = enter(both, product, holder, agent_id=agent.scope.agent_id)
    submitting.submit_application(actor=both, **at(own))
    with pytest.raises(Refused) as refused:
        underwriting.take_case(actor=both, **at(own))
    with pytest.raises(Forbidden):
        underwriting.take_case(actor=clerk, **at(own))
    other = make_actor("underwriter", unit=small_tree().east)
    seen = at(own)
    underwriting.take_case(actor=other, **seen)
    with pytest.raises(Conflict):
        underwriting.take_case(actor=make_actor("underwriter", unit=small_tree().east), **seen)
    with pytest.raises(Forbidden):
        underwriting.take_case(actor=agent, **at(own))

    assert refused.value.code == "application.own"


def test_an_examination_is_booked_and_its_report_restarts_the_clock(agent, judge, product, holder):
    application = taken(agent, judge, product, holder)
    exam = ExamDraft("血常规、心电图", "市体检中心", clock.today() + timedelta(days=3), "林晓岚")
    underwriting.order_exam(actor=judge, draft=exam, **at(application))
    report = {"report_on": clock.today(), "result": "血压偏高"}
    underwriting.receive_report(actor=judge, **report, **at(application))

    application.refresh_from_db()
    assert (application.status, application.due_clock, application.is_examined) == ("UNDERWRITING", "DL-UW-RES", True)
    assert "血压" not in str(application.exams.get().result)
    assert list(ApplicationNotice.objects.values_list("kind", flat=True)) == ["EXAM"]


@pytest.mark.parametrize("_case, verdict, status, share", [
    ("loaded", Verdict("LOADED", "高血压", loading_bp=2_500), "OFFERED", 12_500),
    ("excluded", Verdict("EXCLUSION", "结节", exclusion="甲状腺疾病"), "OFFERED", 10_000),
    ("reduced", Verdict("REDUCED", "财务", sum_insured=5_000_000), "OFFERED", 5_000),
    ("postponed", Verdict("POSTPONED", "术后观察"), "POSTPONED", 10_000),
    ("declined", Verdict("DECLINED", "重疾史"), "DECLINED", 10_000),
])  # fmt: skip
def test_each_conclusion_has_its_effect_and_notice(_case, verdict, status, share, agent, judge, product, holder):
    application = taken(agent, judge, product, holder)
    before = application.premium

    underwriting.conclude(actor=judge, verdict=verdict, **at(application))
    application.refresh_from_db()

    assert (application.status, application.premium) == (status, (before * share + 5_000) // 10_000)
    assert ApplicationNotice.objects.get().kind == verdict.conclusion
    assert verdict.reason not in str(AuditEvent.objects.filter(subject_kind="application").values())


@pytest.mark.parametrize("verdict, field", [
    (Verdict("LOADED", "x"), "loading"), (Verdict("EXCLUSION", "x"), "exclusion"), (Verdict("DECLINED"), "reason"),
    (Verdict("REDUCED", "x", sum_insured=10_000_000), "sum_insured"),
])  # fmt: skip
def test_a_verdict_without_what_it_needs_is_refused(verdict, field, agent, judge, product, holder):
    application = taken(agent, judge, product, holder)

    with pytest.raises(Invalid) as refused:
        underwriting.conclude(actor=judge, verdict=verdict, **at(application))

    assert [error.field for error in refused.value.errors] == [field]


def test_doubts_are_verified_before_the_conclusion(agent, judge, product, holder):
    answers = {"HOSPITAL": Answer("YES", "阑尾炎"), "DISEASE": Answer("NO")}
    application = taken(agent, judge, product, holder, answers=answers)
    with pytest.raises(Refused) as refused:
        underwriting.conclude(actor=judge, verdict=Verdict("STANDARD"), **at(application))
    doubt = application.doubts.get()
    checked = {"doubt_id": doubt.pk, "outcome": "已核实出院小结", "now": clock.now()}
    submitting.verify_doubt(actor=judge, application_id=application.pk, **checked)
    underwriting.conclude(actor=judge, verdict=Verdict("STANDARD"), **at(application))

    assert refused.value.code == "application.doubts_open"
    assert Application.objects.get().status == "ACCEPTED"
    seen = client_of("underwriter", unit=small_tree().east)[0].get(f"/policies/applications/{application.pk}/")
    assert ("是否DISEASE" in seen.content.decode(), "HOSPITAL, DISEASE" in seen.content.decode()) == (True, False)


def test_premium_taken_is_exposure_until_decided_and_goes_back_after_a_refusal(agent, clerk, judge, product, holder):
    application = taken(agent, judge, product, holder)
    money = {"amount": 100_000, "paid_on": clock.today()}
    receiving.record_first_premium(actor=clerk, **money, **at(application))
    during = undecided_exposure(holder.pk)
    underwriting.conclude(actor=judge, verdict=Verdict("DECLINED", "重疾史"), **at(application))
    with pytest.raises(Refused) as twice:
        receiving.refund_premium(actor=clerk, **at(application))

    refund = Refund.objects.get()
    ended = Application.objects.get()
    assert [row.pk for row in during] == [application.pk]
    assert undecided_exposure(holder.pk) == []
    assert (ended.refunded_amount, twice.value.code) == (100_000, "application.nothing_to_refund")
    assert (refund.kind, refund.amount, refund.state, refund.has_account) == ("APPLICATION", 100_000, "PAYABLE", False)
    assert (refund.payee_name, refund.note) == (holder.name, ended.application_no)
    assert sums_by_account() == {"BANK": 100_000, "ADVANCE": 0, "REFUND_PAYABLE": -100_000}


def test_what_a_contract_does_not_cost_goes_back_when_it_is_issued(agent, clerk, judge, product, holder):
    application = taken(agent, judge, product, holder)
    underwriting.conclude(actor=judge, verdict=Verdict("STANDARD"), **at(application))
    price = Application.objects.get().premium
    money = {"amount": price + 700, "paid_on": clock.today(), "is_more": True}
    receiving.record_first_premium(actor=clerk, **money, **at(application))
    policy = issuing.issue_policy(actor=clerk, **at(application))

    assert Refund.objects.get().amount == 700
    assert Payment.objects.get(policy=policy).amount == price
    assert sums_by_account()["ADVANCE"] == 0
    second = make_actor("management", unit=small_tree().head, reach=Reach.ALL)
    with pytest.raises(Refused) as settled:
        receiving.take_back_premium(actor=second, reason="金额录错", **at(application))
    assert settled.value.code == "application.receipt_settled"
    # The contract's page tells the whole story: nothing is left of the advance, and where it came from.
    assert story_of(policy, 10).balances == {
        Account.BANK: price + 700, Account.PREMIUM: -price, Account.REFUND_PAYABLE: -700,
    }  # fmt: skip
    seen = client_of("policy_clerk", unit=small_tree().east)[0].get(f"/policies/{policy.pk}/ledger/").content.decode()
    assert f"/policies/applications/{application.pk}/" in seen


def test_a_loaded_premium_is_the_sum_of_its_covers_and_says_so(agent, clerk, judge, product, holder):
    application = taken(agent, judge, product, holder)
    underwriting.conclude(actor=judge, verdict=Verdict("LOADED", "高血压", loading_bp=2_500), **at(application))
    underwriting.answer_offer(actor=agent, agrees=True, reason="", **at(application))
    receiving.record_first_premium(actor=clerk, amount=175_000, paid_on=clock.today(), **at(application))
    policy = issuing.issue_policy(actor=clerk, **at(application))
    client = client_of("policy_clerk", unit=small_tree().east)[0]

    covers = covers_with_loadings(policy)

    assert (policy.premium, sum(one.cover.premium for one in covers)) == (175_000, 175_000)
    assert [(one.base, one.loading, one.loading_bp) for one in covers] == [(140_000, 35_000, 2_500)]
    for address in (f"/policies/{policy.pk}/", f"/policies/applications/{application.pk}/"):
        assert "标准保费 1,400.00，加费 25%，即 350.00" in client.get(address).content.decode()


def test_more_than_is_due_is_asked_about_once_more(agent, clerk, judge, product, holder):
    application = taken(agent, judge, product, holder)
    client = client_of("policy_clerk", unit=small_tree().east)[0]
    base = f"/policies/applications/{application.pk}/acts/PAY/"
    form = {"amount": "14,000", "paid_on": clock.today().isoformat(), "version": application.version}

    asked = [client.get(base), client.post(base, form | {"amount": "x"}), client.post(base, form)]
    kept = Application.objects.get().paid_amount
    confirmed = client.post(base, form | {"is_more": "on"})

    assert ["is_more" in answer.content.decode() for answer in asked] == [False, False, True]
    assert "录入的 14,000.00 元超过应交的 1,400.00 元" in asked[2].content.decode()
    assert (asked[2].status_code, kept, confirmed.status_code) == (422, 0, 302)
    assert Application.objects.get().paid_amount == 1_400_000


def test_a_slip_of_today_is_taken_back_once_by_somebody_else(agent, clerk, judge, product, holder):
    application = taken(agent, judge, product, holder)
    client, other = client_of("management", unit=small_tree().head, reach=Reach.ALL)
    money = {"amount": 140_000, "paid_on": clock.today()}
    receiving.record_first_premium(actor=clerk, **money, **at(application))
    seen = at(application)
    page = f"/policies/applications/{application.pk}/"
    offered = "acts/TAKE_BACK/" in client.get(page).content.decode()
    form = client.get(f"{page}acts/TAKE_BACK/")
    with pytest.raises(Forbidden):
        receiving.take_back_premium(actor=make_actor("policy_clerk", unit=small_tree().east), reason="错", **seen)
    both = replace(clerk, permissions=clerk.permissions | {permissions.MONEY_APPROVE})

    refused = []
    for actor, now, reason in (
        (both, seen["now"], "错"), (other, seen["now"], " "), (other, seen["now"] + timedelta(days=1), "错"),
    ):  # fmt: skip
        with pytest.raises(Refused) as error:
            receiving.take_back_premium(actor=actor, reason=reason, **seen | {"now": now})
        refused.append(error.value.code)
    receiving.take_back_premium(actor=other, reason="金额录错", **seen)
    with pytest.raises(Conflict):
        receiving.take_back_premium(actor=other, reason="金额录错", **seen)
    with pytest.raises(Refused) as nothing:
        receiving.take_back_premium(actor=other, reason="金额录错", **at(application))
    empty = (Application.objects.get().paid_amount, Application.objects.get().paid_on, sums_by_account())
    receiving.record_first_premium(actor=clerk, **money, **at(application))

    assert (offered, form.status_code) == (True, 200)
    assert refused == ["application.own_receipt", "application.reason_missing", "application.no_receipt"]
    assert nothing.value.code == "application.no_receipt"
    assert empty == (0, None, {"ADVANCE": 0, "BANK": 0})
    assert sums_by_account() == {"ADVANCE": -140_000, "BANK": 140_000}


def sums_by_account():
    return dict(LedgerLine.objects.values_list("account").annotate(sum=Sum("amount")).order_by())


def test_every_notice_of_underwriting_has_a_template_to_go_out_with():
    shipped = {one.code for one in SHIPPED}

    assert [kind for kind in NOTICES if f"uw-{kind.lower().replace('_', '-')}" not in shipped] == []


def test_stale_ones_are_cancelled_once_and_those_at_work_never(agent, judge, product, holder):
    idle, busy = enter(agent, product, holder), taken(agent, judge, product, holder)
    later = clock.now() + timedelta(days=90)

    cancelled = [cancel_stale(later), cancel_stale(later)]

    assert cancelled == [1, 0]
    assert [Application.objects.get(pk=row.pk).status for row in (idle, busy)] == ["CANCELLED", "UNDERWRITING"]


def test_pages_enter_hand_in_and_underwrite(product, holder, agent):
    seller = client_of("agent", agent=Agent.objects.get(pk=agent.scope.agent_id))[0]
    judge = client_of("underwriter", unit=small_tree().east)[0]
    form = {
        "holder": f"{holder.name} {holder.customer_no}", "relation": "00", "effective_on": clock.today().isoformat(),
        "sum_insured": "100,000", "cover_term": "O", "pay_term": "Y20", "pay_mode": "05", "purposes": ["LIFE"],
        "yearly_income": "300000", "budget": "20000", "signed_on": clock.today().isoformat(), "signed_how": "PAPER",
        "q_HOSPITAL": "YES", "q_HOSPITAL_detail": "急性阑尾炎", "q_DISEASE": "NO", "idempotency": "abc",
    }  # fmt: skip
    address = f"/policies/applications/new/?product={product.pk}"

    chooser = seller.get("/policies/applications/new/").content.decode()
    wrong = seller.post(address, form | {"sum_insured": "abc"})
    made = [seller.post(address, form) for _ in range(2)]
    application = Application.objects.get()
    base = f"/policies/applications/{application.pk}/"
    page = seller.get(base).content.decode()
    seller.post(f"{base}acts/SUBMIT/", {"version": 1})
    taken_by = judge.post(f"{base}acts/TAKE/", {"version": 2})
    seen = judge.get(base).content.decode()
    lists = [judge.get("/policies/applications/").status_code, judge.get(f"{base}?panel=1").status_code]
    denied = seller.post(f"{base}acts/CONCLUDE/", {"version": 3, "conclusion": "STANDARD"})

    assert product.name in chooser
    assert (wrong.status_code, [answer.status_code for answer in made]) == (422, [302, 302])
    assert 'value="abc"' in wrong.content.decode()
    assert "阑尾炎" not in page + seen
    assert ("data-reveal=" in page, "data-reveal=" in seen) == (False, True)
    assert (taken_by.status_code, lists, denied.status_code) == (302, [200, 200], 403)
    assert Application.objects.get().status == "UNDERWRITING"
    assert seller.get(f"{base}edit/").status_code == 200
    assert judge.get(f"/policies/of-customer/{holder.pk}/applications/").status_code == 200
    opened = judge.post(f"{base}reveal/declaration/", {"reason": "核保"})
    assert "是否HOSPITAL 是 - 急性阑尾炎\n" in opened.json()["value"]


def test_details_without_their_answer_are_refused_with_what_was_typed(product, holder, agent):
    seller = client_of("agent", agent=Agent.objects.get(pk=agent.scope.agent_id))[0]
    application = enter(agent, product, holder, answers={"HOSPITAL": Answer("YES"), "DISEASE": Answer("NO")})
    form = {
        "holder": f"{holder.name} {holder.customer_no}", "relation": "00", "effective_on": clock.today().isoformat(),
        "sum_insured": "100,000", "cover_term": "O", "pay_term": "Y20", "pay_mode": "05", "version": 1,
        "q_HOSPITAL_detail": "急性阑尾炎",
    }  # fmt: skip

    answer = seller.post(f"/policies/applications/{application.pk}/edit/", form)

    assert answer.status_code == 422
    assert "请先选择该项告知的回答，再填写详情。" in answer.content.decode()
    assert "急性阑尾炎</textarea>" in answer.content.decode()


@pytest.mark.parametrize("_case, beneficiaries, said, fields", [
    ("shares short", {"ben_1": "周小雨", "ben_share_1": "60", "ben_2": "周小雪", "ben_share_2": "30"},
     "与 100% 相差 10%", ["ben_share_1", "ben_share_2"]),
    ("a picture in a name", {"ben_2": "周小雪😀", "ben_share_2": "100"}, "姓名中不能含有“😀”", ["ben_2"]),
])  # fmt: skip
def test_what_is_wrong_with_beneficiaries_is_marked_where_it_stands(
    _case, beneficiaries, said, fields, product, holder, agent
):
    seller = client_of("agent", agent=Agent.objects.get(pk=agent.scope.agent_id))[0]
    form = {
        "holder": f"{holder.name} {holder.customer_no}", "relation": "00", "effective_on": clock.today().isoformat(),
        "sum_insured": "100,000", "cover_term": "O", "pay_term": "Y20", "pay_mode": "05",
    }  # fmt: skip

    answer = seller.post(f"/policies/applications/new/?product={product.pk}", form | beneficiaries)
    page = answer.content.decode()

    assert (answer.status_code, said in page) == (422, True)
    assert 'href="#application-beneficiaries" class="has-errors"' in page
    assert [name for name in (*fields, "ben_3") if f'href="#id_{name}"' in page] == fields


def test_another_branch_sees_nothing(agent, product, holder):
    application = enter(agent, product, holder)
    stranger = client_of("policy_clerk", unit=small_tree().west)[0]

    assert stranger.get(f"/policies/applications/{application.pk}/").status_code == 404
    assert Reach.SELF is agent.scope.reach


@pytest.mark.sqlite_only
@pytest.mark.parametrize("key", ["applications", "proposals"])
def test_every_order_and_filter_has_its_index(key):
    actor = make_actor("policy_clerk", unit=small_tree().east)
    values = {"no": "T1", "status": ("SUBMITTED",)}

    assert_list_uses_indexes(
        lists[key], actor, FilterContext(actor, clock.today()), values, small=("app_agent", "prop_agent")
    )


def test_a_copy_of_the_data_holds_what_was_declared_and_erasing_takes_it_out(agent, product, holder):
    enter(agent, product, holder)

    rows = privacy.collect(holder.pk)["applications"]
    privacy.erase(holder.pk, True, clock.now())

    assert (rows[0]["status"], bool(rows[0]["declaration"])) == ("DRAFT", True)
    assert Application.objects.get().declaration is None
