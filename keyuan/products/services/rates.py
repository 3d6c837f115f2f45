"""Rate tables: read from a spreadsheet as a draft with findings, released by a second person, withdrawn (PRD-2)."""

import hashlib
import io
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import IO, Any

from django.db import IntegrityError, transaction

from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Conflict, Invalid, NotFound, Refused
from keyuan.platform.audit import Action, Subject, record
from keyuan.platform.files.content import safe_name
from keyuan.platform.imports import streams, tables, workbooks
from keyuan.products import permissions
from keyuan.products.models import Product, RateRow, RateTable
from keyuan.products.rules.pricing import DIMENSIONS, FLAT, PREMIUM, SUM
from keyuan.products.rules.rate_checks import RateLine, check_rates
from keyuan.products.rules.rate_files import find_columns, read_lines

MOST_BYTES = 20 * 1024 * 1024
CHUNK = 2_000


@dataclass(frozen=True, slots=True)
class RateDraft:
    """What is said about a table besides its rows; ``base`` in minor units, ``factors`` by frequency in bp."""

    label: str
    valid_from: date
    kind: str = "PREMIUM"
    basis: str = SUM
    base: int = 100_000
    factors: dict[str, int] = field(default_factory=dict)


def load_rates(
    *, actor: Actor, product_id: int, draft: RateDraft, file: IO[bytes], name: str, now: datetime
) -> RateTable:
    """Read a spreadsheet (CSV or XLSX) into a draft table with what was found in it; nobody is charged by a draft.

    Cells that cannot be read are findings like wrong values: the draft names all of them and cannot be released. Raises
    `Refused` rates.* for the file as a whole, rates.twice when this very file was read for the product before.
    """
    actor.require(permissions.EDIT)
    product = Product.objects.filter(pk=product_id).first()
    if product is None:
        raise NotFound("product.not_found")
    _check(draft)
    data = file.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise Refused("rates.too_large", field="file", megabytes=MOST_BYTES // 1024 // 1024)
    rows = iter(_rows(data))
    heading = next(rows, None)
    if heading is None:
        raise Refused("rates.empty", field="file")
    columns = find_columns(heading[1])
    lines, unread = read_lines(rows, columns)
    return keep_table(
        actor, product, draft, lines, columns.dimensions, now, file_name=safe_name(name),
        sha256=hashlib.sha256(data).hexdigest(), unread=unread,
    )  # fmt: skip


def keep_table(
    actor: Actor, product: Product, draft: RateDraft, lines: Sequence[RateLine], dimensions: Sequence[str],
    now: datetime, *, file_name: str = "", sha256: str = "", unread: Sequence[Refused] = (),
) -> RateTable:  # fmt: skip
    """Write a draft table with its rows and findings, ``unread`` cells among them."""
    ages = None
    if draft.kind == "PREMIUM" and product.issue_age_min is not None and product.issue_age_max is not None:
        ages = (product.issue_age_min, product.issue_age_max)
    findings = check_rates(lines, dimensions, ages=ages, unread=unread)
    with transaction.atomic():
        table = _table(actor, product, draft, dimensions, findings.to_json(), len(lines), file_name, sha256, now)
        for start in range(0, len(lines), CHUNK):
            RateRow.objects.bulk_create(_row(table, line) for line in lines[start : start + CHUNK])
        after = {"rate_table": table.pk, "label": draft.label, "rows": len(lines), "errors": findings.errors}
        record(actor, Action.CREATE, Subject("product", product.pk), after=after, now=now)
    return table


def _table(
    actor: Actor, product: Product, draft: RateDraft, dimensions: Sequence[str], findings: dict[str, Any],
    count: int, file_name: str, sha256: str, now: datetime,
) -> RateTable:  # fmt: skip
    try:
        with transaction.atomic():
            return RateTable.objects.create(
                product=product, kind=draft.kind, label=draft.label.strip()[:60], valid_from=draft.valid_from,
                basis=draft.basis, base=draft.base, factors=draft.factors,
                dimensions=[name for name in DIMENSIONS if name in dimensions], findings=findings, row_count=count,
                file_name=file_name[:120], sha256=sha256, made_by_id=actor.id, made_by_name=actor.name[:40],
                made_at=now,
            )  # fmt: skip
    except IntegrityError:
        raise Refused("rates.twice", field="file") from None


def _row(table: RateTable, line: RateLine) -> RateRow:
    key = line.key
    return RateRow(
        table=table, age=key.age, sex=key.sex, cover_term=key.cover_term, pay_term=key.pay_term,
        occupation=key.occupation, plan=key.plan, year=key.year, rate=line.rate, row_no=line.row,
    )  # fmt: skip


def _check(draft: RateDraft) -> None:
    wrong = []
    if not draft.label.strip():
        wrong.append(Refused("rates.no_label", field="label"))
    if draft.basis not in (SUM, PREMIUM, FLAT):
        wrong.append(Refused("rates.no_basis", field="basis"))
    if draft.basis != FLAT and draft.base <= 0:
        wrong.append(Refused("rates.no_base", field="base"))
    wrong += [
        Refused("rates.factor_range", field=f"factor_{mode}")
        for mode, value in draft.factors.items()
        if not 0 < value <= 20_000
    ]
    if wrong:
        raise Invalid(wrong)


def _rows(data: bytes) -> Iterable[tuple[int, list[str]]]:
    """Yield the numbered rows of a workbook's first sheet or of delimited text. Raises the `Refused` of imports."""
    if streams.kind_of(data[:8]) == "xlsx":
        workbooks.check_archive(data)
        yield from workbooks.read_sheet(data, workbooks.sheet_names(data)[0])
        return

    def opener() -> IO[bytes]:
        return io.BytesIO(data)

    encoding = streams.find_encoding(opener)
    delimiter = tables.guess_delimiter(tables.text_sample(opener(), encoding))
    with closing(tables.read_rows(opener(), encoding, delimiter)) as rows:
        yield from rows


def release_table(*, actor: Actor, table_id: int, version: int, now: datetime) -> RateTable:
    """Let a draft price from its first day on.

    Raises `Refused` rates.own_table (whoever read it in does not release it), rates.has_errors, and `Conflict`.
    """
    actor.require(permissions.APPROVE)
    with transaction.atomic():
        table = _locked(table_id, version, RateTable.Status.DRAFT)
        if table.made_by_id is not None and table.made_by_id == actor.id:
            raise Refused("rates.own_table")
        if table.findings.get("errors"):
            raise Refused("rates.has_errors", count=table.findings["errors"])
        table.status = RateTable.Status.RELEASED
        table.released_by_id, table.released_by_name = actor.id, actor.name[:40]
        table.released_at = now
        _finish(actor, table, "RELEASED", now)
    return table


def withdraw_table(*, actor: Actor, table_id: int, version: int, reason: str, now: datetime) -> RateTable:
    """Take a draft back, or stop a released table from pricing; its rows stay for what was priced by it.

    Raises `Refused` product.reason_missing and `Conflict`.
    """
    actor.require(permissions.EDIT)
    if not reason.strip():
        raise Refused("product.reason_missing", field="reason")
    with transaction.atomic():
        table = _locked(table_id, version, RateTable.Status.DRAFT, RateTable.Status.RELEASED)
        if table.status == RateTable.Status.RELEASED:
            actor.require(permissions.APPROVE)
        table.status = RateTable.Status.WITHDRAWN
        _finish(actor, table, "WITHDRAWN", now, reason)
    return table


def _locked(table_id: int, version: int, *statuses: str) -> RateTable:
    table = RateTable.objects.select_for_update().filter(pk=table_id).first()
    if table is None:
        raise NotFound("rates.not_found")
    if table.version != version or table.status not in statuses:
        raise Conflict("conflict", version=table.version)
    return table


def _finish(actor: Actor, table: RateTable, what: str, now: datetime, reason: str = "") -> None:
    table.version += 1
    table.save(update_fields=["status", "released_by_id", "released_by_name", "released_at", "version"])
    detail = {"rate_table": table.pk, "status": what}
    record(actor, Action.UPDATE, Subject("product", table.product_id), detail=detail, reason=reason, now=now)
