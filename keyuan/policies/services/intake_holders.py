"""Holders of imported policies: known customers of the source, or new ones made from what the row says."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from keyuan.customers.models import Customer
from keyuan.customers.rules.intake import Identity, kind_of
from keyuan.customers.services.intake import judge_people, known_keys, match_identities, out_of_reach
from keyuan.customers.services.intake_creating import NewCustomers
from keyuan.customers.services.sharing import ServingPlace
from keyuan.platform.imports import Chunk, ImportContext, RowIssue
from keyuan.platform.imports.reading import secret_key

PREFIX = "holder."


@dataclass(slots=True)
class Holders:
    """Who holds each row's policy: the key in the source, customers known by key, and first rows of new ones."""

    keys: list[str]
    ids: dict[str, int] = field(default_factory=dict)
    new: dict[str, int] = field(default_factory=dict)
    people: Chunk | None = None
    identities: Sequence[Identity | None] = ()

    def id_of(self, index: int) -> int | None:
        """Return the customer of a row, None where the source names none."""
        return self.ids.get(self.keys[index])


def find_holders(chunk: Chunk, context: ImportContext, issues: list[RowIssue]) -> Holders:
    """Find the customers of a chunk; reads only. A holder out of the importing person's reach is an issue."""
    keys = _keys_of(chunk)
    holders = Holders(keys)
    wanted = {key for key in keys if key}
    if not wanted:
        return holders
    holders.people = _people_of(chunk, keys)
    holders.identities = judge_people(holders.people, context.now.date(), issues, PREFIX)
    known = known_keys(context.source, wanted)
    hidden = out_of_reach((customer for _pk, customer, _said in known.values()), context)
    matches = match_identities(keys, known, holders.identities, context)
    for index, key in enumerate(keys):
        if key in known:
            if known[key][1] in hidden:
                issues.append(RowIssue(index, "customer_key", "import.out_of_reach"))
            else:
                holders.ids[key] = known[key][1]
        elif key and index in matches:
            holders.ids[key] = matches[index]
        elif key:
            holders.new.setdefault(key, index)
    return holders


def _keys_of(chunk: Chunk) -> list[str]:
    if chunk.has("customer_key"):
        return [key or "" for key in chunk.columns["customer_key"]]
    return [secret_key(number) for number in chunk.get(f"{PREFIX}identity_number")]


def _people_of(chunk: Chunk, keys: list[str]) -> Chunk:
    """Return the rows as rows about their holders."""
    columns = {key.removeprefix(PREFIX): values for key, values in chunk.columns.items() if key.startswith(PREFIX)}
    return Chunk(chunk.numbers, keys, columns, chunk.prints)


def new_holders(
    holders: Holders, chosen: Sequence[int], places: Sequence[ServingPlace], units: Sequence[int | None], source: str
) -> NewCustomers:
    """Return the customers to be made from the rows at ``chosen``; a book without names is taken as it is."""
    people = holders.people
    part = people.only(chosen) if people is not None else None
    columns: dict[str, Sequence[Any]] = dict(part.columns) if part is not None else {}
    empty: list[Any] = [None] * len(chosen)
    kinds = zip(columns.get("kind", empty), columns.get("uscc", empty), strict=True)
    return NewCustomers(
        source=source,
        keys=[holders.keys[index] for index in chosen],
        prints=empty,
        kinds=[kind_of(stated, uscc) for stated, uscc in kinds],
        places=places,
        agent_units=units,
        columns=columns,
        identities=[holders.identities[index] for index in chosen] if holders.identities else (),
    )


def holder_names(chunk: Chunk, holders: Holders) -> list[str]:
    """Return the name that lists show for each row's holder: what the row says, else what the archive knows."""
    ids = set(holders.ids.values())
    known = dict(Customer.objects.filter(pk__in=ids).values_list("pk", "name")) if ids else {}
    stated = chunk.get(f"{PREFIX}name")
    return [name or known.get(holders.ids.get(key, 0), "") for name, key in zip(stated, holders.keys, strict=True)]
