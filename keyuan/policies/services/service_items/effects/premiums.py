"""Premiums after an effect: another amount or frequency for what falls due from now on; the past stays as it was."""

from datetime import date

from django.db.models import Max

from keyuan.kernel.codes import PayMode
from keyuan.kernel.dates import add_months
from keyuan.kernel.errors import Refused
from keyuan.policies.models import Coverage, Instalment
from keyuan.policies.rules.money import annual_premium
from keyuan.policies.rules.values.changes import mode_change
from keyuan.policies.services.payments import OPEN
from keyuan.policies.services.service_items.effects.work import Work
from keyuan.products.rules.pricing import half_up
from keyuan.products.selectors.pricing import PREMIUM, table_on

MOST_INSTALMENTS = 1_440


def reprice(work: Work, premium: int) -> None:
    """Let every instalment after today cost ``premium``; part-paid ones stay. Raises `Refused` request.no_number."""
    if premium <= 0:
        raise Refused("request.no_number", field="new_premium")
    policy = work.policy
    work.told["premium"] = [policy.premium, premium]
    coming = Instalment.objects.filter(policy=policy, status=Instalment.Status.DUE, due_on__gt=work.today)
    coming.update(amount=premium)
    main = Coverage.objects.filter(policy=policy, is_rider=False).order_by("pk").first()
    if main is not None and main.premium is not None and policy.premium is not None:
        main.premium += premium - policy.premium
        main.save(update_fields=["premium"])
    work.put(premium=premium, annual_premium=annual_premium(premium, policy.pay_mode))


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


def in_proportion(work: Work, new_sum: int) -> int:
    """Return the premium of another sum, pro rata and rounded half up (GK)."""
    policy = work.policy
    if not policy.sum_insured or policy.premium is None:
        raise Refused("request.no_sum")
    return half_up(policy.premium * new_sum, policy.sum_insured)


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
