"""What a motor contract costs at its renewal: NCD grade, 交强险 multiplier, commercial premium (domain.md §A.11).

All numbers are data of an effective-dated tariff; `DEFAULT` holds the (GK) figures. Money in fen, factors in basis
points, so that nothing is rounded twice.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from keyuan.kernel.errors import Refused

WHOLE_BP = 10_000
LEAST_GRADE, MOST_GRADE = -4, 5
LOOK_BACK = 3
#: A break of cover of more than this many months begins anew; from ``RISE_ONLY`` on the grade may only rise.
RISE_ONLY, ANEW = 3, 6
#: Provinces of each region class by the first two digits of the region code; all others are class E.
CLASSES: Mapping[str, frozenset[str]] = {
    "A": frozenset({"15", "46", "63", "54"}),
    "B": frozenset({"61", "53", "45"}),
    "C": frozenset({"62", "22", "14", "23", "65"}),
    "D": frozenset({"11", "12", "13", "64"}),
}
REST = "E"
REGIONS = (*CLASSES, REST)


@dataclass(frozen=True, slots=True)
class Tariff:
    """A tariff: 交强险 base by seats and multipliers, NCD factors, bounds of the factors that people choose."""

    base_small: int = 95_000
    base_large: int = 110_000
    small_seats: int = 5
    #: By region class: factor after one, two, three and more claim-free years.
    clean: dict[str, list[int]] = field(
        default_factory=lambda: {
            "A": [7_000, 6_000, 5_000],
            "B": [7_500, 6_500, 5_500],
            "C": [8_000, 7_000, 6_000],
            "D": [8_500, 7_500, 6_500],
            "E": [9_000, 8_000, 7_000],
        }
    )
    one_accident: int = 10_000
    more_accidents: int = 11_000
    fatal: int = 13_000
    #: Factor of each grade from -4 to +5.
    ncd: list[int] = field(
        default_factory=lambda: [5_000, 6_000, 7_000, 8_000, 10_000, 12_000, 14_000, 16_000, 18_000, 20_000]
    )
    own_least: int = 6_500
    own_most: int = 13_500
    traffic_least: int = 10_000
    traffic_most: int = 15_000

    def problems(self) -> list[str]:
        """Return the names of the fields that no tariff can hold."""
        factors = {**{f"clean_{key}": value for key, value in self.clean.items()}, "ncd": self.ncd}
        wrong = [name for name, values in factors.items() if any(not 1_000 <= value <= 50_000 for value in values)]
        single = ("one_accident", "more_accidents", "fatal", "own_least", "own_most", "traffic_least")
        wrong += [name for name in single if not 1_000 <= getattr(self, name) <= 50_000]
        wrong += [name for name in ("base_small", "base_large") if not 0 < getattr(self, name) <= 10_000_000]
        if self.own_least > self.own_most:
            wrong.append("own_most")
        if not self.traffic_least <= self.traffic_most <= 50_000:
            wrong.append("traffic_most")
        # A better record never costs more: grades and claim-free years fall in order.
        if sorted(self.ncd) != self.ncd:
            wrong.append("ncd")
        wrong += [f"clean_{key}" for key, value in self.clean.items() if sorted(value, reverse=True) != value]
        return sorted(set(wrong))


DEFAULT = Tariff()


@dataclass(frozen=True, slots=True)
class Record:
    """What the vehicle's past says: at-fault accidents by insured year, the last one first.

    ``insured_years`` are consecutive; ``break_months`` passed without cover; ``last_grade`` is that of the last
    contract where it is known.
    """

    accidents: tuple[int, ...] = ()
    insured_years: int = 0
    is_new: bool = False
    is_transferred: bool = False
    break_months: int = 0
    is_fatal: bool = False
    last_grade: int | None = None


def region_class(region_code: str) -> str:
    """Return the class of a region code (six digits; only the province counts)."""
    return next((key for key, provinces in CLASSES.items() if region_code[:2] in provinces), REST)


def ncd_grade(record: Record) -> int:
    """Return the NCD grade, -4 to +5: accidents less consecutive insured years in a look-back of three years.

    Clean for four years and more is -4. A new or transferred vehicle, no earlier contract, or a break of more than six
    months is 0; after a break of three to six months the grade may only rise.
    """
    if record.is_new or record.is_transferred or record.break_months > ANEW or record.insured_years <= 0:
        return 0
    years = min(record.insured_years, LOOK_BACK)
    happened = sum(record.accidents[:LOOK_BACK])
    if not sum(record.accidents[: LOOK_BACK + 1]) and record.insured_years > LOOK_BACK:
        grade = LEAST_GRADE
    else:
        grade = happened - years
    if record.break_months >= RISE_ONLY:
        grade = max(grade, record.last_grade if record.last_grade is not None else 0)
    return max(LEAST_GRADE, min(MOST_GRADE, grade))


def ncd_factor(grade: int, tariff: Tariff = DEFAULT) -> int:
    """Return the factor of a grade in basis points."""
    return tariff.ncd[grade - LEAST_GRADE]


def clean_years(record: Record) -> int:
    """Return the consecutive insured years without an at-fault accident before the renewal, at most three."""
    years = 0
    for happened in (*record.accidents, *[0] * LOOK_BACK)[: min(record.insured_years, LOOK_BACK)]:
        if happened:
            break
        years += 1
    return years


def compulsory_factor(record: Record, region_code: str, tariff: Tariff = DEFAULT) -> int:
    """Return the 交强险 multiplier in basis points: by claim-free years and region, or by the last year's accidents."""
    last = record.accidents[0] if record.accidents else 0
    if record.is_new or record.is_transferred or record.insured_years <= 0 or record.break_months > ANEW:
        return WHOLE_BP
    if record.is_fatal and last:
        return tariff.fatal
    if last:
        return tariff.more_accidents if last > 1 else tariff.one_accident
    return tariff.clean[region_class(region_code)][clean_years(record) - 1]


