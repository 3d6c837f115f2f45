"""Claiming a benefit and deciding on it: proof of life, own account, a second person, limits (POL-6)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from keyuan.customers.models import Customer
from keyuan.customers.services.agenda.closing import close_vanished_of
from keyuan.kernel.actor import Actor
from keyuan.kernel.codes import PolicyStatus
from keyuan.kernel.errors import Conflict, Refused
from keyuan.kernel.width import half_width
from keyuan.platform.audit import Action, Subject, record
from keyuan.platform.crypto import blind_index
from keyuan.policies import permissions
from keyuan.policies.models import BenefitDue, BenefitEvent, Policy
from keyuan.policies.rules.benefits.holding import Held
from keyuan.policies.rules.benefits.states import APPROVED, LARGE, PAID, PROOF_DAYS, PROOFS, step_to
from keyuan.policies.rules.ledger import Account, EntryKind, Line, credit, debit
from keyuan.policies.selectors.benefits import access_benefit
from keyuan.policies.selectors.benefits.payouts import payout_ids
from keyuan.policies.selectors.values.quoting import loans_of
from keyuan.policies.services.benefits.dividends import release_kept
from keyuan.policies.services.benefits.holding import hold_back
from keyuan.policies.services.ledger.posting import Reference, post
from keyuan.policies.services.recording import editable_policy, touch
from keyuan.policies.services.refunds.owing import RefundDraft, owe
from keyuan.policies.services.values.lending import COLUMNS, close_loans

DIVIDEND, MATURITY = BenefitDue.Kind.DIVIDEND, BenefitDue.Kind.MATURITY
#: Columns that a claim fills and a refusal empties.
CLAIM = (
    "claimed_on", "claimed_by_id", "claimed_by_name", "proof", "proof_on", "account", "account_index", "institution",
)  # fmt: skip

#: Columns that an approval fills.
DECISION = ("decided_by_id", "decided_by_name", "decided_at", "added", "deducted", "deductions", "payable")


@dataclass(frozen=True, slots=True)
class ClaimDraft:
    """A claim: how and when life was proven, and the payee's own account with the name it runs under."""

    claimed_on: date
    proof: str = ""
    proof_on: date | None = None
    account: str = ""
    account_name: str = ""
    institution: str = ""


def claim_benefit(
    *, actor: Actor, benefit_id: int, version: int | None, draft: ClaimDraft, now: datetime
) -> BenefitDue:
    """Take the payee's claim. Raises `Conflict`, and `Refused`:

    benefit.wrong_state, benefit.not_due (field claimed_on), benefit.in_future, benefit.payee_dead, benefit.no_proof
    (proof), benefit.proof_date (proof_on: on or after the due day, at most 30 days old), benefit.no_account (account),
    benefit.account_not_own (account_name), policy.frozen.
    """
    actor.require(permissions.BENEFIT_CLAIM)
    with transaction.atomic():
        benefit = _locked(actor, benefit_id, version, now)
        state = step_to("CLAIM", benefit.state)
        _check(benefit, draft, now.date())
        benefit.claimed_on, benefit.proof, benefit.proof_on = draft.claimed_on, draft.proof, draft.proof_on
        number = account_number(draft.account)
        benefit.account, benefit.account_index = number, blind_index("bank_account", number)
        benefit.institution = draft.institution.strip()[:60]
        benefit.claimed_by_id, benefit.claimed_by_name, benefit.refusal = actor.id, actor.name[:40], ""
        _move(actor, benefit, "CLAIM", state, now, *CLAIM, "refusal")
        # Nobody has to be told any more that it waits (CUS-13).
        close_vanished_of("benefit", [benefit.pk], now)
    return benefit


def account_number(typed: str) -> str:
    """Return an account number without blanks; raises `Refused` benefit.no_account (field account)."""
    number = half_width(typed).replace(" ", "").replace("-", "")
    if not (number.isdecimal() and 8 <= len(number) <= 30):
        raise Refused("benefit.no_account", field="account")
    return number


