"""What policies know of a customer, how long the law keeps it, and how it is taken out (PLT-8; domain.md E.6)."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import models
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from keyuan.contact.services.privacy.erasing import erase_customers
from keyuan.customers.models import CustomerSummary
from keyuan.kernel.codes import PolicyStatus
from keyuan.platform.privacy import STILL_ON, PrivacyPart, RecordType, Table, privacy_parts, record_types
from keyuan.policies.models import (
    Application,
    ApplicationDoubt,
    GroupMember,
    MedicalExam,
    Payment,
    Policy,
    PolicyParty,
    RequestParty,
    ServiceRequest,
)

#: Days of cover up to which a contract counts as one of at most a year.
A_YEAR = 366
YEAR = 12
INSURANCE_LAW, MONEY_LAUNDERING = "保险法 87", "反洗钱法 34"
COLUMNS = (
    "policy_no", "product__name", "status", "currency", "sum_insured", "premium", "applied_on", "issued_on",
    "effective_on", "expires_on", "terminated_on", "next_due_on", "next_due_amount",
)  # fmt: skip


def collect(customer_id: int) -> Mapping[str, Table]:
    """Return the contracts of a customer, their roles in contracts, and what was paid."""
    held = Policy.objects.filter(holder_id=customer_id).order_by("pk")
    roles = PolicyParty.objects.filter(customer_id=customer_id).select_related("policy").order_by("pk")
    paid = Payment.objects.filter(policy__holder_id=customer_id).order_by("pk")
    members = GroupMember.objects.filter(customer_id=customer_id).order_by("pk")
    return {
        "contracts": [dict(row) for row in held.values(*COLUMNS)],
        "accounts": [
            {"policy_no": row.policy_no, "debit_account": row.debit_account} for row in held if row.debit_account
        ],
        "roles": [{"policy_no": row.policy.policy_no, "role": row.role, "share_bp": row.share_bp} for row in roles],
        "payments": [dict(row) for row in paid.values("policy__policy_no", "paid_on", "amount", "currency", "result")],
        "applications": _applications(customer_id),
        "service_requests": _service_requests(customer_id),
        "group_cover": [dict(row) for row in members.values("policy__policy_no", "member_no", "joined_on", "left_on")],
    }


def _applications(customer_id: int) -> list[dict[str, Any]]:
    """Return the applications in which a customer is holder or insured, with what was declared of the insured."""
    held = Application.objects.filter(holder_id=customer_id)
    rows = held.union(Application.objects.filter(insured_id=customer_id)).order_by("pk")
    return [
        {
            "application_no": row.application_no, "status": row.status, "applied_on": row.applied_on,
            "sum_insured": row.sum_insured, "premium": row.premium, "conclusion": row.conclusion,
            "declaration": row.declaration if row.insured_id == customer_id else None,
        }
        for row in rows
    ]  # fmt: skip


SEALED = ("phone", "email", "address", "bank_account", "identity_number", "health", "former_account", "former_number")


def _service_requests(customer_id: int) -> list[dict[str, Any]]:
    """Return the requests of policy service that concern a customer's contracts or that they made."""
    held = ServiceRequest.objects.filter(customer_id=customer_id)
    rows = held.union(ServiceRequest.objects.filter(applicant_id=customer_id)).order_by("pk")
    return [
        {
            "request_no": row.request_no, "item": row.item, "status": row.status, "received_at": row.received_at,
            "decided_at": row.decided_at, "amount": row.amount, "asked": row.asked,
            **{name: getattr(row, name) for name in SEALED if getattr(row, name) is not None},
        }
        for row in rows
    ]  # fmt: skip


def _erase_requests(customer_id: int) -> int:
    """Take what was asked for out of a customer's requests; that there was one, and how it ended, stays."""
    RequestParty.objects.filter(customer_id=customer_id).update(name="")
    rows = ServiceRequest.objects.filter(customer_id=customer_id)
    RequestParty.objects.filter(request__in=rows).update(name="")
    return rows.update(asked={}, image={}, result={}, proxy_name="", **dict.fromkeys(SEALED))


def erase(customer_id: int, whole: bool, _now: datetime) -> Mapping[str, int]:
    """With ``whole`` take names and accounts out of contracts whose terms are over; they stay as figures."""
    if not whole:
        return {}
    held = Policy.objects.filter(holder_id=customer_id)
    members = GroupMember.objects.filter(customer_id=customer_id)
    told = Application.objects.filter(insured_id=customer_id)
    MedicalExam.objects.filter(application__in=told).update(result=None)
    ApplicationDoubt.objects.filter(application__in=told).update(outcome=None)
    return {
        "application": told.update(declaration=None, exclusion=None, reason=None),
        "policy": held.update(holder_name="", debit_account=None, debit_account_index=None),
        "party": PolicyParty.objects.filter(customer_id=customer_id).update(name=""),
        "member": members.update(name=""),
        "service_request": _erase_requests(customer_id),
    }


