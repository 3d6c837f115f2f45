"""To which matter a mail belongs: by names of mails and by our token, never by the subject alone (SRV-5)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

_SIGN = r"([A-Z]{1,3}\d{6,14})-([0-9a-f]{10})"
_IN_SUBJECT = re.compile(rf"\[#{_SIGN}\]")
_IN_ADDRESS = re.compile(_SIGN, re.IGNORECASE)
_PREFIX = re.compile(r"^\s*(?:(?:re|fw|fwd|aw|wg|回复|答复|转发|回覆|轉寄)\s*(?:\[\d+\])?\s*[:：]\s*)+", re.IGNORECASE)
OPEN, REOPEN, FOLLOW, NEW = "OPEN", "REOPEN", "FOLLOW", "NEW"


def mark(number: str, seal: str) -> str:
    """Return the token of an order as it stands in a subject; ``seal`` proves that we wrote it."""
    return f"[#{number}-{seal}]"


def reply_address(address: str, number: str, seal: str) -> str:
    """Return the address to which answers about an order go: ours, with the token behind a plus."""
    local, _at, domain = address.partition("@")
    return f"{local}+{number.lower()}-{seal}@{domain}"


def bare_address(address: str) -> str:
    """Return an address without what stands behind a plus."""
    local, at, domain = address.partition("@")
    return f"{local.partition('+')[0]}{at}{domain}"


def tokens_in(subject: str, addresses: Iterable[str]) -> list[tuple[str, str]]:
    """Return number and seal of every token in a subject and behind the plus of addresses."""
    found = _IN_SUBJECT.findall(subject)
    for address in addresses:
        local = address.partition("@")[0]
        hit = _IN_ADDRESS.fullmatch(local.partition("+")[2])
        if hit:
            found.append((hit.group(1).upper(), hit.group(2)))
    return list(dict.fromkeys(found))


def bare(subject: str) -> str:
    """Return a subject without token and without the signs of answering and passing on."""
    return " ".join(_PREFIX.sub("", _IN_SUBJECT.sub("", subject)).split())


def answer_subject(subject: str, kind: str, number: str, seal: str) -> str:
    """Return the subject of an answer or of a mail passed on, with the token at its end."""
    prefix = {"REPLY": "Re: ", "REPLY_ALL": "Re: ", "FORWARD": "Fwd: "}.get(kind, "")
    return f"{prefix}{bare(subject)[:200]} {mark(number, seal)}"


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an order stands that a mail belongs to."""

    is_open: bool
    can_reopen: bool
    ended_at: datetime | None


def place_of(standing: Standing | None, now: datetime, *, days: int, is_automatic: bool) -> str:
    """Return what a mail does: goes on the open order, opens it again within ``days``, follows in a new one.

    What a program wrote opens nothing again; it is filed with the order it belongs to.
    """
    if standing is None:
        return NEW
    if standing.is_open or is_automatic:
        return OPEN
    recent = standing.ended_at is not None and now - standing.ended_at <= timedelta(days=days)
    return REOPEN if standing.can_reopen and recent else FOLLOW
