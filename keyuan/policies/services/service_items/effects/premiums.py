"""Premiums after an effect: another amount or frequency from now on, corrected from the beginning, or waived."""

from collections.abc import Mapping
from datetime import date

from django.db.models import Max

from keyuan.kernel.codes import PayMode
from keyuan.kernel.dates import add_months
from keyuan.kernel.errors import Refused
from keyuan.policies.models import Coverage, Instalment
from keyuan.policies.rules.money import annual_premium
from keyuan.policies.rules.values.changes import YUAN, Correction, mode_change, reduced_benefit
from keyuan.policies.rules.values.surrender import unexpired
from keyuan.policies.services.payments import OPEN
from keyuan.policies.services.service_items.effects.paying import settle_premium
from keyuan.policies.services.service_items.effects.status import switch
from keyuan.policies.services.service_items.effects.work import Work
from keyuan.products.rules.pricing import half_up
from keyuan.products.selectors.pricing import PREMIUM, table_on

MOST_INSTALMENTS = 1_440


def reprice(work: Work, premium: int, covers: Mapping[int, int] | None = None) -> None:
    """Let every instalment after today cost ``premium``; part-paid ones stay. Raises `Refused` request.no_number."""
    _set_premium(work, premium, covers or {})
    coming = Instalment.objects.filter(policy=work.policy, status=Instalment.Status.DUE, due_on__gt=work.today)
    coming.update(amount=premium)


def _set_premium(work: Work, premium: int, covers: Mapping[int, int]) -> None:
    """Set the premium of contract and covers; where ``covers`` does not tell, the main cover takes the difference."""
    if premium <= 0:
        raise Refused("request.no_number", field="new_premium")
    policy = work.policy
    work.told["premium"] = [policy.premium, premium]
    rows = list(Coverage.objects.filter(policy=policy, premium__isnull=False).order_by("is_rider", "pk"))
    if sum(covers.get(row.pk, row.premium or 0) for row in rows) == premium:
        for row in rows:
            row.premium = covers.get(row.pk, row.premium)
    elif rows and policy.premium is not None and not rows[0].is_rider:
        rows[0].premium = (rows[0].premium or 0) + premium - policy.premium
    Coverage.objects.bulk_update(rows, ["premium"])
    work.put(premium=premium, annual_premium=annual_premium(premium, policy.pay_mode))


def correct(work: Work, premium: int, covers: Mapping[int, int]) -> None:
    """Charge the true premium from the first day on; what was paid follows (保险法 32).

    Instalments keep their days. Too little is collected, too much owed back, without interest (GK); where the holder
    would rather not pay, benefits fall in the share of what was paid to what was due, and the premium stays.
    """
    charged = work.policy.premium or 0
    if premium > charged and work.values.get("settles") == "REDUCE":
        _fewer_benefits(work, premium, charged)
        return
    _set_premium(work, premium, covers)
    rows = list(Instalment.objects.filter(policy=work.policy, status__in=(*OPEN, Instalment.Status.PAID)))
    difference = 0
    for row in rows:
        was, row.amount = row.amount, half_up(row.amount * premium, max(1, charged))
        if row.status == Instalment.Status.PAID:
            row.paid_amount += row.amount - was
            difference += row.amount - was
        elif row.paid_amount > row.amount:
            raise Refused("request.part_paid")
    Instalment.objects.bulk_update(rows, ["amount", "paid_amount"], batch_size=500)
    settle_premium(work, difference)


