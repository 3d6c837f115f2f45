"""Claimed, read, written and held: the two sides of a delivery beside each other (PLT-14)."""

from dataclasses import dataclass, field
from typing import Any

from keyuan.integrations.models import Delivery, DeliveryPart
from keyuan.platform.imports.reports import Reason, control_sums, field_label, reasons
from keyuan.platform.imports.selectors import commonest_issues, mapping_of
from keyuan.platform.imports.targets import Target, targets
from keyuan.platform.models.import_job import ImportIssue, ImportJob

PAGE = 100


@dataclass(slots=True)
class SumLine:
    """One amount: what the other side claimed of it and where every cent went; None is not claimed, not known."""

    label: str
    currency: str
    claimed: int | None
    read: int | None
    taken: int | None
    refused: int | None
    held: int | None

    @property
    def differs(self) -> bool:
        """Tell whether the two sides disagree."""
        return self.claimed is not None and self.claimed != self.read


@dataclass(slots=True)
class PartView:
    """One part with its counts and amounts on both sides."""

    name: str
    target: Any
    rows_claimed: int | None
    rows_read: int | None
    created: int
    updated: int
    unchanged: int
    refused: int
    held: int | None
    sums: list[SumLine]
    import_id: int | None
    import_url: str = ""
    is_written: bool = False
    commonest: list[tuple[int, Reason]] = field(default_factory=list)

    @property
    def taken(self) -> int | None:
        """The rows that were not refused."""
        return None if self.rows_read is None else self.rows_read - self.refused

    @property
    def differs(self) -> bool:
        """Tell whether the two sides count different rows."""
        return None not in (self.rows_claimed, self.rows_read) and self.rows_claimed != self.rows_read


def compared(delivery: Delivery, part: DeliveryPart) -> PartView:
    """Return one part of a delivery as the reconciliation shows it."""
    found: ImportJob | None = part.import_job
    target = targets.get(found.target if found else part.target or delivery.connector.target)
    book = delivery.book.get("targets", {}).get(target.key if target else "", {})
    view = PartView(
        name=part.name,
        target=target.label if target else part.target,
        rows_claimed=part.rows_claimed,
        rows_read=found.rows_read if found else None,
        created=found.created if found else 0,
        updated=found.updated if found else 0,
        unchanged=found.unchanged if found else 0,
        refused=found.refused if found else 0,
        held=book.get("rows"),
        sums=_sums(part, found, target, book.get("totals", {})),
        import_id=found.pk if found else None,
        is_written=part.stage in (DeliveryPart.Stage.WRITING, DeliveryPart.Stage.DONE),
    )
    if found is not None and found.refused:
        common = commonest_issues(found)
        words = reasons(found, (issue for _rows, issue in common))
        view.commonest = list(zip((rows for rows, _issue in common), words, strict=True))
    return view


def _sums(part: DeliveryPart, found: ImportJob | None, target: Target | None, held: dict[str, int]) -> list[SumLine]:
    if found is None or not found.mapping:
        return [SumLine(name, "", claimed, None, None, None, None) for name, claimed in part.totals_claimed.items()]
    mapping, left = mapping_of(found), dict(part.totals_claimed)
    lines = []
    for key, total in zip(found.sums, control_sums(found), strict=True):
        rule = mapping.fields.get(key)
        names = [key, *(rule.sources if rule else ())]
        claimed = next((left.pop(name) for name in names if name in left), None)
        lines.append(
            SumLine(
                field_label(target, key), total.currency, claimed, total.read.amount_minor, total.taken.amount_minor,
                total.refused.amount_minor, held.get(key),
            )
        )  # fmt: skip
    return lines + [SumLine(name, "", claimed, None, None, None, None) for name, claimed in left.items()]


def refused_rows(parts: list[DeliveryPart], after: str) -> tuple[list[tuple[str, Reason]], str]:
    """Return some refused rows (file, reason) behind the cursor ``after``, and the cursor behind them; never values."""
    ids = [part.import_job_id for part in parts if part.import_job_id]
    rows = ImportIssue.objects.filter(import_job_id__in=ids).select_related("import_job").order_by("pk")
    if after.isdecimal() and len(after) <= 18:
        rows = rows.filter(pk__gt=int(after))
    some = list(rows[: PAGE + 1])
    shown = some[:PAGE]
    words = [(issue.import_job.file_name, reasons(issue.import_job, [issue])[0]) for issue in shown]
    return words, str(shown[-1].pk) if len(some) > PAGE else ""
