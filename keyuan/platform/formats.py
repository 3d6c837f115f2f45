"""How dates, amounts and missing values read on every face (design/ui.md "Formats").

Plain functions, so that pages, lists, exports and messages say the same; ``now`` is always an argument.
"""

from collections.abc import Sized
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

#: What stands where a value is unknown: never blank, never 0.
MISSING = "--"
RANGE = " ～ "
#: Minor units in one unit of currency; every currency of the book has two decimals.
MINOR = 100
_WAN = Decimal(10_000)
_YI = Decimal(100_000_000)
_MILLION = Decimal(1_000_000)
_TEN_MILLIONS = Decimal(10_000_000)


def is_missing(value: Any) -> bool:
    """Tell whether ``value`` is unknown: None, or empty text or collection. Zero and False are values."""
    return value is None or (isinstance(value, Sized) and len(value) == 0)


def dash(value: Any) -> Any:
    """Return ``value``, or two dashes where it is missing."""
    return MISSING if is_missing(value) else value


def day(value: date | datetime | None) -> str:
    """Return ``2025-03-08``."""
    if value is None:
        return MISSING
    local = timezone.localtime(value) if isinstance(value, datetime) and timezone.is_aware(value) else value
    return f"{local:%Y-%m-%d}"


def moment(value: datetime | None, *, seconds: bool = False) -> str:
    """Return ``2025-03-08 14:05`` in Beijing time, with seconds where asked for."""
    if value is None:
        return MISSING
    local = timezone.localtime(value) if timezone.is_aware(value) else value
    return f"{local:%Y-%m-%d %H:%M:%S}" if seconds else f"{local:%Y-%m-%d %H:%M}"


def deadline(value: datetime | None) -> str:
    """Return the last minute that is in time: midnight belongs to the day before, ``2025-03-08 24:00``."""
    if value is None:
        return MISSING
    local = timezone.localtime(value) if timezone.is_aware(value) else value
    if (local.hour, local.minute) == (0, 0):
        return f"{local - timedelta(days=1):%Y-%m-%d} 24:00"
    return moment(value)


def weekday(value: date | datetime | None) -> str:
    """Return ``周二``."""
    if value is None:
        return MISSING
    local = timezone.localtime(value) if isinstance(value, datetime) and timezone.is_aware(value) else value
    return (_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun"))[local.weekday()]


def long_day(value: date | datetime | None) -> str:
    """Return ``11 月 24 日 周二``, for headings."""
    if value is None:
        return MISSING
    local = timezone.localtime(value) if isinstance(value, datetime) and timezone.is_aware(value) else value
    parts = {"weekday": weekday(local), "month": local.month, "day": local.day}
    return _("%(weekday)s, %(month)s/%(day)s") % parts


def ago(value: datetime | None, now: datetime) -> str:
    """Return "just now", "12 minutes ago", "3 hours ago"; older ones as ``03-08 14:05``, other years as dates."""
    if value is None:
        return MISSING
    passed = now - value
    if timedelta(0) <= passed < timedelta(minutes=1):
        return _("just now")
    if timedelta(0) <= passed < timedelta(hours=1):
        minutes = passed // timedelta(minutes=1)
        return ngettext("%(count)d minute ago", "%(count)d minutes ago", minutes) % {"count": minutes}
    if timedelta(0) <= passed < timedelta(hours=24):
        hours = passed // timedelta(hours=1)
        return ngettext("%(count)d hour ago", "%(count)d hours ago", hours) % {"count": hours}
    local = timezone.localtime(value) if timezone.is_aware(value) else value
    return f"{local:%m-%d %H:%M}" if local.year == now.year else f"{local:%Y-%m-%d}"


def minor_units(value: Any) -> int | None:
    """Return the minor units of an amount: a whole number already is one, a Money carries ``amount_minor``."""
    if value is None or value == "":
        return None
    return int(getattr(value, "amount_minor", value))


def money(value: Any, *, decimals: bool = True) -> str:
    """Return minor units as ``1,234.50``; without decimals, whole units as ``1,235`` (rounded half up)."""
    minor = minor_units(value)
    if minor is None:
        return MISSING
    amount = Decimal(minor) / MINOR
    return f"{amount:,.2f}" if decimals else f"{amount.quantize(Decimal(1), ROUND_HALF_UP):,}"


def wan(value: Any) -> tuple[str, str]:
    """Return minor units as figure and unit for dashboards: ``("2.13", "万")``, ``("1.20", "亿")``, ``("860", "")``.

    English writes figures out, and counts in millions from ten millions on.
    """
    minor = minor_units(value)
    if minor is None:
        return MISSING, ""
    amount = Decimal(minor) / MINOR
    if (get_language() or "").startswith("en"):
        steps: tuple[tuple[Decimal, Decimal, str], ...] = ((_TEN_MILLIONS, _MILLION, "million"),)
    else:
        steps = ((_YI, _YI, _("hundred million")), (_WAN, _WAN, _("ten thousand")))
    for least, size, unit in steps:
        if abs(amount) >= least:
            return f"{(amount / size).quantize(Decimal('0.01'), ROUND_HALF_UP):,}", unit
    return f"{amount.quantize(Decimal(1), ROUND_HALF_UP):,}", ""


def wan_yuan(value: Any) -> str:
    """Return minor units of yuan shortened, without trailing zeros: ``2.13 万元``, ``860 元``; ``21,300 yuan``."""
    figure, unit = wan(value)
    if figure == MISSING:
        return MISSING
    if not unit:
        return _("%(amount)s yuan") % {"amount": figure}
    return _("%(amount)s %(unit)s yuan") % {"amount": figure.rstrip("0").rstrip("."), "unit": unit}


def number(value: Any) -> str:
    """Return a count with thousands separators."""
    return MISSING if value is None or value == "" else f"{value:,}"


def count(value: int | None, *, limit: int = 1000) -> str:
    """Return a count exact to ``limit`` and "1,000+" beyond (decision 24)."""
    if value is None:
        return MISSING
    return f"{limit:,}+" if value > limit else f"{value:,}"


def duration(seconds: int | None) -> str:
    """Return ``03:25``, or ``1:03:25`` from an hour on."""
    if seconds is None:
        return MISSING
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes:02}:{rest:02}"


def percent(value: Any, places: int = 1) -> str:
    """Return a share (0.934) as ``93.4%``."""
    return MISSING if value is None or value == "" else f"{float(value) * 100:.{places}f}%"
