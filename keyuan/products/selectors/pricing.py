"""What something costs by which table and row (PRD-2); every member of staff who sees products may ask."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from keyuan.kernel.errors import NotFound, Refused
from keyuan.products.models import Package, PackageItem, Product, RateRow, RateTable
from keyuan.products.rules import pricing
from keyuan.products.rules.pricing import RateKey
from keyuan.products.selectors.labels import DIMENSION_NAMES, place_words

CASH_VALUE, PREMIUM = RateTable.Kind.CASH_VALUE, RateTable.Kind.PREMIUM


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be priced: the person by age and sex, sum in minor units, terms as tokens, frequency."""

    age: int | None = None
    sex: str = ""
    sum_insured: int = 0
    cover_term: str = ""
    pay_term: str = ""
    pay_mode: str = "05"
    occupation: str = ""
    plan: str = ""

    def key(self) -> RateKey:
        """Return where in a table it stands."""
        return RateKey(self.age, self.sex, self.cover_term, self.pay_term, self.occupation, self.plan)


@dataclass(frozen=True, slots=True)
class Quote:
    """A premium in minor units, and what it rests on: table, row of the file, rate, factor."""

    product_id: int
    premium: int
    annual: int
    sum_insured: int
    table_id: int
    table: str
    valid_from: date
    row_id: int
    row_no: int
    rate: int
    basis: str
    base: int
    factor_bp: int


def table_on(product_id: int, kind: str, on: date) -> RateTable | None:
    """Return the released table that prices on a day: the one that began last."""
    tables = RateTable.objects.filter(
        product_id=product_id, kind=kind, status=RateTable.Status.RELEASED, valid_from__lte=on
    )
    return tables.order_by("-valid_from", "-pk").first()


def row_of(table: RateTable, key: RateKey) -> RateRow:
    """Return the row at ``key``. Raises `Refused` rates.says_more (``what`` the table asks for) or rates.no_row."""
    missing = key.missing(table.dimensions)
    if missing:
        raise Refused("rates.says_more", field=missing[0], what=str(DIMENSION_NAMES[missing[0]]))
    place = key.reduced(table.dimensions)
    row = RateRow.objects.filter(table=table, **{name: getattr(place, name) for name in table.dimensions}).first()
    if row is None:
        words = place_words(place)
        raise Refused("rates.no_row", field=table.dimensions[0] if table.dimensions else None, where=words)
    return row


def quote(product: Product, wish: Wish, *, on: date) -> Quote:
    """Return the exact premium of one product on a day.

    Raises `Refused` rates.no_table, rates.no_row, rates.says_more, rates.no_mode, rates.no_sum, rates.sum_range.
    """
    table = table_on(product.pk, PREMIUM, on)
    if table is None:
        raise Refused("rates.no_table", field="product", product=product.name)
    _check_sum(product, wish.sum_insured)
    row = row_of(table, wish.key())
    mode = "01" if wish.pay_term == "S" else wish.pay_mode
    factor = pricing.modal_factor(mode, table.factors)

    def priced(factor_bp: int) -> int:
        return pricing.premium_of(
            row.rate, basis=table.basis, base=table.base, amount=wish.sum_insured, factor_bp=factor_bp
        )

    return Quote(
        product_id=product.pk, premium=priced(factor), annual=priced(pricing.WHOLE_BP),
        sum_insured=wish.sum_insured, table_id=table.pk, table=table.label, valid_from=table.valid_from,
        row_id=row.pk, row_no=row.row_no, rate=row.rate, basis=table.basis, base=table.base, factor_bp=factor,
    )  # fmt: skip


def _check_sum(product: Product, amount: int) -> None:
    least, most = product.sum_min, product.sum_max
    if amount and ((least is not None and amount < least) or (most is not None and amount > most)):
        raise Refused("rates.sum_range", field="sum_insured", least=_yuan(least) or "--", most=_yuan(most) or "--")


def _yuan(amount: int | None) -> str:
    return "" if amount is None else f"{amount // 100:,}"


def cash_values(product: Product, wish: Wish, premium: int, *, on: date, years: int) -> list[int | None]:
    """Return the cash value at the end of each policy year in minor units; None where no table tells."""
    table = table_on(product.pk, CASH_VALUE, on)
    if table is None:
        return [None] * years
    place = wish.key().reduced([name for name in table.dimensions if name != "year"])
    rows = RateRow.objects.filter(
        table=table, year__lte=years, **{name: getattr(place, name) for name in table.dimensions if name != "year"}
    )
    amount = premium if table.basis == pricing.PREMIUM else wish.sum_insured
    values: list[int | None] = [None] * years
    for year, rate in rows.values_list("year", "rate"):
        if year and amount > 0:
            values[year - 1] = pricing.premium_of(rate, basis=table.basis, base=table.base, amount=amount)
    return values


@dataclass(frozen=True, slots=True)
class PackageQuote:
    """One price for a package, and how it falls to its parts."""

    price: int
    full: int
    parts: tuple[tuple[PackageItem, Quote, int], ...]


def items_of(package: Package) -> list[PackageItem]:
    """Return the products of a package in order."""
    return list(PackageItem.objects.filter(package=package).select_related("product").order_by("position", "pk"))


def quote_package(package: Package, wish: Wish, *, on: date, items: Iterable[PackageItem] = ()) -> PackageQuote:
    """Return the one price of a package for a person (PRD-3). Raises the `Refused` of `quote`."""
    found = [(item, quote(item.product, _wish_for(item, wish), on=on)) for item in items or items_of(package)]
    full = [one.premium for _item, one in found]
    price, shares = pricing.package_prices(full, package.discount_bp)
    parts = tuple((item, one, share) for (item, one), share in zip(found, shares, strict=True))
    return PackageQuote(price, sum(full), parts)


def _wish_for(item: PackageItem, wish: Wish) -> Wish:
    return Wish(
        age=wish.age, sex=wish.sex, sum_insured=item.sum_insured or wish.sum_insured,
        cover_term=item.cover_term or wish.cover_term, pay_term=item.pay_term or wish.pay_term,
        pay_mode=wish.pay_mode, occupation=wish.occupation, plan=item.plan or wish.plan,
    )  # fmt: skip


def access_table(product_id: int, table_id: int) -> RateTable:
    """Return one rate table of a product. Raises `NotFound`."""
    table = RateTable.objects.filter(pk=table_id, product_id=product_id).first()
    if table is None:
        raise NotFound("rates.not_found")
    return table


def tables_of(product: Product) -> list[RateTable]:
    """Return the tables of a product, newest first."""
    return list(RateTable.objects.filter(product=product).order_by("kind", "-valid_from", "-pk")[:100])


def first_rows(table: RateTable, limit: int = 200) -> list[RateRow]:
    """Return the first rows of a table for a look."""
    return list(RateRow.objects.filter(table=table).order_by("row_no", "pk")[:limit])
