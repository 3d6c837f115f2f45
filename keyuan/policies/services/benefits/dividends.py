"""Dividends: declaring the rate by two people, choosing how they are taken, and settling those not paid out (POL-6)."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Sum

from keyuan.kernel.actor import Actor, reaches_whole_book, system_actor
from keyuan.kernel.errors import NotFound, Refused
from keyuan.platform.audit import Action, Subject, record
from keyuan.platform.imports.bulk import Same, update
from keyuan.policies import permissions
from keyuan.policies.models import BenefitDue, BenefitOption, Coverage, DividendRate, Instalment, Policy
from keyuan.policies.rules.benefits.dividends import ACCUMULATE, CASH, OPTIONS, PAID_UP, PREMIUM, addition
from keyuan.policies.rules.benefits.states import KEPT
from keyuan.policies.rules.ledger import Account, EntryKind, move
from keyuan.policies.selectors.values.quoting import kept_balance
from keyuan.policies.services.ledger.many import Posting, post_many
from keyuan.policies.services.ledger.posting import Reference, post
from keyuan.policies.services.payments import OPEN, PaymentDraft, record_payment
from keyuan.policies.services.recording import editable_policy
from keyuan.products.models import Product

ACTOR = system_actor("benefits")
#: The cover that paid-up additions build up.
ADDITIONS = "PUA"
MOST_BP = 2_000


def require_whole_book(actor: Actor, permission: str) -> None:
    """Raise Forbidden without the right, `Refused` benefit.whole_book for a post that does not see every contract."""
    actor.require(permission)
    if not reaches_whole_book(actor):
        raise Refused("benefit.whole_book")


def declare_rate(*, actor: Actor, product_id: int, year: int, rate_bp: int, now: datetime) -> DividendRate:
    """Propose what a participating product pays in ``year``; another person releases it.

    Raises `Refused` dividend.not_participating, dividend.year_range, dividend.rate_range, dividend.released.
    """
    require_whole_book(actor, permissions.BENEFIT_RUN)
    product = Product.objects.filter(pk=product_id, design="PARTICIPATING").first()
    if product is None:
        raise Refused("dividend.not_participating", field="product")
    if not now.year - 5 <= year <= now.year + 1:
        raise Refused("dividend.year_range", field="year", first=now.year - 5, last=now.year + 1)
    if not 0 < rate_bp <= MOST_BP:
        raise Refused("dividend.rate_range", field="rate", most=f"{MOST_BP / 100:g}")
    with transaction.atomic():
        row = DividendRate.objects.select_for_update().filter(product=product, year=year).first()
        if row is not None and row.released_at is not None:
            raise Refused("dividend.released", field="year")
        row = row or DividendRate(product=product, year=year)
        row.rate_bp, row.made_by_id, row.made_by_name, row.made_at = rate_bp, actor.id, actor.name[:40], now
        row.save()
        after = {"product": product.code, "year": year, "rate_bp": rate_bp}
        record(actor, Action.UPDATE, Subject("dividend_rate", row.pk), after=after, now=now)
    return row


def release_rate(*, actor: Actor, rate_id: int, rate_bp: int, now: datetime) -> DividendRate:
    """Release a proposed rate of ``rate_bp``, which the other person looked at.

    Raises `Refused` dividend.own_rate for whoever proposed it, dividend.released, dividend.changed.
    """
    require_whole_book(actor, permissions.BENEFIT_APPROVE)
    with transaction.atomic():
        row = DividendRate.objects.select_for_update().filter(pk=rate_id).first()
        if row is None:
            raise NotFound("dividend.not_found")
        if row.released_at is not None:
            raise Refused("dividend.released")
        if row.made_by_id == actor.id:
            raise Refused("dividend.own_rate")
        if row.rate_bp != rate_bp:
            raise Refused("dividend.changed")
        row.released_by_id, row.released_by_name, row.released_at = actor.id, actor.name[:40], now
        row.save(update_fields=["released_by_id", "released_by_name", "released_at"])
        after = {"released": True, "rate_bp": row.rate_bp}
        record(actor, Action.UPDATE, Subject("dividend_rate", row.pk), after=after, now=now)
    return row


def choose_option(*, actor: Actor, policy_id: int, option: str, now: datetime) -> BenefitOption:
    """Set how a contract's dividends are taken from now on (`DIV_OPT`); choosing the same again changes nothing.

    Raises `Refused` dividend.option (field option), dividend.not_participating, policy.mirrored.
    """
    actor.require(permissions.BENEFIT_CLAIM)
    if option not in OPTIONS:
        raise Refused("dividend.option", field="option")
    with transaction.atomic():
        policy = editable_policy(actor, policy_id, version=None, now=now)
        if policy.product.design != "PARTICIPATING":
            raise Refused("dividend.not_participating")
        known = BenefitOption.objects.filter(policy=policy).first()
        if known is not None and known.option == option:
            return known
        row = set_option(policy, option, by=actor.name, on=now.date())
        before = {"dividends": known.option if known else ACCUMULATE}
        record(
            actor, Action.UPDATE, Subject("policy", policy.pk), before=before, after={"dividends": option},
            customer_id=policy.holder_id, now=now,
        )  # fmt: skip
    return row


def set_option(policy: Policy, option: str, *, by: str, on: date) -> BenefitOption:
    """Write how dividends of a contract are taken, which the caller has locked and checked."""
    said = {"option": option, "chosen_on": on, "chosen_by_name": by[:40]}
    row, _made = BenefitOption.objects.update_or_create(policy=policy, defaults=said)
    return row


def settle_dividends(limit: int, night: date, now: datetime) -> int:
    """Settle dividends that are not taken in cash, inside the caller's transaction; return how many."""
    rows = BenefitDue.objects.select_for_update().filter(
        state=BenefitDue.State.OPEN, kind=BenefitDue.Kind.DIVIDEND, due_on__lte=night
    )
    found = list(rows.exclude(option__in=("", CASH)).order_by("due_on", "pk")[:limit])
    kept = []
    for row in found:
        if row.option == PREMIUM:
            kept += _pay_premium(row, now)
        elif row.option == PAID_UP:
            _add_cover(row, now)
            _keep([row], PAID_UP, now)
        else:
            kept.append(row)
    _accumulate(kept, now)
    return len(found)


