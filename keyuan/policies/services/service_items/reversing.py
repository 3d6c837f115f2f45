"""Taking an effect back: before-image, the person's data, ledger, what was owed; always by two people (POL-5)."""

from typing import Any

from django.db.models import F

from keyuan.kernel.errors import Refused
from keyuan.policies.models import LedgerEntry, Payment, Policy, Refund, ServiceRequest
from keyuan.policies.rules.service_items.codes import State
from keyuan.policies.services.benefits.reopening import note_reopened, reopen_void
from keyuan.policies.services.ledger.posting import reverse
from keyuan.policies.services.payments import DUE_COLUMNS, refresh_due
from keyuan.policies.services.service_items.effects.converting import convert_back
from keyuan.policies.services.service_items.effects.people import restore_person
from keyuan.policies.services.service_items.effects.work import Work
from keyuan.policies.services.service_items.images import restore
from keyuan.policies.services.service_items.notices import give_notice

#: Columns of the contract that a reversal puts back beside those of the image, because they stand sealed.
ACCOUNT = ("debit_account", "debit_account_index")


def take_back(work: Work) -> None:
    """Undo the effect of the request that ``work.request`` reverses.

    Raises `Refused` request.not_reversible (not in effect, or taken back before), request.changed_since,
    request.paid_since, request.paid_out (the bank has the money, or is about to).
    """
    former = ServiceRequest.objects.select_for_update(of=("self",)).filter(pk=work.request.reverses_id or 0).first()
    if former is None or former.status != State.EFFECTIVE or former.is_reversed or former.policy_id != work.policy.pk:
        raise Refused("request.not_reversible", field="reverses")
    image, contract = former.image, former.image.get("contract", {})
    if image.get("made_policy"):
        convert_back(work, former)
    _money_back(work, image.get("money", {}))
    work.columns |= set(restore(work.policy, contract, work.now))
    _benefits_back(work, former, contract.get("benefits", {}).get("changed", {}))
    if image.get("customer"):
        restore_person(work, image["customer"])
    if image.get("account"):
        work.put(debit_account=former.former_account, debit_account_index=image["account"]["index"])
    _due_again(work)
    holders = image.get("holders", [])
    work.holders |= set(holders)
    ServiceRequest.objects.filter(pk=former.pk).update(is_reversed=True, updated_at=work.now, version=F("version") + 1)
    former.is_reversed = True
    work.told["taken_back"] = former.request_no
    give_notice(former, "REVERSED", work.now)


def _due_again(work: Work) -> None:
    """Work out what falls due next, and the sub-states that time moves, as of today."""
    policy = work.policy
    refresh_due(policy, work.today)
    ends = policy.cooling_off_until
    policy.in_cooling_off = policy.status != "TERMINATED" and ends is not None and work.today <= ends
    work.columns |= {*DUE_COLUMNS, "in_cooling_off"}


def _money_back(work: Work, money: dict[str, Any]) -> None:
    refunds = Refund.objects.select_for_update(of=("self",)).filter(pk__in=money.get("refunds", []))
    for refund in refunds.order_by("pk"):
        if refund.state != Refund.State.PAYABLE:
            raise Refused("request.paid_out", number=refund.refund_no)
        refund.state = Refund.State.CANCELLED
        refund.version += 1
        refund.save(update_fields=["state", "version"])
    for entry in LedgerEntry.objects.filter(pk__in=money.get("entries", [])).order_by("pk"):
        reverse(actor=work.actor, entry=entry, on=work.today, now=work.now, note=work.request.request_no)
    for payment in Payment.objects.filter(pk__in=money.get("payments", [])).order_by("pk"):
        Payment.objects.create(
            policy_id=payment.policy_id, instalment_number=payment.instalment_number, paid_on=work.today,
            amount=-payment.amount, currency=payment.currency, method=payment.method, result="REVERSED",
            reference=f"{work.request.request_no}-{payment.pk}", recorded_at=work.now,
        )  # fmt: skip


def _benefits_back(work: Work, former: ServiceRequest, changed: dict[str, Any]) -> None:
    """Finish what a restored benefit needs beside its columns, and open what the end of the contract had voided."""
    before = {int(pk): str(columns["state"][1]) for pk, columns in changed.items() if "state" in columns}
    note_reopened(before, before, actor=work.actor, now=work.now)
    if former.decided_at is not None:
        reopen_void(work.policy, former.decided_at, actor=work.actor, now=work.now)


def marks(policy: Policy) -> dict[str, int]:
    """Return how far ledger, payments and refunds of a contract go, before an effect."""
    return {
        "entries": _top(LedgerEntry, policy), "payments": _top(Payment, policy), "refunds": _top(Refund, policy),
    }  # fmt: skip


def _top(model: Any, policy: Policy) -> int:
    return model.objects.filter(policy=policy).order_by("-pk").values_list("pk", flat=True).first() or 0


def moved(policy: Policy, before: dict[str, int]) -> dict[str, list[int]]:
    """Return what an effect wrote of money since ``before``; the opening of a ledger is not part of it."""
    entries = LedgerEntry.objects.filter(policy=policy, pk__gt=before["entries"]).exclude(kind="OPENING")
    found = {
        "entries": list(entries.order_by("pk").values_list("pk", flat=True)),
        "payments": _since(Payment, policy, before["payments"]),
        "refunds": _since(Refund, policy, before["refunds"]),
    }
    return {key: ids for key, ids in found.items() if ids}


def _since(model: Any, policy: Policy, after: int) -> list[int]:
    return list(model.objects.filter(policy=policy, pk__gt=after).order_by("pk").values_list("pk", flat=True))