def _fewer_benefits(work: Work, premium: int, charged: int) -> None:
    share = Correction(0, 0, (charged, premium))
    resum(work, reduced_benefit(work.policy.sum_insured or 0, share) // YUAN * YUAN)


def endorse_premium(work: Work, premium: int) -> None:
    """Charge another premium for the days of cover that are left (批增, 批减); what is still to be paid costs it whole.

    The premium of days behind us stays: the difference falls due, or goes back, by unexpired days.
    """
    policy = work.policy
    before = policy.premium or 0
    rows = Instalment.objects.filter(policy=policy).order_by("-due_on")
    last = rows.filter(status=Instalment.Status.PAID).first()
    reprice(work, premium)
    if last is None or rows.filter(status__in=OPEN).exists():
        return
    days = {"effective_on": policy.effective_on, "expires_on": policy.expires_on, "on": work.today}
    difference = unexpired(premium, **days) - unexpired(before, **days)
    last.amount += difference
    last.paid_amount += difference
    last.save(update_fields=["amount", "paid_amount"])
    settle_premium(work, difference)


def waive(work: Work) -> None:
    """Waive the premiums that fall due from the day that the claim decision names; those paid since go back."""
    since = work.values["from_on"]
    switch(work, "WAIVER")
    rows = Instalment.objects.filter(policy=work.policy, due_on__gte=since)
    rows.filter(status__in=OPEN, paid_amount=0).update(status=Instalment.Status.WAIVED)
    paid = list(rows.filter(paid_amount__gt=0))
    back = sum(row.paid_amount for row in paid)
    for row in paid:
        row.paid_amount, row.paid_on, row.status = 0, None, Instalment.Status.WAIVED
    Instalment.objects.bulk_update(paid, ["paid_amount", "paid_on", "status"])
    work.told["waived_from"] = since.isoformat()
    settle_premium(work, -back)


def share_out(work: Work, premium: int) -> None:
    """Let main cover and riders add up to ``premium`` in the shares they had; the main cover takes the rest."""
    covers = list(Coverage.objects.filter(policy=work.policy, premium__isnull=False).order_by("is_rider", "pk"))
    before = sum(cover.premium or 0 for cover in covers)
    if not before:
        return
    for cover in covers[1:]:
        cover.premium = half_up((cover.premium or 0) * premium, before)
    covers[0].premium = premium - sum(cover.premium or 0 for cover in covers[1:])
    Coverage.objects.bulk_update(covers, ["premium"])


def resum(work: Work, new_sum: int) -> None:
    """Set the sum insured of the contract and its main cover."""
    policy = work.policy
    work.told["sum_insured"] = [policy.sum_insured, new_sum]
    main = Coverage.objects.filter(policy=policy, is_rider=False).order_by("pk").first()
    if main is not None:
        main.sum_insured = new_sum
        main.save(update_fields=["sum_insured"])
    work.put(sum_insured=new_sum)


def change_mode(work: Work) -> None:
    """Change the payment frequency from the next day on which both frequencies fall due (domain.md §A.7).

    What is due before keeps its day and amount. The premium follows the modal factors of the product's rate table.
    """
    policy, mode = work.policy, str(work.values["pay_mode"])
    old, new = PayMode(policy.pay_mode).months, PayMode(mode).months
    if old is None or new is None or policy.premium is None:
        raise Refused("request.mode_not_offered", field="pay_mode")
    table = table_on(policy.product_id, PREMIUM, work.today)
    premium = mode_change(policy.premium, policy.pay_mode, mode, table.factors if table else None)
    begins = _begins(work, new)
    coming = Instalment.objects.filter(policy=policy, status__in=OPEN, due_on__gte=begins)
    if coming.exclude(paid_amount=0).exists():
        raise Refused("request.part_paid")
    last = coming.aggregate(last=Max("due_on"))["last"]
    if last is None:
        raise Refused("request.no_premiums")
    ends = add_months(last, old)
    coming.delete()
    _write(work, begins, ends, new, premium)
    share_out(work, premium)
    work.told |= {"pay_mode": [policy.pay_mode, mode], "premium": [policy.premium, premium], "from": begins.isoformat()}
    work.put(pay_mode=mode, premium=premium, annual_premium=annual_premium(premium, mode))


def _begins(work: Work, months: int) -> date:
    """Return the first day of the new frequency: one of its due days, not before the next premium that is open."""
    policy = work.policy
    rows = Instalment.objects.filter(policy=policy, status__in=OPEN, due_on__gte=work.today).order_by("due_on")
    following = rows.values_list("due_on", flat=True).first()
    if following is None:
        raise Refused("request.no_premiums")
    for count in range(MOST_INSTALMENTS):
        day = add_months(policy.effective_on, count * months)
        if day >= following:
            return day
    raise Refused("request.no_premiums")


def _write(work: Work, begins: date, ends: date, months: int, premium: int) -> None:
    """Write the instalments from ``begins`` until before ``ends``, counted from the first day of cover."""
    number = Instalment.objects.filter(policy=work.policy).aggregate(last=Max("number"))["last"] or 0
    rows = []
    for count in range(MOST_INSTALMENTS):
        day = add_months(work.policy.effective_on, count * months)
        if day >= ends:
            break
        if day >= begins:
            number += 1
            rows.append(Instalment(policy=work.policy, number=number, due_on=day, amount=premium))
    Instalment.objects.bulk_create(rows, batch_size=500)
