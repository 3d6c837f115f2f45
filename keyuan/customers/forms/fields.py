"""Typed text into the values of the archive, with the sentence for whatever cannot be read."""

from datetime import date
from typing import Any

from django.utils.dateparse import parse_date

from keyuan.customers.forms.display import EDITORS, OPTIONS
from keyuan.customers.models import Customer
from keyuan.kernel.errors import Refused
from keyuan.kernel.money import parse_money


def parse_day(text: str, field: str) -> date | None:
    """Return a typed date; None for nothing. Raises `Refused` date.unreadable."""
    if not text.strip():
        return None
    try:
        found = parse_date(text.strip().replace("/", "-").replace(".", "-"))
    except ValueError:
        found = None
    if found is None:
        raise Refused("date.unreadable", field=field)
    return found


def parse_amount(text: str, field: str) -> int | None:
    """Return a typed amount in minor units of CNY; None for nothing. Raises the `Refused` of `parse_money`."""
    return parse_money(text, field=field).amount_minor if text.strip() else None


def parse_field(name: str, text: str) -> Any:
    """Return what ``text`` means for one field that is edited in place. Raises `Refused`."""
    if name not in EDITORS:
        raise Refused("customer.not_editable", field=name)
    if name == "birth_on":
        return parse_day(text, name)
    if name == "income":
        return parse_amount(text, name)
    if name in OPTIONS and text and text not in OPTIONS[name]:
        raise Refused("field.choice", field=name)
    longest = getattr(Customer._meta.get_field(name), "max_length", None)
    if longest is not None and len(text.strip()) > longest:
        raise Refused("contact.too_long", field=name, most=longest)
    return text.strip()
