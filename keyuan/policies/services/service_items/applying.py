"""Carrying a request out on the locked contract: checks again, effect, image, history, trail, event (POL-5, POL-7)."""

from datetime import datetime
from typing import Any

from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Invalid, NotFound
from keyuan.platform.audit import Action, Subject, record
from keyuan.platform.events import emit
from keyuan.policies.events import PoliciesChanged
from keyuan.policies.models import Policy, PolicyEvent, ServiceRequest
from keyuan.policies.rules.service_items.checks import refusals
from keyuan.policies.rules.transitions import SWITCHES, TRANSITIONS
from keyuan.policies.selectors.service_items import item_of, people_of
from keyuan.policies.selectors.service_items.facts import facts_of, wanted_of
from keyuan.policies.services.monitoring import ask_monitoring, note_monitoring
from keyuan.policies.services.payments import refresh_due
from keyuan.policies.services.recording import refresh_holders, touch
from keyuan.policies.services.service_items.effects.table import EFFECTS
from keyuan.policies.services.service_items.effects.work import Work
from keyuan.policies.services.service_items.images import difference, picture
from keyuan.policies.services.service_items.reversing import marks, moved, take_back
from keyuan.policies.services.transitions import people_of as people_at_risk

#: Items that change what falls due; the row of the contract follows.
RESCHEDULES = frozenset({
    "PAY_MODE", "RIDER", "SUM_UP", "SUM_DOWN", "OCCUPATION", "PARTY_INFO", "ENDORSE", "EXT_TERM", "REDUCED_PU",
    "WAIVER",
})  # fmt: skip
STEP_KINDS = frozenset({step.kind for step in TRANSITIONS} | {switch.kind for switch in SWITCHES})
#: Items that take on more risk → the step under which monitored people are asked about (CUS-10).
RISKS = {"SUM_UP": "CREATE", "RIDER": "CREATE", "REINSTATE": "REINSTATE", "HOLDER": "CREATE", "CONVERT": "CREATE"}


def locked_policy(request: ServiceRequest) -> Policy:
    """Return the contract locked; whoever may see the request may decide it, wherever the holder is served."""
    policy = Policy.objects.select_for_update(of=("self",)).select_related("product").filter(pk=request.policy_id)
    found = policy.first()
    if found is None:
        raise NotFound("policy.not_found")
    return found


def check(request: ServiceRequest, policy: Policy, now: datetime) -> None:
    """Ask every check again on the contract as it stands now. Raises `Invalid` with all that forbids the request."""
    item = item_of(request)
    found = refusals(item, facts_of(policy, item, wanted_of(request, item), now))
    if found:
        raise Invalid(found)


def apply(*, actor: Actor, request: ServiceRequest, policy: Policy, monitored: str, now: datetime) -> dict[str, Any]:
    """Let the request take effect on ``policy``, locked in the caller's transaction; returns what the letter tells.

    The caller saves the request: image, result, effective day. Raises `Invalid` and `Refused` where it cannot be.
    """
    item = item_of(request)
    check(request, policy, now)
    listings = ask_monitoring(actor, people_at_risk(policy), RISKS.get(item.code, ""), monitored)
    wanted = wanted_of(request, item)
    work = Work(actor, request, policy, item, dict(wanted.values), people_of(request), now)
    before, money, status = picture(policy), marks(policy), policy.status
    account = (policy.debit_account_index,)
    if item.code == "REVERSE":
        take_back(work)
    else:
        EFFECTS[item.code](work)
    if item.code in RESCHEDULES:
        refresh_due(policy, work.today)
        work.columns |= {"next_due_on", "next_due_amount", "grace_until", "in_grace"}
    touch(policy, now, *work.columns)
    _keep_image(work, before, money, account)
    kind = str(work.told.get("step") or f"POS_{item.code}")
    _note(work, kind, status)
    holders = {*work.holders, *([policy.holder_id] if policy.holder_id else [])}
    refresh_holders(holders, now)
    note_monitoring(actor, policy, listings, item.code, monitored, now)
    emit(PoliciesChanged((policy.pk,), kind if kind in STEP_KINDS else item.code))
    return work.told


def _keep_image(work: Work, before: Any, money: dict[str, int], account: tuple[Any, ...]) -> None:
    request, image = work.request, dict(work.image)
    contract = difference(before, picture(work.policy))
    paid = moved(work.policy, money)
    if contract:
        image["contract"] = contract
    if paid:
        image["money"] = paid
    if (work.policy.debit_account_index,) != account or request.former_account is not None:
        image["account"] = {"index": account[0]}
    if work.holders:
        image["holders"] = sorted(work.holders)
    request.image, request.result = image, work.told
    request.effective_on = work.today


def _note(work: Work, kind: str, status: str) -> None:
    policy, request = work.policy, work.request
    PolicyEvent.objects.create(
        policy=policy, kind=kind, from_status=status if status != policy.status else "",
        to_status=policy.status, happened_on=work.today, recorded_at=work.now, actor_id=work.actor.id,
        actor_name=work.actor.name[:40], reason=request.request_no, detail={"request": request.pk},
    )  # fmt: skip
    changed = request.image.get("contract", {}).get("policy", {}).get("changed", {}).get(str(policy.pk), {})
    record(
        work.actor, Action.UPDATE, Subject("policy", policy.pk),
        before={name: was for name, (was, _became) in changed.items()},
        after={name: became for name, (_was, became) in changed.items()},
        reason=request.request_no, customer_id=policy.holder_id, detail={"item": request.item}, now=work.now,
    )  # fmt: skip
