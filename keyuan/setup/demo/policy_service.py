"""Requests of policy service in every state, for the queue of the demo book (POL-5)."""

import io
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.apps import apps

from keyuan.kernel.actor import Actor, system_actor
from keyuan.kernel.errors import KeyuanError
from keyuan.organisation.selectors.actors import actor_by_staff_no, actor_of, current_posts
from keyuan.platform.files import store
from keyuan.platform.subjects import Subject
from keyuan.policies.rules.service_items.drafts import RequestDraft
from keyuan.policies.rules.service_items.facts import ACCOUNT_DESIGNS
from keyuan.policies.selectors.service_items.papers import papers_of
from keyuan.policies.services.service_items import deciding
from keyuan.policies.services.service_items.entering import create_request, submit_request

ACTOR = system_actor("keyuan demo")
CLERK, HEAD, AGENT = "10013", "10001", "10482"
#: Who takes in what comes from where: at the counter the clerks of the sub-branch, by phone the contact centre.
BY_PHONE = ("10011", "10010")
AT_BRANCH = ("10006", "10014")
#: The smallest picture there is.
POINT = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360000000000500010d0a2db40000000049454e44ae426082"
)
PAYEE = {"payee_account": "6222021234567890128", "payee_bank": "工商银行"}
#: Item, what the form holds, and how far the request came; dealt out over contracts in force, several a time.
STORIES: tuple[tuple[str, dict[str, Any], str], ...] = (
    ("CONTACT", {"verified_how": "CODE", "phone": "13912340001"}, "EFFECTIVE"),
    ("PAY_MODE", {"pay_mode": "02"}, "EFFECTIVE"),
    ("LOST", {"lost_on": ""}, "REVIEWING"),
    ("REISSUE", {"paper": "ELECTRONIC"}, "WAITING"),
    ("CONTACT", {"verified_how": "CALL_BACK", "address": "杭州市西湖区文三路一百号"}, "ACCEPTED"),
    ("CT", {"cause": "MONEY", **PAYEE}, "APPROVAL"),
    ("LOAN", {"amount": 200_000, **PAYEE}, "WAITING"),
    ("APL_ELECT", {"elects": "YES"}, "EFFECTIVE"),
    ("PAY_MODE", {"pay_mode": "03"}, "REJECTED"),
    ("CONTACT", {"verified_how": "CODE", "email": "service@example.com"}, "ASKED"),
    ("CT", {"cause": "UNSUITABLE", **PAYEE}, "REVIEWING"),
    ("PAY_MODE", {"pay_mode": "04"}, "WAITING"),
    ("CONTACT", {"verified_how": "CODE", "phone": "13912340002"}, "WAITING"),
    ("REDUCED_PU", {}, "APPROVAL"),
    ("CONTACT", {"verified_how": "CODE", "phone": "13912340003"}, "VOID"),
    ("PAY_MODE", {"pay_mode": "02"}, "REVERSED"),
    ("OCCUPATION", {"occupation": "高空作业", "occupation_class": "4"}, "REVIEWING"),
    ("DIV_OPT", {"dividend_option": "PREMIUM"}, "EFFECTIVE"),
)
ROUNDS = 3
TOP_UP = ("TOPUP", {"amount": 5_000_000, "paid_on": ""}, "EFFECTIVE")
#: What happened to contracts with an account, each in its order.
ACCOUNTS: tuple[tuple[tuple[str, dict[str, Any], str], ...], ...] = (
    (TOP_UP, ("SWITCH", {"from_fund": "GENERAL", "new_fund": "稳健成长", "share": 40}, "EFFECTIVE"),
     ("SWITCH", {"from_fund": "稳健成长", "to_fund": "GENERAL", "share": 50}, "WAITING")),
    (TOP_UP, ("SWITCH", {"from_fund": "GENERAL", "new_fund": "积极进取", "share": 30}, "REVIEWING")),
    (TOP_UP, ("WITHDRAW", {"amount": 1_000_000, **PAYEE}, "WAITING")),
)  # fmt: skip


def open_policy_service(now: datetime) -> None:
    """Let requests be on their way; a story whose contract does not fit is left out."""
    today = now.date()
    numbers = (CLERK, HEAD, AGENT, *BY_PHONE, *AT_BRANCH)
    staff = {number: actor_by_staff_no(number, today) for number in numbers}
    known = {number: actor for number, actor in staff.items() if actor is not None}
    if len(known) < len(numbers):
        return
    clerks = {clerk.scope.unit_id: clerk for clerk in (*_clerks(today), known[CLERK])}
    for place, policy in enumerate(_contracts(known[AGENT], list(clerks))):
        item, typed, story = STORIES[place % len(STORIES)]
        clerk = clerks.get(policy.sub_branch_id, known[CLERK])
        taker, face = _taker(policy, place, clerk, known)
        at = now - timedelta(days=place % 5, hours=place % 7)
        with suppress(KeyuanError):
            _tell(Case(policy, item, typed, story, taker, face, clerk, known[HEAD], at))
    _work_accounts(known[CLERK], known[HEAD], now)


