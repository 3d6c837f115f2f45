"""The premium that a request settles: reckoned from the rate table that the contract was sold with (PRD-2, 保险法 32).

Each cover changes by the difference between the table's two rates, so that loadings agreed at issue stay.
Amounts in 分.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from keyuan.customers.models import Customer
from keyuan.kernel.dates import completed_years
from keyuan.kernel.errors import Refused
from keyuan.policies.models import Coverage, Policy
from keyuan.policies.rules.service_items.catalogue import Item
from keyuan.policies.rules.service_items.codes import Party, Pricing
from keyuan.policies.selectors.service_items.facts import insured_of
from keyuan.policies.selectors.values.curves import key_of
from keyuan.products.models import Product, RateTable
from keyuan.products.rules.pricing import half_up
from keyuan.products.rules.terms import token_of
from keyuan.products.selectors.pricing import PREMIUM, Quote, Wish, quote, table_on


@dataclass(frozen=True, slots=True)
class Priced:
    """The premium of one instalment from now on; None: nobody can reckon it, for the reason ``why``.

    ``covers`` are premiums by cover where they are known apart, ``quote`` the row of the table that the main one rests
    on. ``is_needed``: the request does not pass without a premium.
    """

    premium: int | None = None
    covers: Mapping[int, int] = field(default_factory=dict)
    quote: Quote | None = None
    why: Refused | None = None
    is_needed: bool = False


NOTHING = Priced()


def priced_for(policy: Policy, item: Item, values: Mapping[str, Any], on: date) -> Priced:
    """Return the premium that a request settles, as far as it can be reckoned."""
    if item.priced is Pricing.NONE:
        return NOTHING
    if item.code == "SUM_UP":
        return _in_proportion(policy, values)
    if item.code == "CONVERT":
        return _of_target(policy, values, on)
    person, changes = _changes(policy, item, values)
    return _by_difference(policy, person, changes) if person is not None and changes else NOTHING


def settled_premium(item: Item, priced: Priced, stated: int | None) -> int | None:
    """Return the premium with which a request passes: the reckoned one, confirmed, or the reviewer's.

    Raises `Refused` (field new_premium) request.not_priced, request.premium_differs from what the table says, and
    request.premium_needed where nobody but the reviewer can tell.
    """
    if item.priced is Pricing.NONE and stated is not None:
        raise Refused("request.not_priced", field="new_premium")
    if priced.premium is None:
        if stated is None and priced.is_needed:
            raise Refused("request.premium_needed", field="new_premium")
        return stated
    if item.priced is Pricing.TABLE and stated not in (None, priced.premium):
        raise Refused("request.premium_differs", field="new_premium", amount=f"{priced.premium / 100:,.2f}")
    return stated or priced.premium


def still_priced(item: Item, priced: Priced, settled: int | None) -> None:
    """Raise `Refused` request.premium_moved where the table says something else than when the review passed."""
    if item.priced is Pricing.TABLE and priced.premium is not None and priced.premium != settled:
        raise Refused("request.premium_moved", amount=f"{priced.premium / 100:,.2f}")


def _in_proportion(policy: Policy, values: Mapping[str, Any]) -> Priced:
    """A higher sum costs pro rata, rounded half up (GK), unless underwriting states another premium."""
    new_sum = values.get("new_sum")
    if not policy.sum_insured or policy.premium is None or not new_sum:
        return Priced(why=Refused("request.no_sum"), is_needed=policy.premium is not None)
    return Priced(half_up(policy.premium * int(new_sum), policy.sum_insured))


def _changes(policy: Policy, item: Item, values: Mapping[str, Any]) -> tuple[Customer | None, dict[str, Any]]:
    """Return the insured whose rate changes, and what changes of them; nothing where it is not the insured."""
    person = insured_person(policy)
    if person is None:
        return None, {}
    if item.code == "OCCUPATION":
        return person, _new(person, {"occupation_class": values.get("occupation_class")})
    if item.code == "PARTY_INFO" and (values.get("whose") == Party.INSURED or policy.holder_id == person.pk):
        return person, _new(person, {name: values.get(name) for name in ("birth_on", "sex")})
    return None, {}


def _new(person: Customer, values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value and value != getattr(person, name)}


def insured_person(policy: Policy) -> Customer | None:
    """Return the first insured; without any the holder is the insured."""
    rows = insured_of(policy)
    return rows[0].customer if rows else policy.holder


def _by_difference(policy: Policy, person: Customer, changes: dict[str, Any]) -> Priced:
    before = _wish(policy, person.birth_on, person.sex, person.occupation_class)
    told = {"birth_on": person.birth_on, "sex": person.sex, "occupation_class": person.occupation_class} | changes
    after = _wish(policy, told["birth_on"], told["sex"], told["occupation_class"])
    covers = list(Coverage.objects.filter(policy=policy).select_related("product").order_by("is_rider", "pk"))
    premiums: dict[int, int] = {}
    found: Quote | None = None
    total = policy.premium or 0
    for cover in covers or [Coverage(policy=policy, product=policy.product, sum_insured=policy.sum_insured)]:
        try:
            moved, priced = _difference(policy, cover, before, after)
        except Refused as error:
            if cover.is_rider:
                # A rider that no table prices keeps its premium.
                continue
            return Priced(why=error, is_needed=True)
        total += moved
        found = found or priced
        if cover.pk is not None and cover.premium is not None:
            premiums[cover.pk] = cover.premium + moved
    return Priced(total, premiums, found, is_needed=True)


def _difference(policy: Policy, cover: Coverage, before: Wish, after: Wish) -> tuple[int, Quote]:
    product = cover.product or policy.product
    amount = cover.sum_insured or policy.sum_insured or 0
    on = _sold_on(policy, product)
    new = quote(product, replace(after, sum_insured=amount), on=on)
    old = quote(product, replace(before, sum_insured=amount), on=on)
    return new.premium - old.premium, new


def _sold_on(policy: Policy, product: Product) -> date:
    """Return the day whose table prices the contract; one older than every table takes the first (GK)."""
    day = policy.applied_on or policy.effective_on
    if table_on(product.pk, PREMIUM, day) is not None:
        return day
    tables = RateTable.objects.filter(product=product, kind=PREMIUM, status=RateTable.Status.RELEASED)
    first = tables.order_by("valid_from", "pk").values_list("valid_from", flat=True).first()
    return max(day, first) if first else day


def _wish(policy: Policy, born: date | None, sex: str, occupation: str, on: date | None = None) -> Wish:
    key, began = key_of(policy, needs_person=False), on or policy.effective_on
    return Wish(
        age=completed_years(born, began) if born and born <= began else None, sex=sex if sex in ("1", "2") else "",
        cover_term=key.cover_term, pay_term=key.pay_term, pay_mode=policy.pay_mode, occupation=occupation,
    )  # fmt: skip


def _of_target(policy: Policy, values: Mapping[str, Any], on: date) -> Priced:
    """A conversion costs what the new product's table says at the insured's age today."""
    product, person = target_of(values), insured_person(policy)
    if product is None or person is None:
        return Priced(why=Refused("policy.no_such_product", field="target_product"), is_needed=True)
    terms = terms_of(policy, product)
    wish = replace(
        _wish(policy, person.birth_on, person.sex, person.occupation_class, on),
        sum_insured=int(values.get("new_sum") or policy.sum_insured or 0), cover_term=terms["cover_term"],
        pay_term=terms["pay_term"], pay_mode=terms["pay_mode"],
    )  # fmt: skip
    try:
        found = quote(product, wish, on=on)
    except Refused as error:
        return Priced(why=error, is_needed=True)
    return Priced(found.premium, quote=found, is_needed=True)


def target_of(values: Mapping[str, Any]) -> Product | None:
    """Return the product that a contract is converted into."""
    return Product.objects.filter(pk=int(values.get("target_product") or 0), is_rider=False).first()


def terms_of(policy: Policy, product: Product) -> dict[str, str]:
    """Return terms and frequency of a conversion: the old ones where the product offers them, else its first (GK)."""
    key = key_of(policy, needs_person=False)
    return {
        "cover_term": _offered(key.cover_term, _tokens(product.cover_terms)),
        "pay_term": _offered(key.pay_term, _tokens(product.pay_terms)),
        "pay_mode": _offered(policy.pay_mode, product.pay_modes),
    }


def _tokens(terms: Iterable[tuple[str, int | None]]) -> list[str]:
    return [token_of(str(unit), int(number or 0)) for unit, number in terms]


def _offered(wanted: str, offers: list[str]) -> str:
    return wanted if not offers or wanted in offers else str(offers[0])