def _accumulate(rows: Sequence[BenefitDue], now: datetime) -> None:
    lines = [
        Posting(row.policy_id, Reference("benefit", row.pk), EntryKind.DIVIDEND, row.due_on, row.payable)
        for row in rows
    ]
    post_many(ACTOR, lines, credit=Account.POLICY_ACCOUNT, debit=Account.DIVIDEND, now=now)
    _keep(rows, ACCUMULATE, now)


def _keep(rows: Sequence[BenefitDue], option: str, now: datetime) -> None:
    columns: dict[str, Any] = {
        "state": Same(KEPT),
        "option": Same(option),
        "settled_on": [row.due_on for row in rows],
        "next_prompt_on": Same(None),
        "updated_at": Same(now),
    }
    update(BenefitDue, [row.pk for row in rows], columns, raised=("version",))


def _pay_premium(row: BenefitDue, now: datetime) -> list[BenefitDue]:
    """Pay open premiums with a dividend and return what is over, to be left to accumulate (the next rule, GK)."""
    policy = Policy.objects.get(pk=row.policy_id)
    open_ones = Instalment.objects.filter(policy_id=row.policy_id, status__in=OPEN)
    owed = sum(amount - paid for amount, paid in open_ones.values_list("amount", "paid_amount"))
    used = min(row.payable, owed) if policy.status == "IN_FORCE" else 0
    if not used:
        return [row]
    rest = _split(row, used, now) if used < row.payable else None
    _post(row, policy, Account.DIVIDEND_PAYABLE, now)
    draft = PaymentDraft(used, row.due_on, "99", f"DIV {row.pk}")
    record_payment(actor=ACTOR, policy_id=row.policy_id, draft=draft, now=now, against=Account.DIVIDEND_PAYABLE)
    _keep([row], PREMIUM, now)
    return [] if rest is None else [rest]


def _split(row: BenefitDue, used: int, now: datetime) -> BenefitDue:
    """Leave ``used`` of a dividend in its row and return a row of its own with the rest, of the same anniversary."""
    parts = BenefitDue.objects.filter(policy_id=row.policy_id, code=row.code, number=row.number)
    rest = BenefitDue.objects.get(pk=row.pk)
    rest.pk, rest.part, rest._state.adding = None, 1 + max(parts.values_list("part", flat=True)), True
    rest.amount = rest.payable = row.payable - used
    rest.option, rest.created_at, rest.updated_at, rest.version = ACCUMULATE, now, now, 1
    rest.save(force_insert=True)
    row.amount = row.payable = used
    row.save(update_fields=["amount", "payable"])
    return rest


def _add_cover(row: BenefitDue, now: datetime) -> None:
    """Buy paid-up additions: a cover of their own, on which no premium is due."""
    policy = Policy.objects.get(pk=row.policy_id)
    _post(row, policy, Account.PREMIUM, now)
    cover, _made = Coverage.objects.get_or_create(
        policy=policy,
        code=ADDITIONS,
        defaults={
            "name": "红利交清增额",
            "is_rider": True,
            "sum_insured": 0,
            "premium": 0,
            "product_id": policy.product_id,
        },
    )
    cover.sum_insured = (cover.sum_insured or 0) + addition(row.payable)
    cover.save(update_fields=["sum_insured"])


def _post(row: BenefitDue, policy: Policy, credited: Account, now: datetime) -> None:
    post(
        actor=ACTOR, policy=policy, on=row.due_on, kind=EntryKind.DIVIDEND,
        lines=move(credited, Account.DIVIDEND, row.payable), reference=Reference("benefit", row.pk), now=now,
    )  # fmt: skip


def release_kept(policy: Policy, on: date) -> tuple[int, int]:
    """Take what was left to accumulate out of a contract that ends; return the amounts kept and their interest.

    Inside the caller's transaction, which holds the contract, pays both out and posts them from POLICY_ACCOUNT.
    """
    rows = BenefitDue.objects.filter(policy=policy, state=KEPT, option=ACCUMULATE, settled_on__lte=on)
    total = kept_balance(policy, on)
    principal = rows.aggregate(sum=Sum("payable"))["sum"] or 0
    rows.update(state=BenefitDue.State.PAID, settled_on=on)
    return principal, total - principal
