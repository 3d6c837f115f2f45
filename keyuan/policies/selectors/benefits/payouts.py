"""Where the money of an approved benefit is on its way to the payee."""

from keyuan.policies.models import BenefitDue, Refund


def payout_of(benefit: BenefitDue) -> Refund | None:
    """Return the payment by which the bank pays a benefit out; None before approval."""
    return Refund.objects.filter(key=f"benefit:{benefit.pk}").first()
