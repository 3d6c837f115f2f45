"""What is done with a policy: steps, payments, receipt, beneficiaries, hand-over, members (POL-1 to POL-3)."""

from typing import Any

from keyuan.api.kit.caller import ApiRequest
from keyuan.api.kit.resource import RowId
from keyuan.api.kit.tags import expected_version
from keyuan.api.v1.customer_parts import Opened
from keyuan.api.v1.policies import parties_in, policy_out, reached
from keyuan.api.v1.policy_parts import MEMBER, person_out, router
from keyuan.api.v1.policy_schemas import (
    BeneficiariesIn,
    GroupMemberIn,
    GroupMemberOut,
    LeaveIn,
    PaymentIn,
    PaymentOut,
    PolicyOut,
    ReceiptIn,
    RevealAccountIn,
    ServicePersonIn,
    StepIn,
)
from keyuan.platform import clock
from keyuan.policies import permissions
from keyuan.policies.models import GroupMember
from keyuan.policies.rules.transitions import SWITCHES
from keyuan.policies.selectors.contract import access_member
from keyuan.policies.selectors.faces import member_rows
from keyuan.policies.services.changes import record_receipt, replace_beneficiaries
from keyuan.policies.services.members import MemberDraft, add_member, end_membership
from keyuan.policies.services.payments import PaymentDraft, record_payment
from keyuan.policies.services.revealing import reveal_account
from keyuan.policies.services.serving import change_servicing_agent
from keyuan.policies.services.transitions import switch_policy, transit_policy

__all__ = ["router"]  # acts share the addresses of the parts, so they share their router
SWITCH_KINDS = frozenset(switch.kind for switch in SWITCHES)


@router.post("/policies/{int:policy_id}/steps", permissions.TRANSIT, PolicyOut, status=200, tagged=True)
def take_step(request: ApiRequest, policy_id: RowId, body: StepIn) -> Any:
    """Change a policy's status or a sub-state.

    `If-Match` must name the version that was read. Illegal steps are refused with what forbids them.
    """
    version = expected_version(request, reached(request, policy_id).version)
    same: dict[str, Any] = {
        "actor": request.actor, "policy_id": policy_id, "kind": body.kind, "on": body.on, "reason": body.reason,
        "version": version, "now": clock.now(),
    }  # fmt: skip
    policy = (
        switch_policy(**same)
        if body.kind in SWITCH_KINDS
        else transit_policy(**same, target=body.target, monitored=body.monitored, known_on=body.known_on)
    )
    return policy_out(request, policy)


@router.post("/policies/{int:policy_id}/payments", permissions.EDIT, PaymentOut)
def add_payment(request: ApiRequest, policy_id: RowId, body: PaymentIn) -> Any:
    """Record money received or refunded; it settles the oldest open instalments first."""
    draft = PaymentDraft(**body.model_dump())
    return record_payment(actor=request.actor, policy_id=policy_id, draft=draft, now=clock.now())


@router.post("/policies/{int:policy_id}/receipt", permissions.EDIT, PolicyOut, status=200, tagged=True)
def set_receipt(request: ApiRequest, policy_id: RowId, body: ReceiptIn) -> Any:
    """Record the signed receipt, from which the cooling-off period counts."""
    version = expected_version(request, reached(request, policy_id).version)
    policy = record_receipt(
        actor=request.actor, policy_id=policy_id, signed_on=body.signed_on, version=version, now=clock.now()
    )
    return policy_out(request, policy)


@router.put("/policies/{int:policy_id}/beneficiaries", permissions.EDIT, PolicyOut, tagged=True)
def set_beneficiaries(request: ApiRequest, policy_id: RowId, body: BeneficiariesIn) -> Any:
    """Set the beneficiaries as a whole."""
    version = expected_version(request, reached(request, policy_id).version)
    policy = replace_beneficiaries(
        actor=request.actor, policy_id=policy_id, beneficiaries=parties_in(body.beneficiaries), version=version,
        reason=body.reason, insured_agreed=body.insured_agreed, now=clock.now(),
    )  # fmt: skip
    return policy_out(request, policy)


@router.post("/policies/{int:policy_id}/service-person", permissions.EDIT, PolicyOut, status=200, tagged=True)
def set_service_person(request: ApiRequest, policy_id: RowId, body: ServicePersonIn) -> Any:
    """Hand a policy over to another agent from today; mirrored policies, too."""
    version = expected_version(request, reached(request, policy_id).version)
    policy = change_servicing_agent(
        actor=request.actor, policy_id=policy_id, agent_id=body.agent_id, reason=body.reason, version=version,
        now=clock.now(),
    )  # fmt: skip
    return policy_out(request, policy)


def member_out(request: ApiRequest, member: GroupMember) -> dict[str, Any]:
    """Return a member as the caller may see one."""
    return person_out(member_rows(request.actor, [member], now=clock.now())[0], MEMBER)


@router.post("/policies/{int:policy_id}/members", permissions.EDIT, GroupMemberOut)
def add_group_member(request: ApiRequest, policy_id: RowId, body: GroupMemberIn) -> Any:
    """Take a person into a group contract."""
    draft = MemberDraft(**body.model_dump())
    return member_out(request, add_member(actor=request.actor, policy_id=policy_id, draft=draft, now=clock.now()))


@router.post("/policies/{int:policy_id}/members/{int:member_id}/leave", permissions.EDIT, GroupMemberOut, status=200)
def end_group_member(request: ApiRequest, policy_id: RowId, member_id: RowId, body: LeaveIn) -> Any:
    """End a member's cover."""
    access_member(reached(request, policy_id), member_id)
    member = end_membership(
        actor=request.actor, policy_id=policy_id, member_id=member_id, left_on=body.left_on, now=clock.now()
    )
    return member_out(request, member)


@router.post("/policies/{int:policy_id}/account/reveal", permissions.VIEW, Opened, status=200)
def reveal_debit_account(request: ApiRequest, policy_id: RowId, body: RevealAccountIn) -> Any:
    """Open the account from which premiums are taken.

    Takes a reason, counts towards the role's quota of the day, and stands on the audit trail.
    """
    request.never_kept = True
    value = reveal_account(actor=request.actor, policy_id=policy_id, reason=body.reason, now=clock.now())
    return {"value": value}
