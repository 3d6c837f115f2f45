"""A request in words: what was asked, what stands, what the effect told (POL-5)."""

from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keyuan.customers.selectors.subjects import customer_labels
from keyuan.kernel.actor import Actor
from keyuan.platform.crypto.presenter import present
from keyuan.platform.formats import money
from keyuan.platform.wording import say
from keyuan.policies.models import ServiceRequest
from keyuan.policies.rules.service_items.codes import SEALED_IN, Kind
from keyuan.policies.selectors.labels import PAY_MODES
from keyuan.policies.selectors.service_items import item_of, people_of
from keyuan.policies.selectors.service_items.facts import wanted_of
from keyuan.policies.selectors.service_items.labels import APPROVAL, AT_KEEPER, FIELDS, REVERSED, STATUSES
from keyuan.policies.selectors.service_items.options import word_of
from keyuan.policies.selectors.service_items.pricing import Priced, priced_for

#: Line of a reckoning → words.
LINES: dict[str, Any] = {
    "VALUE": _("Cash value"),
    "KEPT": _("Left to accumulate"),
    "LOANS": _("Loans"),
    "INTEREST": pgettext_lazy("policy service", "Interest"),
    "UNPAID": _("Premium of the days of grace"),
    "PREMIUMS": _("Premiums"),
    "FEE": pgettext_lazy("policy service", "Fee"),
    "PAID_OUT": _("Benefits paid before"),
    "UNEXPIRED": _("Premium of the unexpired days"),
    "DEBT": _("Debt beyond the cash value"),
    "PRINCIPAL": _("Principal"),
}
TOLD: dict[str, Any] = {
    "premium": _("Premium (yuan)"),
    "sum_insured": _("Sum insured (yuan)"),
    "pay_mode": _("Payment frequency"),
    "from": _("From"),
    "paid_out": _("To be paid out (yuan)"),
    "carried": _("Carried over to the new policy (yuan)"),
    "due_on": _("To be repaid by"),
    "cover_until": _("Cover until"),
    "left": _("Left over (yuan)"),
    "account": _("Policy account (yuan)"),
    "rider_added": _("Rider added"),
    "rider_removed": _("Rider removed"),
    "beneficiaries": _("Beneficiaries"),
    "taken_back": _("Request taken back"),
    "copy": _("Number of the copy"),
    "valid_until": _("Document valid until"),
    "extra": _("Difference received (yuan)"),
    "moved": _("Moved to the other fund (yuan)"),
    "waived_from": _("Waived from"),
    "new_policy": _("New policy"),
    "keeper": _("Reference of the core system"),
}
AMOUNTS = frozenset({"premium", "sum_insured", "paid_out", "carried", "left", "account", "extra", "moved"})
RECKONINGS = ("reckoning", "cost", "repaid")


def state_of(request: ServiceRequest) -> tuple[str, Any]:
    """Return dot and word: where the request stands, more closely than its state says."""
    if request.is_reversed:
        return REVERSED
    if request.status == "REVIEWING" and request.sent_at is not None:
        return AT_KEEPER
    if request.awaits_approval:
        return APPROVAL
    return STATUSES[request.status]


def asked_rows(actor: Actor, request: ServiceRequest) -> list[dict[str, Any]]:
    """Return what was asked for, field by field: words, or a sealed value to be opened."""
    rows: list[dict[str, Any]] = []
    for ask in item_of(request).asks:
        label = FIELDS[ask.key]
        if ask.kind in SEALED_IN:
            column = SEALED_IN[ask.kind]
            sealed = getattr(request, column)
            if sealed is not None:
                rows.append({"label": label, "sealed": present(actor, sealed), "column": column})
        # The request that is taken back stands among the facts, with its link.
        elif ask.key in request.asked and ask.key != "reverses":
            rows.append({"label": label, "words": _words(ask.key, ask.kind, ask.options, request, actor)})
    return rows


def _words(key: str, kind: Kind, options: str, request: ServiceRequest, actor: Actor) -> Any:
    value = request.asked[key]
    if kind is Kind.AMOUNT:
        return money(value)
    if kind is Kind.CHOICE:
        return word_of(options, str(value), request.policy)
    if kind is Kind.YES:
        return _("Yes")
    if key in ("name", "payee_name", "account_name"):
        return present(actor, value, "name")
    if key == "plate":
        return present(actor, value, "plate")
    return value


def people_rows(actor: Actor, request: ServiceRequest, now: datetime) -> list[dict[str, Any]]:
    """Return whom the request names, as the actor may read them."""
    rows = people_of(request)
    names = customer_labels(actor, [row.customer_id for row in rows if row.customer_id], now=now)
    return [
        {
            "label": FIELDS[row.field], "row": row,
            "name": names.get(row.customer_id, "＊") if row.customer_id else present(actor, row.name, "name"),
        }
        for row in rows
    ]  # fmt: skip


def told_rows(actor: Actor, request: ServiceRequest) -> list[tuple[Any, str, str]]:
    """Return what the effect told: (label, before, after), as the actor may read it."""
    found = []
    for key, value in request.result.items():
        if key in TOLD:
            before, after = value if isinstance(value, list) and len(value) == 2 else (None, value)
            shown = present(actor, after, "policy_no") if key == "new_policy" else _plain(key, after)
            found.append((TOLD[key], _plain(key, before), shown))
    return found


def _plain(key: str, value: Any) -> str:
    if value is None:
        return ""
    if key in AMOUNTS:
        return money(value)
    return str(PAY_MODES.get(value, value)) if key == "pay_mode" else str(value)


def pricing_of(request: ServiceRequest, today: date) -> tuple[Priced, str]:
    """Return the premium that an open request settles, and what it rests on in words."""
    item = item_of(request)
    priced = priced_for(request.policy, item, wanted_of(request, item).values, today)
    if priced.quote is not None:
        words = _("Rate table %(table)s, row %(row)s; confirm it.")
        return priced, words % {"table": priced.quote.table, "row": priced.quote.row_no}
    return priced, say(priced.why) if priced.why else ""


def reckoning_of(request: ServiceRequest) -> list[tuple[Any, int]]:
    """Return the lines of what was reckoned, in 分."""
    return [
        (LINES.get(code, code), amount) for key in RECKONINGS for code, amount in request.result.get(key, ()) if amount
    ]
