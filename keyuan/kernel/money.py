"""Money as integer minor units of a currency (decision 14); no binary floats anywhere.

A currency is its ISO 4217 letters. Rounding happens only where a caller names it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal

from keyuan.kernel.errors import Refused
from keyuan.kernel.width import half_width

#: Currencies whose minor unit is not a hundredth.
_DECIMALS = dict.fromkeys(("JPY", "KRW", "VND", "CLP", "ISK", "UGX", "XAF", "XOF", "XPF"), 0)
_DECIMALS |= dict.fromkeys(("KWD", "BHD", "OMR", "TND", "JOD", "IQD", "LYD"), 3)

#: The largest amount both databases can store.
MAX_MINOR = 2**63 - 1

WHOLE_BP = 10_000

#: Enough digits for any amount times any ratio, so that only the named rounding rounds.
_EXACT = Context(prec=80)

_CURRENCY_MARKS = re.compile(r"^(?:CNY|RMB|[¥$€£])|(?:元|圆)整?$", re.IGNORECASE)
_SIGNS = str.maketrans("−–", "--")
_AMOUNT = re.compile(r"(?P<whole>\d{1,3}(?:,\d{3})+|\d+)?(?:\.(?P<part>\d*))?(?P<unit>[万亿])?")
_UNITS = {None: 0, "万": 4, "亿": 8}


def decimals_of(currency: str) -> int:
    """Return how many decimals ``currency`` has: 2 unless ISO 4217 says otherwise."""
    return _DECIMALS.get(currency, 2)


@dataclass(frozen=True, slots=True)
class Money:
    """An exact amount. Sums and comparisons of two currencies raise ValueError: that is a bug, not an input."""

    amount_minor: int
    currency: str = "CNY"

    def _same(self, other: "Money") -> int:
        if other.currency != self.currency:
            raise ValueError(f"{self.currency} and {other.currency} do not mix")
        return other.amount_minor

    def __add__(self, other: "Money") -> "Money":
        return Money(self.amount_minor + self._same(other), self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.amount_minor - self._same(other), self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.amount_minor, self.currency)

    def __lt__(self, other: "Money") -> bool:
        return self.amount_minor < self._same(other)

    def __le__(self, other: "Money") -> bool:
        return self.amount_minor <= self._same(other)

    def __gt__(self, other: "Money") -> bool:
        return self.amount_minor > self._same(other)

    def __ge__(self, other: "Money") -> bool:
        return self.amount_minor >= self._same(other)

    def __bool__(self) -> bool:
        return self.amount_minor != 0

    def __str__(self) -> str:
        return format_amount(self)

    @property
    def amount(self) -> Decimal:
        """The amount in the currency's main unit, exactly."""
        return Decimal(self.amount_minor).scaleb(-decimals_of(self.currency))

    def times(self, ratio: Decimal | int, *, rounding: str = ROUND_HALF_UP) -> "Money":
        """Return the amount times ``ratio``, rounded to the minor unit as ``rounding`` of `decimal` says."""
        return Money(_rounded(_EXACT.multiply(Decimal(self.amount_minor), Decimal(ratio)), rounding), self.currency)


def _rounded(value: Decimal, rounding: str) -> int:
    return int(value.to_integral_value(rounding=rounding))


def from_decimal(value: Decimal, currency: str = "CNY", *, rounding: str = ROUND_HALF_UP) -> Money:
    """Return ``value`` main units as money, rounded to the minor unit."""
    return Money(_rounded(value.scaleb(decimals_of(currency), _EXACT), rounding), currency)


def affine(
    value: Decimal, *, scale: Decimal, offset: Decimal, currency: str = "CNY", rounding: str = ROUND_HALF_UP
) -> Money:
    """Return ``value × scale + offset`` main units, rounded once at the end: brings standardised figures back."""
    return from_decimal(_EXACT.fma(value, scale, offset), currency, rounding=rounding)


def parse_money(text: str, currency: str = "CNY", *, field: str | None = None) -> Money:
    """Read an amount as people write it: "1,234.50", "￥１２３", "-5", "(5.00)", "3.5万", "100元".

    Raises `Refused`: money.empty, money.pattern, money.decimals (``allowed``), money.too_large. Nothing is rounded.
    """
    plain = _CURRENCY_MARKS.sub("", re.sub(r"\s", "", half_width(text)).translate(_SIGNS))
    if not plain:
        raise Refused("money.empty", field=field)
    negative = plain.startswith("-") or (plain.startswith("(") and plain.endswith(")"))
    if negative:
        plain = plain[1:].removesuffix(")") if plain[0] == "(" else plain[1:]
    match = _AMOUNT.fullmatch(_CURRENCY_MARKS.sub("", plain))
    if match is None or not (match["whole"] or match["part"]):
        raise Refused("money.pattern", field=field)
    minor = _minor_units(match, decimals_of(currency), field)
    return Money(-minor if negative else minor, currency)


def _minor_units(match: re.Match[str], allowed: int, field: str | None) -> int:
    places = allowed + _UNITS[match["unit"]]
    part = (match["part"] or "").rstrip("0")
    if len(part) > places:
        raise Refused("money.decimals", field=field, allowed=allowed)
    digits = (match["whole"] or "").replace(",", "") + part.ljust(places, "0")
    if len(digits.lstrip("0")) > 19 or int(digits or "0") > MAX_MINOR:
        raise Refused("money.too_large", field=field)
    return int(digits or "0")


def format_amount(money: Money, *, grouped: bool = True) -> str:
    """Return the amount with all its decimals and, if ``grouped``, thousands separators; without the currency."""
    decimals = decimals_of(money.currency)
    digits = str(abs(money.amount_minor)).rjust(decimals + 1, "0")
    whole, part = (digits[:-decimals], "." + digits[-decimals:]) if decimals else (digits, "")
    sign = "-" if money.amount_minor < 0 else ""
    return f"{sign}{int(whole):,}{part}" if grouped else f"{sign}{whole}{part}"


def allocate(total: Money, weights: Sequence[int]) -> list[Money]:
    """Divide ``total`` in proportion to ``weights`` so that the parts sum to it exactly.

    The cents left over go to the largest remainders, ties to the earlier part. Raises ValueError for negative weights
    or none above zero.
    """
    whole = sum(weights)
    if whole <= 0 or min(weights) < 0:
        raise ValueError("weights must be non-negative and not all zero")
    sign, amount = (-1, -total.amount_minor) if total.amount_minor < 0 else (1, total.amount_minor)
    shares = [divmod(amount * weight, whole) for weight in weights]
    left = amount - sum(share for share, _ in shares)
    by_remainder = sorted(range(len(weights)), key=lambda index: -shares[index][1])
    lucky = set(by_remainder[:left])
    return [Money(sign * (share + (index in lucky)), total.currency) for index, (share, _) in enumerate(shares)]


def allocate_bp(total: Money, basis_points: Sequence[int]) -> list[Money]:
    """Divide ``total`` by shares in basis points, which must sum to 10,000: else `Refused` allocation.sum (``sum``)."""
    if sum(basis_points) != WHOLE_BP or min(basis_points) < 0:
        raise Refused("allocation.sum", sum=sum(basis_points))
    return allocate(total, basis_points)
