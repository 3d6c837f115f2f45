"""Conditions as segments store them, written down in code (`customers.rules.segments.language`)."""

from typing import Any

Part = dict[str, Any]


def row(field: str, op: str, value: Any = None) -> Part:
    """Return one comparison."""
    return {"kind": "row", "field": field, "op": op, "value": value}


def group(join: str, *items: Part) -> Part:
    """Return parts joined by ``and`` or ``or``."""
    return {"kind": "group", "join": join, "not": False, "items": list(items)}


def holds(*kinds: str, how: str = "at_least") -> Part:
    """Return "has a contract in force", of one of ``kinds`` where some are named; ``how="none"``: has none."""
    rows = [row("policy.status", "in", ["IN_FORCE"]), *([row("policy.kind", "in", list(kinds))] if kinds else [])]
    return {"kind": "has", "entity": "policy", "join": "and", "items": rows, "how": how, "amount": 1, "measure": ""}


def condition(*items: Part) -> Part:
    """Return the condition of which all ``items`` must hold."""
    return {"version": 1, "root": group("and", *items)}
