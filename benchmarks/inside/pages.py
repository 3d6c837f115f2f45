"""What to visit: every address of the URL map that a person can name, with ids of their own reach; pages of each tab.

    python -m benchmarks.inside.pages COUNT

The answer: for each person staff number and stops (kind, urls). Kinds are names of addresses, so that a page added
tomorrow is measured tomorrow. Addresses for which nothing is known stand under ``unknown``.
"""

import random
import re
import sys
from typing import Any

from django.urls import URLPattern, get_resolver

from benchmarks.inside.django_ready import answer
from benchmarks.inside.people import PEOPLE, SPECIALISTS, Visitor, visitor
from keyuan.customers.extensions import panels
from keyuan.platform.http import PUBLIC, SIGNED_IN

PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>")
#: They end the session, or begin one.
LEFT_OUT = frozenset({"sign-out", "sign-in", "sign-in-code", "forgotten", "sessions-end-others"})
FIRST, SIDE, LIST = "customers:customer", "customers:customer · side panel", "customers:home"


def addresses(resolver: Any = None, prefix: str = "/", space: str = "") -> list[tuple[str, str, URLPattern]]:
    """Return every address that has a name: name with its namespace, route, pattern."""
    found: list[tuple[str, str, URLPattern]] = []
    for entry in (resolver or get_resolver()).url_patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLPattern):
            found += [(f"{space}:{entry.name}" if space else entry.name, route, entry)] if entry.name else []
        else:
            found += addresses(entry, route, entry.namespace or space)
    return found


def filled(route: str, ids: dict[str, list[Any]], count: int, dice: random.Random) -> list[str]:
    """Return up to ``count`` different addresses of a route; none where a parameter is unknown."""
    names = PARAMETER.findall(route)
    if not names:
        return [route]
    if any(name not in ids for name in names):
        return []
    made = [PARAMETER.sub(lambda match: str(dice.choice(ids[match[1]])), route) for _ in range(count)]
    return list(dict.fromkeys(made))


def may(person: Visitor, entry: URLPattern) -> bool:
    """Tell whether the door of an address is open to this person."""
    permission = getattr(entry.callback, "permission", PUBLIC)
    return permission in (PUBLIC, SIGNED_IN) or person.actor.may(permission)


def stops_of(person: Visitor, count: int) -> tuple[list[dict[str, Any]], set[str]]:
    """Return what one person visits, and the addresses for which no parameter is known."""
    dice, stops, unknown = random.Random(11), [], set()
    for name, route, entry in addresses():
        if name.rpartition(":")[2] in LEFT_OUT or "<path" in route or not may(person, entry):
            continue
        urls = filled(route, person.ids, count, dice)
        if urls:
            stops.append({"kind": name, "urls": urls})
        else:
            unknown.add(name)
    customers = person.ids.get("customer_id", [])
    if customers:
        stops.append({"kind": SIDE, "urls": [f"/customers/{pk}/?panel=1" for pk in customers]})
        for tab in dict.fromkeys(panel.tab for panel in panels if panel.tab and person.actor.may(panel.permission)):
            urls = [f"/customers/{pk}/?tab={tab}" for pk in customers[:count]]
            stops.append({"kind": f"{FIRST} · tab {tab}", "urls": urls})
    return stops, unknown


def main(count: int) -> None:
    """Answer."""
    people, unknown = {}, set()
    for name, staff_no in {**PEOPLE, **SPECIALISTS}.items():
        person = visitor(name, staff_no, count)
        stops, left = stops_of(person, count)
        unknown |= left
        people[name] = {"staff_no": staff_no, "stops": stops, "special": name in SPECIALISTS}
    known = {stop["kind"] for person in people.values() for stop in person["stops"]}
    answer({"people": people, "unknown": sorted(unknown - known)})


if __name__ == "__main__":
    main(int(sys.argv[1]))