def _work_accounts(clerk: Actor, head: Actor, now: datetime) -> None:
    """Let contracts of the clerk's own place hold something in funds, with changes of it on their way."""
    there = _in_force().filter(sub_branch_id=clerk.scope.unit_id, product__design__in=ACCOUNT_DESIGNS).order_by("-pk")
    for policy, stories in zip(there[: len(ACCOUNTS)], ACCOUNTS, strict=False):
        for place, (item, typed, story) in enumerate(stories):
            at = now - timedelta(days=len(stories) - place)
            with suppress(KeyuanError):
                _tell(Case(policy, item, typed, story, clerk, "COUNTER", clerk, head, at))


def _clerks(today: date) -> list[Actor]:
    """Return the clerks of policy service in every post, also a second one."""
    return [actor_of(post) for post in current_posts(today).filter(role__code="policy_clerk")]


def _taker(policy: Any, place: int, clerk: Actor, staff: Mapping[str, Actor]) -> tuple[Actor, str]:
    """Return who takes the request in, and where it came in."""
    agent = staff[AGENT]
    if policy.servicing_agent_id == agent.scope.agent_id and place % 2:
        return agent, "AGENT"
    if place % 3 == 0:
        return staff[BY_PHONE[place // 3 % len(BY_PHONE)]], "PHONE"
    if place % 5 == 0:
        return staff[AT_BRANCH[place // 5 % len(AT_BRANCH)]], "COUNTER"
    return clerk, "COUNTER"


def _contracts(agent: Actor, places: list[int | None]) -> list[Any]:
    """Return regular-premium contracts of grown holders in force: some of the demo agent's, then of each clerk's."""
    rows = _in_force().filter(pay_mode="05")
    wanted = len(STORIES) * ROUNDS
    found = list(rows.filter(servicing_agent_id=agent.scope.agent_id).order_by("pk")[: wanted // 3])
    known = {row.pk for row in found}
    for place in places:
        there = rows.filter(sub_branch_id=place).exclude(pk__in=known).order_by("-pk")
        found += there[: (wanted - wanted // 3) // len(places)]
    return found


def _in_force() -> Any:
    """Return long contracts of grown holders in force."""
    return apps.get_model("policies.Policy")._default_manager.filter(
        status="IN_FORCE", source="local", holder__kind="P", product__is_long_term=True, in_grace=False,
        in_cooling_off=False, is_frozen=False, holder__birth_on__lt=date(1995, 1, 1),
    ).select_related("product", "holder")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Case:
    """One request of the demo: what is asked, who takes it in from where, who reviews and approves it."""

    policy: Any
    item: str
    typed: Mapping[str, Any]
    story: str
    taker: Actor
    face: str
    clerk: Actor
    head: Actor
    at: datetime


def _tell(case: Case) -> None:
    policy, clerk, at, story, values = case.policy, case.clerk, case.at, case.story, dict(case.typed)
    for name in ("lost_on", "paid_on"):
        if name in values:
            values[name] = (at.date() - timedelta(days=3)).isoformat()
    if "payee_bank" in values:
        values["payee_name"] = policy.holder_name
    draft = RequestDraft(policy.pk, case.item, values, face=case.face)
    made = create_request(actor=case.taker, draft=draft, now=at)
    if story == "ASKED":
        deciding.ask_papers(
            actor=clerk, request_id=made.pk, version=None, reason="请补签名的申请书和身份证复印件", now=at
        )
    if story == "VOID":
        deciding.void_request(actor=clerk, request_id=made.pk, version=None, reason="客户改变主意", now=at)
    if story not in ("ASKED", "VOID", "ACCEPTED"):
        _bring(made, story, clerk, case.head, at)


def _bring(made: Any, story: str, clerk: Actor, head: Actor, at: datetime) -> None:
    who: dict[str, Any] = {"request_id": made.pk, "version": None, "now": at}
    _papers(made, at)
    if made.status == "ACCEPTED":
        submit_request(actor=clerk, **who)
    if story == "WAITING":
        return
    deciding.take_request(actor=clerk, **who)
    if story == "REVIEWING":
        return
    if story == "REJECTED":
        deciding.reject_request(actor=clerk, reason="签名与预留样本不符", **who)
        return
    deciding.pass_request(actor=clerk, **who)
    made.refresh_from_db()
    if story != "APPROVAL" and made.awaits_approval:
        deciding.approve_request(actor=head, **who)
    if story == "REVERSED":
        values = {"reverses": str(made.pk), "note": "客户来电说明误填交费方式"}
        draft = RequestDraft(made.policy_id, "REVERSE", values, applicant_role="STAFF")
        _bring(create_request(actor=clerk, draft=draft, now=at), "EFFECTIVE", clerk, head, at)


def _papers(made: Any, at: datetime) -> None:
    """Keep every paper as a picture of one point."""
    for paper, there in papers_of(made):
        if not there:
            subject = Subject("service_request", made.pk)
            store(actor=ACTOR, subject=subject, name=f"{paper}.png", file=io.BytesIO(POINT), now=at, kind=paper)
