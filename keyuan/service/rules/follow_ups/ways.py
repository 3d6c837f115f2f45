"""By which ways a follow-up is made, in which order, and who may be asked how (SRV-8; domain.md §A.4)."""

from collections.abc import Sequence

PHONE, SMS, EMAIL, WECHAT, LETTER = "PHONE", "SMS", "EMAIL", "WECHAT", "LETTER"
#: Ways by which the customer gets a link to a page with the questions.
BY_LINK = (SMS, EMAIL, WECHAT)
WAYS = (*BY_LINK, PHONE)
#: A call-back is made by internet or phone (销售行为管理办法 35), to nothing but the number held: a mail address or an
#: account of WeChat was never checked against the contract.
LAWFUL = frozenset({SMS, PHONE})
#: Wrong dates of birth after which a link is worth nothing (GK).
MOST_TRIES = 3


def fault_of(ways: Sequence[str], *, is_callback: bool) -> str:
    """Return the code of what is wrong with an order of ways; empty when nothing is.

    The phone can only be the last: a call that fails is called again or ends in a letter, never in a message. A
    call-back of a new contract goes to the number held, and always as far as the phone.
    """
    if not ways or len(set(ways)) != len(ways) or set(ways) - set(WAYS):
        return "plan.ways"
    if PHONE in ways[:-1]:
        return "plan.phone_last"
    if is_callback and (ways[-1] != PHONE or set(ways) - LAWFUL):
        return "plan.ways_law"
    return ""


def next_way(ways: Sequence[str], present: str) -> str:
    """Return the way after the present one; empty when there is none. One the plan knows no longer is left for the
    phone."""
    if present not in ways:
        return "" if present == PHONE else PHONE
    place = ways.index(present) + 1
    return ways[place] if place < len(ways) else ""


def with_way(asked: str, way: str) -> str:
    """Return the ways asked by, as the row keeps them, with one more."""
    held = {*asked.split(","), way}
    return ",".join(one for one in WAYS if one in held)


def combinations(way: str) -> list[str]:
    """Return every value of `with_way` that holds a way, so that a list can be narrowed without reading words."""
    found = {""}
    for one in WAYS:
        found |= {with_way(held, one) for held in found}
    return sorted(held for held in found if way in held.split(","))
