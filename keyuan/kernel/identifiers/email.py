"""E-mail addresses, as far as a form can tell: the shape, not whether anybody reads there."""

import re

from keyuan.kernel.errors import Refused
from keyuan.kernel.width import half_width

MAX_LENGTH, MAX_LOCAL = 254, 64
_LOCAL = re.compile(r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_DOMAIN = re.compile(rf"(?:{_LABEL}\.)+(?=[a-z])[a-z0-9-]{{2,63}}")


def parse_email(text: str, *, field: str | None = None) -> str:
    """Return the address in lower case.

    Raises `Refused`: email.empty, .length, .at (not exactly one @), .local, .domain.
    """
    address = half_width(text).strip().lower()
    if not address:
        raise Refused("email.empty", field=field)
    if len(address) > MAX_LENGTH:
        raise Refused("email.length", field=field, expected=MAX_LENGTH)
    local, at, domain = address.partition("@")
    if not at or "@" in domain:
        raise Refused("email.at", field=field)
    if len(local) > MAX_LOCAL or not _LOCAL.fullmatch(local):
        raise Refused("email.local", field=field)
    if not _DOMAIN.fullmatch(domain):
        raise Refused("email.domain", field=field)
    return address
