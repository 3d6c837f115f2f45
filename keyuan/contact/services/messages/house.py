"""What the company puts on every message."""

from keyuan.contact.models import MessagePolicy
from keyuan.contact.rules.messages.composing import House
from keyuan.contact.selectors.messages.providers import policy, prohibited_words


def house(row: MessagePolicy | None = None) -> House:
    """Return sign, way out and refused words as they stand now."""
    row = row or policy()
    return House(row.sign, row.way_out, prohibited_words(row))