def _check(benefit: BenefitDue, draft: ClaimDraft, today: date) -> None:
    if draft.claimed_on > today:
        raise Refused("benefit.in_future", field="claimed_on")
    if draft.claimed_on < benefit.due_on:
        raise Refused("benefit.not_due", field="claimed_on", day=benefit.due_on.isoformat())
    if benefit.policy.is_frozen:
        raise Refused("policy.frozen")
    if benefit.kind != DIVIDEND:
        _check_life(benefit, draft)
    name = payee_name(benefit)
    if "".join(draft.account_name.split()).casefold() != "".join(name.split()).casefold():
        raise Refused("benefit.account_not_own", field="account_name")


def _check_life(benefit: BenefitDue, draft: ClaimDraft) -> None:
    died = benefit.payee.death_on if benefit.payee else None
    if died is not None and died < benefit.due_on:
        raise Refused("benefit.payee_dead")
    if draft.proof not in PROOFS:
        raise Refused("benefit.no_proof", field="proof")
    earliest = max(benefit.due_on, draft.claimed_on - timedelta(days=PROOF_DAYS))
    if draft.proof_on is None or not earliest <= draft.proof_on <= draft.claimed_on:
        raise Refused("benefit.proof_date", field="proof_on", day=earliest.isoformat())


def payee_name(benefit: BenefitDue) -> str:
    """Return the payee's name as it stands on the record, in the clear: for comparing, not for showing."""
    payee: Customer | None = benefit.payee
    return payee.name if payee else benefit.payee_name


def return_claim(*, actor: Actor, benefit_id: int, version: int | None, reason: str, now: datetime) -> BenefitDue:
    """Send a claim back with a reason; the benefit waits for another one. Raises `Refused` benefit.reason (reason)."""
    actor.require(permissions.BENEFIT_APPROVE)
    if not reason.strip():
        raise Refused("benefit.reason", field="reason")
    with transaction.atomic():
        benefit = _locked(actor, benefit_id, version, now)
        state = step_to("RETURN", benefit.state)
        benefit.refusal = reason.strip()[:200]
        benefit.account = benefit.account_index = None
        benefit.proof, benefit.proof_on, benefit.claimed_on = "", None, None
        _move(actor, benefit, "RETURN", state, now, *CLAIM, "refusal", note=reason)
    return benefit


def approve_benefit(*, actor: Actor, benefit_id: int, version: int | None, now: datetime) -> BenefitDue:
    """Approve a claim, which puts the money onto the list of what the bank pays out (docs/benefits.md).

    With a maturity, debt of the contract goes off and what was left to accumulate is added; from other benefits what
    head office holds back for debt goes off (`services.benefits.holding`). Raises `Conflict`, and
    `Refused` benefit.own_claim for whoever took the claim, benefit.too_large above the limit without the right.
    """
    actor.require(permissions.BENEFIT_APPROVE)
    with transaction.atomic():
        benefit = _locked(actor, benefit_id, version, now)
        state = step_to("APPROVE", benefit.state)
        if benefit.claimed_by_id == actor.id:
            raise Refused("benefit.own_claim")
        if benefit.amount > LARGE and not actor.may(permissions.BENEFIT_LARGE):
            raise Refused("benefit.too_large")
        lines = _settled_lines(actor, benefit, now)
        benefit.decided_by_id, benefit.decided_by_name, benefit.decided_at = actor.id, actor.name[:40], now
        if benefit.payable > 0:
            _owe(actor, benefit, lines, now)
        else:
            # Debt took everything: nothing goes to the bank.
            state, benefit.settled_on = PAID, now.date()
            _post(actor, benefit, lines, now)
        columns = (*DECISION, "settled_on")
        _move(actor, benefit, "APPROVE", state, now, *columns)
    return benefit


def _settled_lines(actor: Actor, benefit: BenefitDue, now: datetime) -> list[Line]:
    """Return the ledger's lines of a benefit, what the contract owes taken off and what was kept released."""
    is_dividend = benefit.kind == DIVIDEND
    payable = Account.DIVIDEND_PAYABLE if is_dividend else Account.BENEFIT_PAYABLE
    lines = [debit(Account.DIVIDEND if is_dividend else Account.BENEFIT, benefit.amount)]
    held = Held()
    if benefit.kind == MATURITY and benefit.part == 1:
        lines += _closing_lines(actor, benefit, now)
        held = Held(loans=benefit.deducted)
    elif benefit.kind != MATURITY:
        held, repaid = hold_back(actor, benefit, payable, now)
        lines += repaid
    benefit.deducted, benefit.deductions = held.total, held.reasons()
    benefit.payable = benefit.amount + benefit.added - benefit.deducted
    return [*lines, credit(payable, benefit.payable + held.premiums)]


