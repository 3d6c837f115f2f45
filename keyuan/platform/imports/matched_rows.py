"""Rows of an import beside the records they may be: a page of them for people, all of them as a file (CUS-8, PLT-9)."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import NotFound
from keyuan.platform.audit import Action, Subject, record
from keyuan.platform.imports.layouts import Layout, rows_of
from keyuan.platform.imports.matching import candidates_of
from keyuan.platform.imports.reading import FileReader, stem_of
from keyuan.platform.imports.reports import field_label, harmless
from keyuan.platform.imports.selectors import access_own_import, mapping_of, target_of
from keyuan.platform.imports.storage import opener_for
from keyuan.platform.imports.targets import Card, Matching, Target
from keyuan.platform.imports.wording import DECISIONS
from keyuan.platform.models.import_job import ImportJob, ImportMatch

PAGE_ROWS = 25
BATCH = 1000


@dataclass(frozen=True, slots=True)
class Shown:
    """A candidate as the page shows it."""

    record_id: int
    card: Card
    signs: tuple[Any, ...]

    @property
    def key(self) -> str:
        """Return the id as a form sends it."""
        return str(self.record_id)


@dataclass(frozen=True, slots=True)
class Compared:
    """A row with its candidates: ``lines`` are (label, text of the row, texts of the candidates, same as the first)."""

    match: ImportMatch
    candidates: list[Shown]
    lines: list[tuple[Any, str, list[str], bool]]
    chosen: str


def matching_of(target: Target) -> Matching:
    """Return how the target compares. Raises NotFound for one that does not."""
    if target.matching is None:
        raise NotFound("import.not_found")
    return target.matching


def match_page(import_job: ImportJob, *, decided: str = "", after: int = 0) -> tuple[list[ImportMatch], int]:
    """Return the next likely rows behind row ``after`` and where the following page begins, 0 for none.

    ``decided`` is empty for all, ``open`` for those that nobody decided one by one, else a decision.
    """
    rows = ImportMatch.objects.filter(import_job=import_job, row_number__gt=after)
    if decided:
        rows = rows.filter(decision="" if decided == "open" else decided)
    found = list(rows.order_by("row_number")[: PAGE_ROWS + 1])
    return found[:PAGE_ROWS], found[PAGE_ROWS - 1].row_number if len(found) > PAGE_ROWS else 0


def compared(actor: Actor, import_job: ImportJob, matches: Sequence[ImportMatch], now: datetime) -> list[Compared]:
    """Return rows side by side with the records that the actor sees; its rows are read from the file each time."""
    target = target_of(import_job)
    matching = matching_of(target)
    said = _said(import_job, target, matching, {match.row_number for match in matches})
    ids = {one.record_id for match in matches for one in candidates_of(match)}
    cards = matching.cards(actor, sorted(ids), now)
    return [_compared(match, target, matching, said.get(match.row_number, {}), cards) for match in matches]


def _compared(match: ImportMatch, target: Target, matching: Matching, said: dict[str, str], cards: Any) -> Compared:
    shown = [
        Shown(one.record_id, cards[one.record_id], tuple(matching.signs.get(sign, sign) for sign in one.signs))
        for one in candidates_of(match)
        if one.record_id in cards
    ]
    lines = []
    for key in matching.fields:
        mine, theirs = said.get(key, ""), [one.card.texts.get(key, "") for one in shown]
        if mine or any(theirs):
            lines.append((field_label(target, key), mine, theirs, bool(theirs) and mine == theirs[0]))
    chosen = match.decision
    if chosen == ImportJob.OnLikely.UPDATE and shown:
        chosen = f"{chosen}:{match.record_id or shown[0].record_id}"
    return Compared(match, shown, lines, chosen)


def _said(import_job: ImportJob, target: Target, matching: Matching, numbers: set[int]) -> dict[int, dict[str, str]]:
    """Return what the rows of those numbers say, as read by the mapping; nothing once the file is gone."""
    if not numbers or not import_job.storage_name:
        return {}
    layout = Layout.from_json(import_job.layout)
    reader = FileReader(mapping_of(import_job), target, layout.columns, import_job.file_name)
    wanted = []
    with closing(rows_of(opener_for(import_job), layout, after=min(numbers) - 1)) as rows:
        for number, cells in rows:
            if number in numbers:
                wanted.append((number, cells))
            if number >= max(numbers):
                break
    chunk = reader.read(wanted).chunk
    texts = {key: _texts(target, key, chunk.get(key)) for key in matching.fields}
    return {number: {key: texts[key][index] for key in matching.fields} for index, number in enumerate(chunk.numbers)}


def _texts(target: Target, key: str, values: Sequence[Any]) -> list[str]:
    found = target.field(key)
    words: dict[str, str] = {}
    for word, code in (found.choices if found else {}).items():
        words.setdefault(code, word)
    return ["" if value is None else words.get(value, str(value)) if words else str(value) for value in values]


def match_file(*, actor: Actor, import_id: int, now: datetime) -> tuple[str, Iterator[list[str]]]:
    """Return the name and the rows of a table of all likely rows: by what signs, what was decided, what was done.

    It names rows and records by number, never by value; that it was fetched is noted.
    """
    import_job = access_own_import(actor, import_id)
    matching = matching_of(target_of(import_job))
    with transaction.atomic():
        subject = Subject("import", import_job.pk)
        record(actor, Action.EXPORT, subject, reason="likely duplicates", detail={}, now=now)
    return f"{stem_of(import_job.file_name)}-likely.csv", _table(actor, import_job, matching, now)


def _table(actor: Actor, import_job: ImportJob, matching: Matching, now: datetime) -> Iterator[list[str]]:
    yield [_("Row number"), _("Known record"), _("Reasons of the match"), _("Decided how"), _("Result")]
    after = 0
    while rows := list(
        ImportMatch.objects.filter(import_job=import_job, row_number__gt=after).order_by("row_number")[:BATCH]
    ):
        cards = matching.cards(actor, [one.record_id for row in rows for one in candidates_of(row)], now)
        for row in rows:
            yield _table_row(row, cards, matching)
        after = rows[-1].row_number


def _table_row(row: ImportMatch, cards: Any, matching: Matching) -> list[str]:
    found = candidates_of(row)
    meant = [one for one in found if one.record_id == (row.record_id or found[0].record_id)]
    label = cards[meant[0].record_id].label if meant and meant[0].record_id in cards else ""
    signs = "、".join(str(matching.signs.get(sign, sign)) for one in meant for sign in one.signs)
    by = _("row by row") if row.decision else _("for the whole import")
    return [str(row.row_number), harmless(label), signs, by, str(DECISIONS.get(row.result, row.result))]
