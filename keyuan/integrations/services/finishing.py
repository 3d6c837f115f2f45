"""A delivery that was written: what it says, what was read, what stands in the book, side by side (PLT-14)."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db.models import F
from django.db.models.functions import Coalesce, Greatest

from keyuan.integrations import permissions
from keyuan.integrations.extensions import holdings
from keyuan.integrations.models import Connector, Delivery, DeliveryPart
from keyuan.integrations.rules.claims import differences
from keyuan.integrations.services.moving import actor_for, tell
from keyuan.integrations.services.planning import counted
from keyuan.kernel.errors import Refused
from keyuan.platform.audit import Action, Subject, record
from keyuan.platform.imports.selectors import target_of
from keyuan.platform.jobs import Progress
from keyuan.platform.models.import_job import ImportJob

State = Delivery.State
COUNTS = ("rows_read", "created", "updated", "unchanged", "refused")


def finish(job: Progress, delivery: Delivery, parts: list[DeliveryPart], *, now: Callable[[], datetime]) -> None:
    """Close a delivery whose parts are all written: counts, the book as it stands now, number, audit, notice."""
    imports = [part.import_job for part in parts if part.import_job is not None]
    book = book_of(delivery.connector, {import_job.target for import_job in imports})
    found = next((reason for part in parts if (reason := difference_of(part)) is not None), None)
    ended_at = now()
    with job.step():
        for name in COUNTS:
            setattr(delivery, name, sum(getattr(import_job, name) for import_job in imports))
        delivery.book = {"at": ended_at.isoformat(), "targets": book}
        delivery.state = State.DIFFERENT if found else State.LOADED
        delivery.reason = found.code if found else ""
        delivery.reason_params = dict(found.params) if found else {}
        delivery.ended_at = ended_at
        delivery.save()
        count_number(delivery)
        detail = {"connector": delivery.connector.key, **{name: getattr(delivery, name) for name in COUNTS}}
        subject = Subject("delivery", delivery.pk)
        record(actor_for(delivery.connector), Action.IMPORT, subject, detail=detail, now=ended_at)
        if found is not None:
            tell(delivery, permissions.MANAGE, "connector.differs", ended_at)


def count_number(delivery: Delivery) -> None:
    """Let the connector go on behind a delivery's number, in the caller's transaction."""
    if delivery.sequence is None:
        return
    known = Coalesce(F("last_sequence"), delivery.sequence)
    Connector.objects.filter(pk=delivery.connector_id).update(last_sequence=Greatest(known, delivery.sequence))


def difference_of(part: DeliveryPart) -> Refused | None:
    """Return the first difference between what was claimed of a written part and what was taken."""
    import_job: ImportJob | None = part.import_job
    if import_job is None:
        return None
    found = counted(import_job, target_of(import_job))
    # No refused row at all: what the threshold lets pass is still a difference.
    return differences(part.rows_claimed, part.totals_claimed, found, 0, frozenset())


def book_of(connector: Connector, targets: set[str]) -> dict[str, Any]:
    """Count what the book holds of a connector's source, outside any transaction: seconds on a large book."""
    found = {}
    for key in sorted(targets):
        holding = holdings.get(key)
        if holding is not None:
            rows, totals = holding.count(connector.source)
            found[key] = {"rows": rows, "totals": totals}
    return found
