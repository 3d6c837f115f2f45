"""Searching: conditions that name few customers first, names by grams and spelling, then typing errors; ranked."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.db.models import QuerySet

from keyuan.customers.models import CustomerSummary
from keyuan.customers.rules.query import Kind, Piece, abbreviated, differs_by_one, fits_runs, one_edit_away, understand
from keyuan.customers.selectors.scope import summaries_visible_to
from keyuan.customers.selectors.search import candidates
from keyuan.kernel.actor import Actor
from keyuan.kernel.identifiers.regions import place_codes, provinces
from keyuan.kernel.names import pinyin_readings, search_form, syllables

#: Candidates looked at before ranking.
POOL = 150
SHORTEST_PLACE = 2
#: Ways to fit, best first; pages say each in words ("why matched").
RANKS = (
    "customer_no", "identity", "phone", "policy_no", "plate", "vin", "claim_no", "exact", "phone_tail", "identity_tail",
    "policy_tail", "prefix", "substring", "mixed", "pinyin", "initials", "pinyin_prefix", "region", "homophone",
    "one_wrong", "typing_error",
)  # fmt: skip
RANK = {kind: place for place, kind in enumerate(RANKS)}
TIERS = {"DIAMOND": 0, "PLATINUM": 1, "GOLD": 2}


@dataclass(frozen=True, slots=True)
class Found:
    """A customer that fits, and why."""

    summary: CustomerSummary
    why: str


class _Search:
    """One search by one actor."""

    def __init__(self, actor: Actor, now: datetime) -> None:
        self.actor = actor
        self.reach = summaries_visible_to(actor, now=now)
        self.seeing = candidates.Seeing(actor, now)

    def ids(self, source: QuerySet[Any], limit: int = POOL) -> list[int]:
        """Return ids of ``source`` in reach."""
        return self.seeing.find(source, limit)


def search_customers(actor: Actor, typed: str, *, now: datetime, limit: int = 20) -> list[Found]:
    """Return the customers in the actor's reach that fit every piece of ``typed``, best first (CUS-4).

    Typing errors are forgiven only where nothing fits as typed. At most ``limit`` rows, which stay masked.
    """
    pieces = understand(typed)
    if not pieces:
        return []
    search = _Search(actor, now)
    found = _as_typed(search, pieces) or _with_one_error(search, pieces)
    return sorted(found, key=lambda hit: _order(hit, actor))[:limit]


def _order(hit: Found, actor: Actor) -> tuple[int, bool, int, int, int]:
    summary = hit.summary
    served_by_me = summary.servicing_agent_id is not None and summary.servicing_agent_id == actor.scope.agent_id
    return RANK.get(hit.why, 99), not served_by_me, TIERS.get(summary.tier, 3), -summary.annual_premium, summary.pk


def _as_typed(search: _Search, pieces: list[Piece]) -> list[Found]:
    """Return customers that fit every piece exactly as typed."""
    numbers = {piece: candidates.by_numbers(piece) for piece in pieces if _may_be_number(piece)}
    words = [piece for piece in pieces if piece not in numbers]
    sure = [ids for piece, ids in numbers.items() if not piece.is_a(Kind.LATIN)]
    if sure:
        shared = set.intersection(*(set(ids) for ids in sure))
        pool = search.reach.filter(pk__in=sorted(shared)[: candidates.CAP])
        reasons = {pk: min((ids[pk] for ids in sure), key=lambda kind: RANK.get(kind, 99)) for pk in shared}
        rest = words + [piece for piece in numbers if piece.is_a(Kind.LATIN)]
        return [Found(row, reasons[row.pk]) for row in pool if all(why_fits(row, piece) for piece in rest)]
    return _by_words(search, pieces, numbers)


def _may_be_number(piece: Piece) -> bool:
    return not (piece.is_a(Kind.MIXED) or piece.kinds in ((Kind.NAME,), (Kind.LATIN, Kind.NAME)))


def _by_words(search: _Search, pieces: list[Piece], numbers: dict[Piece, dict[int, str]]) -> list[Found]:
    lead = max(pieces, key=lambda piece: (not _is_place(piece), not piece.text.isascii(), len(piece.text)))
    ids = _name_ids(search, lead)
    coded = numbers.get(lead, {})
    ids += candidates.within([pk for pk in coded if pk not in ids], search.seeing.among, POOL)
    found = []
    for row in CustomerSummary.objects.filter(pk__in=ids[: POOL * 2]):
        reasons = [
            coded.get(row.pk) or why_fits(row, piece) if piece is lead else why_fits(row, piece) for piece in pieces
        ]
        if all(reasons):
            found.append(Found(row, min((str(reason) for reason in reasons), key=lambda kind: RANK.get(kind, 99))))
    return found


def _is_place(piece: Piece) -> bool:
    return piece.kinds == (Kind.NAME,) and bool(_codes_of(piece.text))


@lru_cache(maxsize=4096)
def _codes_of(text: str) -> tuple[str, ...]:
    """Return the beginnings of region codes of provinces, cities and counties whose name begins with ``text``."""
    if len(text) < SHORTEST_PLACE:
        return ()
    named = [(name, codes) for name, codes in place_codes().items() if name.startswith(text)]
    codes = {code for _, group in named for code in group}
    codes |= {code for code, name in provinces().items() if name.startswith(text)}
    return tuple(sorted(code.removesuffix("00").removesuffix("00") for code in codes))


def _name_ids(search: _Search, piece: Piece) -> list[int]:
    """Return candidates in reach whose name may fit ``piece``."""
    if piece.is_a(Kind.MIXED):
        characters = max((run for run in piece.runs if not run.isascii()), key=len)
        return search.ids(candidates.gram_rows(characters), POOL * 2)
    ids = search.ids(candidates.gram_rows(piece.text)) if piece.is_a(Kind.NAME) else []
    if piece.is_a(Kind.LATIN):
        ids = [*search.ids(candidates.key_rows(piece.text, prefix=False)), *ids]
        if len(ids) < POOL // 4:
            ids += search.ids(candidates.key_rows(piece.text, prefix=True), POOL // 2)
        if not ids:
            ids = search.ids(candidates.initialled(abbreviated(piece.text)), POOL * 2)
    return list(dict.fromkeys(ids))


def why_fits(row: CustomerSummary, piece: Piece) -> str | None:
    """Return in which way a customer's name or place fits a piece, None when it does not."""
    form = search_form(row.name)
    if piece.is_a(Kind.NAME) or not piece.is_a(Kind.MIXED):
        if form == piece.text:
            return "exact"
        if form.startswith(piece.text):
            return "prefix"
        if piece.text in form:
            return "substring"
    if piece.is_a(Kind.LATIN):
        return _why_spelled(row.name, piece.text)
    if piece.is_a(Kind.MIXED):
        return "mixed" if fits_runs(form, syllables(row.name), piece.runs) else None
    if row.region_code and row.region_code.startswith(_codes_of(piece.text)):
        return "region"
    return None


