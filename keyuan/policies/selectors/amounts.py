"""Amounts in running words: with their unit and no needless zeros, so that a line reads "12,860 元" and "50 万元"."""

from typing import Any

from django.utils.translation import gettext as _

from keyuan.platform import formats

YUAN = "CNY"


def in_currency(minor: Any, currency: str = YUAN) -> str:
    """Return minor units as ``12,860 元`` or ``12,860.50 EUR``: cents where there are some; dashes when unknown."""
    amount = formats.money(minor).removesuffix(".00")
    if amount == formats.MISSING:
        return amount
    words: str = _("%(amount)s yuan") % {"amount": amount}
    return words if currency == YUAN else f"{amount} {currency}"


def short_in_currency(minor: Any, currency: str = YUAN) -> str:
    """Return minor units shortened and without trailing zeros: ``50 万元``, ``1.2 亿元``, ``860 元``."""
    figure, unit = formats.wan(minor)
    if not unit:
        return in_currency(minor, currency)
    amount = figure.rstrip("0").rstrip(".")
    words: str = _("%(amount)s %(unit)s yuan") % {"amount": amount, "unit": unit}
    return words if currency == YUAN else f"{amount} {unit} {currency}"
