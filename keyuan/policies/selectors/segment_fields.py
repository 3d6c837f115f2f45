"""What conditions of segments may ask of policies and their premiums (CUS-6)."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from keyuan.customers.extensions import segment_entities, segment_fields
from keyuan.customers.rules.segments.fields import Entity, Field
from keyuan.customers.selectors.segments.own_fields import FAR_FUTURE, FAR_PAST, codes_of
from keyuan.policies import permissions
from keyuan.policies.models import Payment, Policy
from keyuan.policies.models.premium import open_instalments
from keyuan.policies.selectors.labels import PAY_MODES, PAYMENT_METHODS, PRODUCT_KINDS, STATUSES, TERMINATION_REASONS


def _field(key: str, label: Any, kind: str, path: str = "", **more: Any) -> Field:
    return Field(f"policy.{key}", label, kind, key, path, entity="policy", **more)


def _statuses() -> list[tuple[str, Any]]:
    return [(code, word) for code, (_dot, word) in STATUSES.items()]


FIELDS = (
    _field("kind", _("Kind of product"), "choice", blank="", choices=codes_of(PRODUCT_KINDS)),
    _field("product_code", _("Product code"), "text", "product__code", nullable=False),
    _field("is_long_term", _("Long-term product"), "flag", "product__is_long_term"),
    _field("is_group", _("Group contract"), "flag"),
    _field("status", _("Status"), "choice", choices=_statuses, nullable=False),
    _field("termination_reason", _("Reason of ending"), "choice", blank="", choices=codes_of(TERMINATION_REASONS)),
    _field("in_grace", _("In grace period"), "flag"),
    _field("in_cooling_off", _("In cooling-off period"), "flag"),
    _field("is_loaned", _("Policy loan"), "flag"),
    _field("annual_premium", _("Annual premium (CNY)"), "money"),
    _field("premium", _("Premium of one instalment (CNY)"), "money"),
    _field("sum_insured", _("Sum insured (CNY)"), "money"),
    _field("pay_mode", _("Payment frequency"), "choice", blank="", choices=codes_of(PAY_MODES)),
    _field("next_due_on", _("Next due"), "date", blank=FAR_FUTURE),
    _field("next_due_amount", _("Next premium due (CNY)"), "money"),
    _field("grace_until", _("End of the grace period"), "date"),
    _field("issued_on", _("Issued on"), "date"),
    _field("effective_on", _("Effective on"), "date", blank=FAR_PAST),
    _field("expires_on", _("Expires on"), "date", blank=FAR_FUTURE),
    _field("suspended_on", _("Suspended on"), "date"),
    _field("terminated_on", _("Ended on"), "date"),
)

#: Single premiums received, refunds with a minus; and single premiums that are owed, of whatever day.
MONEY = (
    Field("payment.paid_on", _("Paid on"), "date", "paid_on", entity="payment", nullable=False),
    Field("payment.amount", _("Amount received (CNY)"), "money", "amount", entity="payment", nullable=False),
    Field(
        "payment.method",
        _("Method"),
        "choice",
        "method",
        entity="payment",
        blank="",
        choices=codes_of(PAYMENT_METHODS),
    ),
    Field("arrears.due_on", _("Due on"), "date", "due_on", entity="arrears", nullable=False),
    Field("arrears.open_amount", _("Amount open (CNY)"), "money", "open_amount", entity="arrears", nullable=False),
    Field("arrears.number", _("Number of the instalment"), "number", "number", entity="arrears", nullable=False),
)


def register() -> None:
    """Offer policies, premiums received and premiums owed to conditions."""
    holder, see = "policy__holder_id", permissions.VIEW
    for entity in (
        Entity("policy", _("Policy"), "policies", Policy.objects.all, "holder_id", permission=see, order=10),
        Entity("payment", _("Premium received"), "payments", Payment.objects.all, holder, permission=see, order=12),
        Entity("arrears", _("Premium not yet paid"), "arrears", open_instalments, holder, permission=see, order=14),
    ):
        segment_entities.add(entity)
    for field in (*FIELDS, *MONEY):
        segment_fields.add(field)
