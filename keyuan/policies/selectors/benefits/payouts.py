"""Where the money of an approved benefit is on its way to the payee."""

from collections.abc import Collection

from django.db.models import Count

from keyuan.policies.models import BenefitDue, BenefitEvent, Refund

#: What is noted when an approval was taken back; the next payment of the benefit is another one.
REOPEN = "REOPEN"


def payout_ids(benefit_ids: Collection[int]) -> dict[int, str]:
    """Return under which id each benefit is posted and paid: its own, and behind a dot how often it was reopened."""
    rows = BenefitEvent.objects.filter(benefit_id__in=benefit_ids, act=REOPEN).values_list("benefit_id")
    times = dict(rows.annotate(n=Count("pk")).order_by())
    return {pk: f"{pk}.{times[pk]}" if pk in times else str(pk) for pk in benefit_ids}


def benefit_of(key: str) -> int:
    """Return the benefit that the key of a payment names."""
    return int(key.partition(":")[2].partition(".")[0])


def payout_of(benefit: BenefitDue) -> Refund | None:
    """Return the payment by which the bank pays a benefit out; None before approval."""
    return Refund.objects.filter(key=f"benefit:{payout_ids([benefit.pk])[benefit.pk]}").first()
