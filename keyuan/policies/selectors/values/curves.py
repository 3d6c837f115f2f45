"""Values at the ends of the policy years, from the surrender-value table that a contract was sold with (PRD-4)."""

from dataclasses import dataclass
from datetime import date

from keyuan.kernel.codes import TermUnit
from keyuan.kernel.dates import completed_years
from keyuan.policies.models import Policy, PolicyParty
from keyuan.policies.rules.dates import pay_years
from keyuan.policies.rules.values.cash import FALLBACK, TABLE, fallback_ends
from keyuan.policies.rules.values.defaults import Terms
from keyuan.policies.selectors.values.terms import terms_in_force
from keyuan.products.models import RateRow, RateTable
from keyuan.products.rules.pricing import PREMIUM, RateKey, premium_of
from keyuan.products.rules.terms import token_of

#: Years of cover that are looked at for a contract for life.
WHOLE_LIFE_YEARS = 105


@dataclass(frozen=True, slots=True)
class Curve:
    """The values at the ends of the years, the table they came from, and the row of the file for each year."""

    ends: tuple[int | None, ...]
    basis: str
    table: RateTable | None = None
    rows: tuple[int | None, ...] = ()


@dataclass(frozen=True, slots=True)
class _Rates:
    table: RateTable
    by_year: dict[int, tuple[int, int]]


class Curves:
    """Reads each table once: many contracts of one product are asked for with a few queries."""

    def __init__(self) -> None:
        self._tables: dict[int, list[RateTable]] = {}
        self._rates: dict[tuple[int, RateKey], _Rates] = {}
        self._terms: Terms | None = None

    @property
    def terms(self) -> Terms:
        """The terms settled for all contracts."""
        if self._terms is None:
            self._terms = terms_in_force()
        return self._terms

    def of(self, policy: Policy) -> Curve:
        """Return the curve of a long contract: by its product's table, else by a share of the premiums (GK)."""
        table = self._table(policy)
        if table is not None:
            rates = self._rates_of(table, policy)
            if rates.by_year:
                return _by_table(rates, policy)
        yearly = policy.annual_premium or policy.premium or 0
        years = pay_years(policy.pay_term, policy.pay_term_unit or "S", policy.effective_on) or 1
        return Curve(tuple(fallback_ends(yearly, years, WHOLE_LIFE_YEARS, self.terms.fallback_bp)), FALLBACK)

    def _table(self, policy: Policy) -> RateTable | None:
        """Return the table that was released when the contract began; older contracts take the first one (GK)."""
        tables = self._tables.get(policy.product_id)
        if tables is None:
            found = RateTable.objects.filter(
                product_id=policy.product_id, kind=RateTable.Kind.CASH_VALUE, status=RateTable.Status.RELEASED
            )
            tables = self._tables[policy.product_id] = list(found.order_by("valid_from", "pk"))
        valid = [table for table in tables if table.valid_from <= policy.effective_on]
        return valid[-1] if valid else (tables[0] if tables else None)

    def _rates_of(self, table: RateTable, policy: Policy) -> _Rates:
        names = [name for name in table.dimensions if name != "year"]
        place = key_of(policy, needs_person=bool({"age", "sex"} & set(names))).reduced(names)
        found = self._rates.get((table.pk, place))
        if found is None:
            rows = RateRow.objects.filter(table=table, **{name: getattr(place, name) for name in names})
            by_year = {year: (rate, row) for year, rate, row in rows.values_list("year", "rate", "row_no") if year}
            found = self._rates[table.pk, place] = _Rates(table, by_year)
        return found


def _by_table(rates: _Rates, policy: Policy) -> Curve:
    table = rates.table
    amount = (policy.annual_premium or policy.premium) if table.basis == PREMIUM else policy.sum_insured
    last = max(rates.by_year)
    if not amount:
        return Curve((), TABLE, table)
    ends: list[int | None] = [None] * last
    rows: list[int | None] = [None] * last
    for year, (rate, row) in rates.by_year.items():
        ends[year - 1] = premium_of(rate, basis=table.basis, base=table.base, amount=amount)
        rows[year - 1] = row
    return Curve(tuple(ends), TABLE, table, tuple(rows))


def key_of(policy: Policy, *, needs_person: bool) -> RateKey:
    """Return where in a table the contract stands; the insured's age is the one when cover began."""
    single = policy.pay_term_unit == TermUnit.SINGLE or policy.pay_mode == "01" or not policy.pay_term
    pay = "S" if single else token_of(policy.pay_term_unit or "Y", policy.pay_term)
    cover = token_of(policy.cover_term_unit, policy.cover_term) if policy.cover_term_unit else ""
    age, sex = insured_at_issue(policy) if needs_person else (None, "")
    return RateKey(age=age, sex=sex, cover_term=cover, pay_term=pay)


def insured_at_issue(policy: Policy) -> tuple[int | None, str]:
    """Return age in completed years when cover began, and sex, of the (first) insured; None and "" where unknown."""
    party = (
        PolicyParty.objects.filter(policy=policy, role=PolicyParty.Role.INSURED, valid_until__isnull=True)
        .select_related("customer")
        .order_by("pk")
        .first()
    )
    person = party.customer if party else policy.holder
    born: date | None = person.birth_on if person else None
    age = completed_years(born, policy.effective_on) if born and born <= policy.effective_on else None
    return age, (person.sex if person else "")
