"""What the fields of an item choose from, for one contract (POL-5)."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from keyuan.customers.selectors.labels import RELATIONS
from keyuan.kernel.codes import PayMode
from keyuan.organisation.models import Unit
from keyuan.platform.formats import day, money
from keyuan.policies.models import Coverage, Policy
from keyuan.policies.rules.service_items.catalogue import Item
from keyuan.policies.rules.service_items.codes import GENERAL_FUND, Kind
from keyuan.policies.selectors.benefits.labels import OPTIONS, PROOFS
from keyuan.policies.selectors.labels import PAY_MODES
from keyuan.policies.selectors.service_items.facts import reversible_requests
from keyuan.policies.selectors.service_items.labels import ITEMS, ROLES
from keyuan.policies.selectors.service_items.money import funds_of
from keyuan.products.selectors import products_on_sale

Choices = list[tuple[str, Any]]
PLAIN: dict[str, Choices] = {
    "old_number": [
        ("CODE", _("Code sent to the old number")),
        ("CALL_BACK", _("Called back on the old number")),
        ("UNREACHABLE", _("Old number out of use; identity checked at the counter")),
    ],
    "whose": [("HOLDER", ROLES["HOLDER"]), ("INSURED", ROLES["INSURED"])],
    "sexes": [("1", pgettext_lazy("sex", "Male")), ("2", pgettext_lazy("sex", "Female"))],
    "relations": [(str(code), word) for code, word in RELATIONS.items()],
    "occupation_classes": [(str(number), str(number)) for number in range(1, 8)],
    "rider_acts": [("ADD", _("Add a rider")), ("REMOVE", _("Remove a rider"))],
    "elects": [("YES", _("Elected")), ("NO", _("Not elected"))],
    "dividend_options": list(OPTIONS.items()),
    "settlements": [("PAY", _("Pay the difference")), ("REDUCE", _("Leave the premium and lower the benefits"))],
    "life_proofs": list(PROOFS.items()),
    "papers": [("ELECTRONIC", _("Electronic policy")), ("PAPER", _("Paper policy"))],
    "surrender_causes": [
        ("MONEY", _("Needs the money")),
        ("UNSUITABLE", _("Does not suit any more")),
        ("SERVICE", _("Unhappy with the service")),
        ("MISSOLD", _("Says it was sold wrongly")),
        ("COMPETITOR", _("Better offer elsewhere")),
        ("MOVED", _("Moves away or sold the vehicle")),
        ("OTHER", pgettext_lazy("surrender", "Other reason")),
    ],
    "compulsory_grounds": [
        ("DEREGISTERED", _("Vehicle deregistered")),
        ("OUT_OF_USE", _("Vehicle taken out of use")),
        ("LOST", _("Vehicle confirmed lost")),
    ],
}


def _pay_modes(policy: Policy) -> Choices:
    regular = [mode for mode in PayMode if mode.months]
    offered = policy.product.pay_modes or regular
    return [(str(mode), PAY_MODES[mode]) for mode in regular if mode in offered and mode != policy.pay_mode]


def _riders(policy: Policy) -> Choices:
    del policy
    return [(str(row.pk), row.name) for row in products_on_sale().filter(is_rider=True)[:50]]


def _covers(policy: Policy) -> Choices:
    rows = Coverage.objects.filter(policy=policy, is_rider=True).order_by("pk")
    return [(str(row.pk), row.name or row.code) for row in rows]


def _products(policy: Policy) -> Choices:
    rows = products_on_sale().filter(is_rider=False, is_group=False).exclude(kind__in=("MOTOR", "PROPERTY"))
    return [(str(row.pk), row.name) for row in rows.exclude(pk=policy.product_id)[:80]]


def _funds(policy: Policy) -> Choices:
    return [(fund, f"{_fund_word(fund)} {money(amount)}") for fund, amount in funds_of(policy).items()]


def _target_funds(policy: Policy) -> Choices:
    return [(fund, _fund_word(fund)) for fund in {GENERAL_FUND: 0} | funds_of(policy)]


def _fund_word(fund: str) -> str:
    return gettext("General account") if fund == GENERAL_FUND else fund


def _branches(policy: Policy) -> Choices:
    rows = Unit.objects.filter(level=Unit.Level.BRANCH, closed_on__isnull=True).exclude(pk=policy.branch_id or 0)
    return [(str(row.pk), row.name) for row in rows.order_by("code")]


def _reversible(policy: Policy) -> Choices:
    return [
        (str(row.pk), f"{row.request_no} {ITEMS[row.item]} {day(row.effective_on)}")
        for row in reversible_requests(policy)
    ]


LIVE: dict[str, Callable[[Policy], Choices]] = {
    "pay_modes": _pay_modes, "riders": _riders, "covers": _covers, "products": _products, "branches": _branches,
    "reversible": _reversible, "funds": _funds, "target_funds": _target_funds,
}  # fmt: skip


def options_of(name: str, policy: Policy) -> Choices:
    """Return the codes and words that a field offers."""
    return LIVE[name](policy) if name in LIVE else PLAIN[name]


def choices_for(item: Item, policy: Policy) -> dict[str, frozenset[str]]:
    """Return the codes of every list that the item's fields choose from."""
    names = {ask.options for ask in item.asks if ask.kind is Kind.CHOICE}
    return {name: frozenset(code for code, _word in options_of(name, policy)) for name in names}


def word_of(name: str, code: str, policy: Policy) -> Any:
    """Return the word of a code that was chosen, also where it is offered no longer."""
    known = dict(options_of(name, policy))
    return known.get(code) or (PAY_MODES.get(code) if name == "pay_modes" else None) or code