def half_up(value: int, *factors_bp: int) -> int:
    """Return ``value`` times the factors, rounded half up once, exactly."""
    divisor = 1
    for factor in factors_bp:
        value *= factor
        divisor *= WHOLE_BP
    return (2 * value + divisor) // (2 * divisor)


def compulsory_premium(seats: int, record: Record, region_code: str, tariff: Tariff = DEFAULT) -> int:
    """Return the 交强险 premium of a family car in fen."""
    base = tariff.base_small if seats <= tariff.small_seats else tariff.base_large
    return half_up(base, compulsory_factor(record, region_code, tariff))


def commercial_premium(base: int, grade: int, own_bp: int, traffic_bp: int, tariff: Tariff = DEFAULT) -> int:
    """Return the commercial premium in fen: base, NCD, self-pricing and traffic factor, rounded half up once.

    Raises `Refused` renewal.own_factor, renewal.traffic_factor (with their bounds) and renewal.base_missing.
    """
    if base <= 0:
        raise Refused("renewal.base_missing", field="base")
    for field_name, code, value, least, most in (
        ("own", "renewal.own_factor", own_bp, tariff.own_least, tariff.own_most),
        ("traffic", "renewal.traffic_factor", traffic_bp, tariff.traffic_least, tariff.traffic_most),
    ):
        if not least <= value <= most:
            raise Refused(code, field=field_name, least=f"{least / WHOLE_BP:.2f}", most=f"{most / WHOLE_BP:.2f}")
    return half_up(base, ncd_factor(grade, tariff), own_bp, traffic_bp)


def base_of(premium: int, ncd_bp: int | None) -> int:
    """Return the base that an old premium was made from, with its own factor at 1; 0 where the premium is unknown."""
    return (2 * premium * WHOLE_BP + (ncd_bp or WHOLE_BP)) // (2 * (ncd_bp or WHOLE_BP)) if premium else 0


def to_json(tariff: Tariff) -> dict[str, Any]:
    """Return a tariff as it is kept."""
    return asdict(tariff)


def from_json(data: Mapping[str, Any]) -> Tariff:
    """Return a kept tariff; what it does not state is as by default."""
    known = asdict(DEFAULT)
    return Tariff(**{name: data.get(name, value) for name, value in known.items()})


def accidents_by_year(days: Sequence[Any], starts: Sequence[Any]) -> tuple[int, ...]:
    """Return how many of ``days`` fell into each insured year; ``starts`` are first days of the years, last first."""
    found = []
    later = None
    for first in starts:
        found.append(sum(first <= day and (later is None or day < later) for day in days))
        later = first
    return tuple(found)