def _why_spelled(name: str, letters: str) -> str | None:
    readings = pinyin_readings(name)
    if any(full == letters for full, _ in readings):
        return "pinyin"
    if any(short == letters for _, short in readings):
        return "initials"
    if any(full.startswith(letters) or short.startswith(letters) for full, short in readings):
        return "pinyin_prefix"
    return "mixed" if fits_runs(search_form(name), syllables(name), (letters,)) else None


def _with_one_error(search: _Search, pieces: list[Piece]) -> list[Found]:
    """Return customers whose name is one typing error away; only for a single piece that is a name or its spelling."""
    if len(pieces) != 1:
        return []
    piece = pieces[0]
    if piece.is_a(Kind.LATIN) and len(piece.text) >= 4:
        ids = search.ids(candidates.spelled(one_edit_away(piece.text)))
        return [Found(row, "typing_error") for row in CustomerSummary.objects.filter(pk__in=ids)]
    if piece.kinds != (Kind.NAME,) or len(piece.text) < 2:
        return []
    sounds = {full for full, _ in pinyin_readings(piece.text)}
    ids = search.ids(candidates.spelled(sounds))
    found = [
        Found(row, "homophone")
        for row in CustomerSummary.objects.filter(pk__in=ids)
        if len(search_form(row.name)) == len(piece.text)
    ]
    if len(piece.text) >= 3:
        known = {hit.summary.pk for hit in found}
        near = CustomerSummary.objects.filter(pk__in=search.ids(candidates.skip_rows(piece.text)))
        found += [
            Found(row, "one_wrong")
            for row in near
            if row.pk not in known and differs_by_one(search_form(row.name), piece.text)
        ]
    return found


def phones_of(ids: list[int]) -> dict[int, Any]:
    """Return the sealed phone that lists show of each customer."""
    rows = CustomerSummary.objects.filter(pk__in=ids, primary_phone__isnull=False).select_related("primary_phone")
    return {row.pk: row.primary_phone.phone for row in rows if row.primary_phone is not None}
