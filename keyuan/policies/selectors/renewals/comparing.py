"""Quotes beside the old cover: sums, deductibles, premiums, differences (POL-4)."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from keyuan.kernel.money import Money, format_amount
from keyuan.policies.models import Renewal, RenewalQuote
from keyuan.policies.rules.renewals.motor import LEAST_GRADE
from keyuan.policies.selectors.renewals.facts import OldCover, old_covers

NOTHING = "--"
BP = 10_000


@dataclass(frozen=True, slots=True)
class Cell:
    """One value of a column and whether it differs from the old cover."""

    words: str
    differs: bool = False
    more: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the comparison: the old value, then one cell for each quote."""

    label: str
    old: str
    cells: tuple[Cell, ...]
    is_number: bool = True


def comparison(renewal: Renewal, quotes: list[RenewalQuote]) -> list[Row]:
    """Return the lines: product, term, premium, each cover's sum and deductible, factors of motor."""
    policy = renewal.policy
    old = old_covers(policy)
    rows = [
        _row(_("Product"), renewal.product.name, [quote.product.name for quote in quotes], is_number=False),
        _row(
            _("Term of cover"),
            _span(policy.effective_on, policy.expires_on),
            [_span(quote.starts_on, quote.ends_on) for quote in quotes],
            is_number=False,
        ),
        _premiums(renewal, quotes),
    ]
    for cover in old:
        rows += _cover_rows(cover, quotes)
    return rows + _factor_rows(renewal, quotes)


def _span(first: Any, last: Any) -> str:
    return f"{first:%Y-%m-%d} ~ {last:%Y-%m-%d}"


def _row(label: str, old: str, new: list[str], *, is_number: bool = True) -> Row:
    return Row(label, old, tuple(Cell(words, words != old) for words in new), is_number)


def yuan(amount: int | None) -> str:
    """Return minor units as yuan, or two dashes."""
    return NOTHING if amount is None else format_amount(Money(amount))


def _premiums(renewal: Renewal, quotes: list[RenewalQuote]) -> Row:
    cells = []
    for quote in quotes:
        change = quote.premium - renewal.premium
        share = f" ({change / renewal.premium:+.1%})" if renewal.premium else ""
        cells.append(Cell(yuan(quote.premium), change != 0, f"{'+' if change > 0 else ''}{yuan(change)}{share}"))
    return Row(_("Premium (yuan)"), yuan(renewal.premium), tuple(cells))


def _cover_rows(cover: OldCover, quotes: list[RenewalQuote]) -> list[Row]:
    found = [_same(quote, cover) for quote in quotes]
    name = {"name": cover.name or cover.code}
    rows = []
    for key, label in (
        ("sum_insured", _("%(name)s: sum insured (yuan)")),
        ("deductible", _("%(name)s: deductible (yuan)")),
        ("premium", _("%(name)s: premium (yuan)")),
    ):
        old = getattr(cover, key)
        if old is None and all(not one or one.get(key) is None for one in found):
            continue
        dropped = pgettext("renewal", "left out")
        rows.append(_row(label % name, yuan(old), [yuan(one.get(key)) if one else dropped for one in found]))
    return rows


def _same(quote: RenewalQuote, cover: OldCover) -> dict[str, Any] | None:
    main = [one for one in quote.covers if not one["is_rider"]]
    if not cover.is_rider and len(main) == 1:
        return dict(main[0])
    return next((dict(one) for one in quote.covers if one["code"] == cover.code), None)


def _factor_rows(renewal: Renewal, quotes: list[RenewalQuote]) -> list[Row]:
    if not any(quote.basis.get("kind") in ("MOTOR", "MTPL") for quote in quotes):
        return []
    vehicle = getattr(renewal.policy, "vehicle", None)
    old = vehicle.bonus_malus_bp if vehicle else None
    factors = [quote.basis.get("ncd_bp", quote.basis.get("factor_bp")) for quote in quotes]
    rows = [
        _row(pgettext("renewal", "NCD or compulsory factor"), _factor(old), [_factor(factor) for factor in factors])
    ]
    grades = [quote.basis.get("grade") for quote in quotes]
    if any(grade is not None for grade in grades):
        words = [NOTHING if grade is None else f"{grade:+d}" for grade in grades]
        rows.append(_row(pgettext("renewal", "NCD grade"), _old_grade(old), words))
        rows.append(
            _row(
                pgettext("renewal", "Self-pricing factor"), NOTHING,
                [_factor(quote.basis.get("own_bp")) for quote in quotes],
            )
        )  # fmt: skip
    return rows


def _factor(value: int | None) -> str:
    return NOTHING if value is None else f"{value / BP:.2f}"


def _old_grade(factor: int | None) -> str:
    from_factor = {5_000: -4, 6_000: -3, 7_000: -2, 8_000: -1, 10_000: 0, 12_000: 1, 14_000: 2, 16_000: 3}
    grade = from_factor.get(factor or 0)
    return NOTHING if grade is None else f"{max(grade, LEAST_GRADE):+d}"