def _contracts(customer_ids: Sequence[int]) -> list[tuple[int, date, int]]:
    """Return customer, end and days of cover of every contract in which customers hold a role."""
    held = Policy.objects.filter(holder_id__in=customer_ids).values_list("holder_id", *_DATES)
    roles = PolicyParty.objects.filter(customer_id__in=customer_ids)
    other = roles.values_list("customer_id", *(f"policy__{name}" for name in _DATES))
    return [_contract(row) for row in [*held, *other]]


_DATES = ("status", "effective_on", "expires_on", "terminated_on")


def _contract(row: tuple[Any, ...]) -> tuple[int, date, int]:
    customer_id, status, effective_on, expires_on, terminated_on = row
    days = (expires_on - effective_on).days
    if status != PolicyStatus.TERMINATED:
        return customer_id, STILL_ON, days
    return customer_id, terminated_on or min(expires_on, STILL_ON), days


def _latest(rows: Sequence[tuple[int, date, int]], *, short: bool | None) -> Mapping[int, date]:
    found: dict[int, date] = {}
    for customer_id, ended_on, days in rows:
        if short is None or short == (days <= A_YEAR):
            found[customer_id] = max(found.get(customer_id, date.min), ended_on)
    return found


def short_ends(customer_ids: Sequence[int], _today: date) -> Mapping[int, date]:
    """Return when the last contract of at most a year ended."""
    return _latest(_contracts(customer_ids), short=True)


def long_ends(customer_ids: Sequence[int], _today: date) -> Mapping[int, date]:
    """Return when the last contract of more than a year ended."""
    return _latest(_contracts(customer_ids), short=False)


def relation_ends(customer_ids: Sequence[int], _today: date) -> Mapping[int, date]:
    """Return when the business relation ended: with the last contract."""
    return _latest(_contracts(customer_ids), short=None)


def payment_ends(customer_ids: Sequence[int], _today: date) -> Mapping[int, date]:
    """Return the day of the last payment."""
    paid = Payment.objects.filter(policy__holder_id__in=customer_ids)
    return dict(paid.values("policy__holder_id").annotate(last=Max("paid_on")).values_list("policy__holder_id", "last"))


def over(before: date, after: int, limit: int) -> list[int]:
    """Return customers whose record still has a name and whose last contract ended before a day, in order of id."""
    held = Policy.objects.filter(holder_id=models.OuterRef("pk"))
    late = held.exclude(status=PolicyStatus.TERMINATED, terminated_on__lt=before)
    rows = CustomerSummary.objects.filter(pk__gt=after, is_policyholder=True, policies_in_force=0).exclude(name="")
    rows = rows.exclude(models.Exists(late))
    return list(rows.order_by("pk").values_list("pk", flat=True)[:limit])


def purge(customer_ids: Sequence[int], now: datetime) -> int:
    """Take out customers whose terms are all over; another term or a legal hold keeps them."""
    return erase_customers(customer_ids, now=now)


def register() -> None:
    """Hang policies into the registries of privacy parts and record types."""
    privacy_parts.add(PrivacyPart("policy", _("Policies and premiums"), collect, erase, order=10))
    end = _("End of the contract")
    add = record_types.add
    add(
        RecordType(
            "contract_short",
            _("Contracts of at most a year"),
            5 * YEAR,
            INSURANCE_LAW,
            end,
            short_ends,
            least=60,
            order=10,
        )
    )
    add(
        RecordType(
            "contract_long",
            _("Contracts of more than a year"),
            10 * YEAR,
            INSURANCE_LAW,
            end,
            long_ends,
            least=120,
            order=11,
        )
    )
    add(
        RecordType(
            "payments",
            _("Transactions"),
            10 * YEAR,
            MONEY_LAUNDERING,
            _("Last payment"),
            payment_ends,
            least=120,
            order=12,
        )
    )
    add(
        RecordType(
            "identity", _("Customer identity"), 10 * YEAR, MONEY_LAUNDERING, _("End of the business relation"),
            relation_ends, least=120, over=over, purge=purge, order=13,
        )
    )  # fmt: skip
