"""Where candidates come from: each function reads one narrow index and returns a bounded set of customer ids."""

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from keyuan.customers.extensions import key_lookups
from keyuan.customers.models import ContactPoint, Customer, CustomerSummary, IdentityDocument, NameGram, NameKey
from keyuan.customers.rules.query import Kind, Piece
from keyuan.customers.selectors.scope import guest_ids, reach_ids, visible_among
from keyuan.kernel.actor import Actor, Reach
from keyuan.kernel.errors import Refused
from keyuan.kernel.identifiers.phones import parse_phone
from keyuan.kernel.identifiers.resident_id import upgrade
from keyuan.organisation.selectors import in_scope
from keyuan.platform.crypto import blind_index, tail_index

#: Most ids that one condition may bring in; beyond it a condition says too little to search by.
CAP = 2000
#: Ids looked up in one query.
CHUNK = 500
Visible = Callable[[list[int]], list[int]]
#: A gram or key with more rows than this is common.
COMMON = 3000
#: A book of at most so many customers is asked from its own side.
FEW = 2500
SMALL_LEVELS = frozenset({"section", "team"})
LAST = "\uffff"


def by_numbers(piece: Piece) -> dict[int, str]:
    """Return customer id → kind of match for a piece that is a number or code of any kind."""
    found: dict[int, str] = {}
    for kind, ids in _number_sets(piece):
        for pk in ids:
            found.setdefault(pk, kind)
    return found


def _number_sets(piece: Piece) -> Iterable[tuple[str, Iterable[int]]]:
    if piece.is_a(Kind.CUSTOMER_NO):
        yield "customer_no", Customer.objects.filter(customer_no=piece.text).values_list("pk", flat=True)
    if piece.is_a(Kind.PHONE):
        yield "phone", _points(value_index=blind_index("phone", _phone_form(piece.text)))
    if piece.is_a(Kind.IDENTITY):
        number = upgrade(piece.text) if len(piece.text) == 15 else piece.text
        yield "identity", _documents(number_index=blind_index("identity_number", number))
    if piece.is_a(Kind.TAIL):
        if piece.text.isdigit():
            yield "phone_tail", _points(tail_index=tail_index("phone", piece.text))
        yield "identity_tail", _documents(tail_index=tail_index("identity_number", piece.text))
    if piece.is_a(Kind.CODE):
        for lookup in key_lookups:
            yield lookup.key, lookup.find(piece.text, CAP)
            if piece.raw not in ("", piece.text):
                yield lookup.key, lookup.find(piece.raw, CAP)


def _phone_form(text: str) -> str:
    try:
        return parse_phone(text).number
    except Refused:
        return text


def _points(**where: Any) -> QuerySet[ContactPoint, int]:
    return ContactPoint.objects.filter(**where).values_list("customer_id", flat=True)[:CAP]


def _documents(**where: Any) -> QuerySet[IdentityDocument, int]:
    return IdentityDocument.objects.filter(**where).values_list("customer_id", flat=True)[:CAP]


class Seeing:
    """The part of the book that an actor sees, asked in the way that is cheapest for its size."""

    def __init__(self, actor: Actor, now: datetime) -> None:
        self.actor = actor
        self.now = now
        scope = actor.scope
        self.whole = not in_scope(actor)
        self.small = scope.reach is Reach.SELF or (scope.reach is not Reach.ALL and scope.unit_level in SMALL_LEVELS)

    @cached_property
    def ids(self) -> list[int] | None:
        """Every customer in sight where they are few: an agent's, a team's or a section's."""
        return reach_ids(self.actor, now=self.now, most=FEW) if self.small else None

    def among(self, ids: list[int]) -> list[int]:
        """Return those of ``ids`` that are in sight, in their order."""
        if self.whole:
            return ids
        if self.ids is not None:
            mine = set(self.ids)
            return [pk for pk in ids if pk in mine]
        return visible_among(self.actor, ids, now=self.now)

    def find(self, source: QuerySet[Any], limit: int) -> list[int]:
        """Return up to ``limit`` ids of ``source`` (rows with customer_id) that are in sight.

        A small book is asked from its own side. In a large one a rare condition is walked from its index and then
        asked for; a common one is walked beside the summaries in scope, and guests, few, are asked one by one.
        """
        source = source.order_by()
        if self.ids is not None:
            return _those_of(source, self.ids, limit)
        ids = list(dict.fromkeys(source.values_list("customer_id", flat=True)[: COMMON + 1]))
        if self.whole or len(ids) <= COMMON:
            return within(ids, self.among, limit)
        own = CustomerSummary.objects.filter(in_scope(self.actor), pk=OuterRef("customer_id"))
        found = list(source.filter(Exists(own)).values_list("customer_id", flat=True)[:limit])
        if len(found) < limit:
            found += _those_of(source, guest_ids(self.actor, now=self.now, most=CAP), limit)
        return list(dict.fromkeys(found))[:limit]


def _those_of(source: QuerySet[Any], ids: list[int], limit: int) -> list[int]:
    """Return up to ``limit`` of the customers ``ids`` that have a row in ``source``."""
    found: dict[int, None] = {}
    for start in range(0, len(ids), CHUNK):
        rows = source.filter(customer_id__in=ids[start : start + CHUNK]).values_list("customer_id", flat=True)
        found.update(dict.fromkeys(rows))
        if len(found) >= limit:
            break
    return list(found)[:limit]


def within(ids: list[int], visible: Visible, limit: int) -> list[int]:
    """Return the first ``limit`` of ``ids`` that are in reach."""
    kept: list[int] = []
    for start in range(0, len(ids), CHUNK):
        kept += visible(ids[start : start + CHUNK])
        if len(kept) >= limit:
            break
    return kept[:limit]


def gram_rows(form: str) -> QuerySet[NameGram]:
    """Return the rows of the rarest-looking gram of ``form``, narrowed by its other pairs where it has some."""
    if len(form) == 1:
        return NameGram.objects.filter(gram=form)
    pairs = list(dict.fromkeys(form[place : place + 2] for place in range(min(len(form), 16) - 1)))
    # The last pair of a name is rarer than one that begins with a surname; of a long name any inner one will do.
    rows = NameGram.objects.filter(gram=pairs[-1])
    for pair in pairs[:-1][:4]:
        rows = rows.filter(Exists(NameGram.objects.filter(gram=pair, customer_id=OuterRef("customer_id"))))
    return rows


def skip_rows(form: str) -> QuerySet[NameGram]:
    """Return rows that share a pair, or first and third character, with a name of three or more characters."""
    pairs = {form[place : place + 2] for place in range(len(form) - 1)}
    if len(form) == 3:
        pairs.add(form[0] + form[2])
    return NameGram.objects.filter(gram__in=sorted(pairs))


def key_rows(letters: str, *, prefix: bool) -> QuerySet[NameKey]:
    """Return the pinyin and initials rows equal to ``letters``, or beginning with them."""
    if not prefix:
        return NameKey.objects.filter(kind__in=("F", "I"), key=letters)
    return NameKey.objects.filter(Q(kind="F") | Q(kind="I"), key__gte=letters, key__lt=letters + LAST)


def initialled(keys: Iterable[str]) -> QuerySet[NameKey]:
    """Return the rows whose initials are one of ``keys``."""
    return NameKey.objects.filter(kind="I", key__in=sorted(keys))


def spelled(keys: Iterable[str]) -> QuerySet[NameKey]:
    """Return the full-pinyin rows equal to one of ``keys``."""
    return NameKey.objects.filter(kind="F", key__in=sorted(keys))
