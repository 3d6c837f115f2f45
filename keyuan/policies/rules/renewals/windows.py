"""From when on a contract may be renewed, quoted and called about (domain.md §A.8, §A.11; days are GK defaults)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from keyuan.kernel.codes import ProductKind
from keyuan.kernel.dates import add_years

#: Outbound renewal calls for motor cover are made no earlier than this many days before it ends (domain.md §A.11).
MOTOR_CALL_DAYS = 40
#: Quoting opens 30 to 90 days ahead by region.
MOST_DAYS = 90
#: Kinds whose end is no renewal: they pay a sum.
MATURING = frozenset({ProductKind.ENDOWMENT, ProductKind.ANNUITY})
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Window:
    """Days before the last day of cover from which on it is on the list, quoted and called about.

    ``lapses`` are days after it until the chance counts as lost, ``validity`` those for which a quote holds.
    """

    opens: int = 60
    quotes: int = 60
    calls: int = 40
    lapses: int = 30
    validity: int = 15

    def problems(self, kind: str) -> list[tuple[str, str, int]]:
        """Return (field, code, limit) of everything that is wrong with it for products of ``kind``."""
        found = []
        for name, least, most in (
            ("opens", 1, MOST_DAYS), ("quotes", 1, self.opens), ("calls", 1, self.opens), ("lapses", 0, MOST_DAYS),
            ("validity", 1, MOST_DAYS),
        ):  # fmt: skip
            if not least <= getattr(self, name) <= most:
                found.append((name, "renewal.window_days", most))
        if kind == ProductKind.MOTOR and self.calls > MOTOR_CALL_DAYS:
            found.append(("calls", "renewal.motor_calls", MOTOR_CALL_DAYS))
        return found


#: What holds for every kind that has no row of its own.
ANY = ""
DEFAULTS: Mapping[str, Window] = {
    ANY: Window(),
    ProductKind.MOTOR: Window(opens=60, quotes=60, calls=MOTOR_CALL_DAYS, lapses=30, validity=7),
    ProductKind.MEDICAL: Window(opens=60, quotes=60, calls=60, lapses=30, validity=30),
    ProductKind.ACCIDENT: Window(opens=30, quotes=30, calls=30, lapses=30, validity=30),
    ProductKind.GROUP: Window(opens=90, quotes=90, calls=90, lapses=60, validity=30),
    ProductKind.PROPERTY: Window(opens=60, quotes=60, calls=60, lapses=30, validity=30),
}


@dataclass(frozen=True, slots=True)
class Days:
    """The days of one contract: first on the list, first quote, first call; the last before the chance is lost."""

    opens_on: date
    quotes_from: date
    calls_from: date
    lapses_on: date


def window_for(windows: Mapping[str, Window], kind: str, product_days: int | None = None) -> Window:
    """Return the window of a product: that of its kind, calls never earlier than the catalogue says of it."""
    found = windows.get(kind) or windows.get(ANY) or DEFAULTS[ANY]
    calls = found.calls if product_days is None else min(found.calls, product_days)
    if kind == ProductKind.MOTOR:
        calls = min(calls, MOTOR_CALL_DAYS)
    return Window(found.opens, found.quotes, calls, found.lapses, found.validity)


def days_of(window: Window, expires_on: date) -> Days:
    """Return the days of a contract whose last day of cover is ``expires_on``."""
    opens, quotes, calls = (expires_on - timedelta(days=days) for days in (window.opens, window.quotes, window.calls))
    return Days(opens, quotes, calls, expires_on + timedelta(days=window.lapses))


def is_renewable(kind: str, effective_on: date, expires_on: date) -> bool:
    """Tell whether the end of the contract is a renewal of cover: a year or less, and nothing matures."""
    return kind not in MATURING and effective_on > add_years(expires_on, -1) - ONE_DAY and expires_on >= effective_on


def starts_on(expires_on: date) -> date:
    """Return the first day of seamless cover: it begins at 0:00 after the old one ended at 24:00."""
    return expires_on + ONE_DAY


def is_seamless(expires_on: date, effective_on: date) -> bool:
    """Tell whether no day lies between the covers: then no waiting period begins anew (domain.md §A.5)."""
    return effective_on == starts_on(expires_on)