def _closing_lines(actor: Actor, benefit: BenefitDue, now: datetime) -> list[Line]:
    policy: Policy = editable_policy(actor, benefit.policy_id, version=None, now=now)
    kept, grown = release_kept(policy, benefit.due_on)
    benefit.added = kept + grown
    lines = [debit(Account.POLICY_ACCOUNT, kept), debit(Account.DIVIDEND, grown)]
    loans = loans_of(policy, benefit.due_on)
    premium_loans = sum(loan.principal for loan in loans if loan.kind == "APL")
    policy_loans = sum(loan.principal for loan in loans if loan.kind != "APL")
    owed = close_loans(policy, on=benefit.due_on)
    # What is owed beyond the benefit is not collected: it is written off.
    short = max(0, owed - benefit.amount - benefit.added)
    benefit.deducted = owed - short
    if owed:
        touch(policy, now, *COLUMNS)
    return [
        *lines,
        credit(Account.PREMIUM_LOAN, premium_loans),
        credit(Account.LOAN, policy_loans),
        credit(Account.INTEREST, owed - premium_loans - policy_loans),
        debit(Account.WRITTEN_OFF, short),
    ]


def _owe(actor: Actor, benefit: BenefitDue, lines: list[Line], now: datetime) -> None:
    is_dividend = benefit.kind == DIVIDEND
    draft = RefundDraft(
        kind="DIVIDEND" if is_dividend else "BENEFIT",
        amount=benefit.payable,
        policy=benefit.policy,
        reference=Reference("benefit", payout_ids([benefit.pk])[benefit.pk]),
        on=now.date(),
        account=Account.DIVIDEND_PAYABLE if is_dividend else Account.BENEFIT_PAYABLE,
        lines=lines,
        entry_kind=EntryKind.DIVIDEND if is_dividend else EntryKind.BENEFIT,
        payee_name=payee_name(benefit),
        payee_account=benefit.account,
    )
    owe(actor=actor, draft=draft, now=now)


def _post(actor: Actor, benefit: BenefitDue, lines: list[Line], now: datetime) -> None:
    post(
        actor=actor, policy=benefit.policy, on=now.date(), kind=EntryKind.BENEFIT, lines=lines,
        reference=Reference("benefit", payout_ids([benefit.pk])[benefit.pk]), now=now,
    )  # fmt: skip


def _locked(actor: Actor, benefit_id: int, version: int | None, now: datetime) -> BenefitDue:
    benefit = access_benefit(actor, benefit_id, now=now, lock=True)
    if version is not None and benefit.version != version:
        raise Conflict("conflict", version=benefit.version)
    if benefit.policy.status == PolicyStatus.PENDING:
        raise Refused("benefit.wrong_state")
    return benefit


def _move(
    actor: Actor, benefit: BenefitDue, act: str, state: str, now: datetime, *columns: str, note: str = ""
) -> None:
    before, benefit.state = benefit.state, state
    benefit.version += 1
    benefit.updated_at = now
    if state in (APPROVED, PAID):
        benefit.next_prompt_on = None
    benefit.save(update_fields=["state", "version", "updated_at", "next_prompt_on", *columns])
    BenefitEvent.objects.create(
        benefit=benefit, act=act, from_state=before, to_state=state, at=now, actor_id=actor.id,
        actor_name=actor.name[:40], note=note[:200],
    )  # fmt: skip
    changed: dict[str, Any] = {"state": state, "payable": benefit.payable}
    record(
        actor, Action.UPDATE, Subject("benefit", benefit.pk), before={"state": before}, after=changed,
        reason=note[:200], customer_id=benefit.payee_id, now=now,
    )  # fmt: skip
