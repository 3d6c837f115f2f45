"""The proof: what was acknowledged is there exactly once, nothing else is, and everything fits together.

Each check yields sentences about what is wrong, with counts and numbers only. The caller has set Django up.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

from django.db import connections
from django.db.models import Count, Sum

from keyuan.customers.models import (
    BatchQuery,
    BatchQueryRow,
    ContactPoint,
    Customer,
    CustomerSummary,
    Interaction,
    NameKey,
    SourceKey,
    Task,
)  # fmt: skip
from keyuan.platform import clock
from keyuan.platform.audit.sealer import seal_all
from keyuan.platform.audit.verifier import verify_all
from keyuan.platform.crypto import cipher
from keyuan.platform.crypto.keyring import ring
from keyuan.platform.crypto.rotation import sealed_columns
from keyuan.platform.files import vault
from keyuan.platform.lists.export import export_path
from keyuan.platform.models import (
    Attachment,
    AuditEvent,
    BulkChunk,
    BulkRun,
    Export,
    FailedJob,
    ImportJob,
    JobRun,
    OutboxEvent,
    TrackedJob,
)  # fmt: skip
from keyuan.policies.models import Policy, PolicyKey
from tests.faults import ledger

Wrong = Iterator[str]
Entries = list[dict]


def edits(found: Entries) -> Wrong:
    """Every customer holds the value acknowledged last, and each acknowledged change stands on the trail once."""
    last = {entry["customer"]: entry["value"] for entry in found}
    there = dict(Customer.objects.filter(pk__in=last).values_list("pk", "note"))
    lost = [pk for pk, value in last.items() if there[pk] != value]
    yield from missing("edits lost", len(lost))
    events = AuditEvent.objects.filter(subject_kind="customer", action="update", subject_id__in=last)
    noted = Counter(events.values_list("subject_id", flat=True))
    asked = Counter(entry["customer"] for entry in found)
    yield from missing("edits without event", sum((asked - noted).values()))
    yield from missing("edits with two events", sum((noted - asked).values()))


def customers(found: Entries) -> Wrong:
    """Each entered customer is there once, whole, readable and on the trail."""
    names = {entry["name"]: entry for entry in found}
    there = Counter(Customer.objects.filter(name__startswith="故障").values_list("name", flat=True))
    yield from once("customers", names, there)
    ids = [entry["id"] for entry in found]
    points = {point.customer_id: point for point in ContactPoint.objects.filter(customer_id__in=ids)}
    closed = [
        entry for entry in found if entry["id"] not in points or not points[entry["id"]].phone.equals(entry["phone"])
    ]
    yield from missing("phones unreadable", len(closed))
    yield from missing("customers without summary", len(ids) - CustomerSummary.objects.filter(pk__in=ids).count())
    searched = NameKey.objects.filter(customer_id__in=ids).values("customer_id").distinct().count()
    yield from missing("customers not to be found", len(ids) - searched)
    yield from trail("customer", ids)


def interactions(found: Entries) -> Wrong:
    """Each contact is there once and on the trail."""
    rows = Interaction.objects.filter(summary__startswith="联系 ").values_list("summary", "pk")
    yield from once("contacts", {entry["text"] for entry in found}, Counter(summary for summary, _pk in rows))
    yield from trail("interaction", [pk for _summary, pk in rows])


def tasks(found: Entries) -> Wrong:
    """Each task is there once and on the trail."""
    rows = Task.objects.filter(title__startswith="联系 ").values_list("title", "pk")
    yield from once("tasks", {entry["text"] for entry in found}, Counter(title for title, _pk in rows))
    yield from trail("task", [pk for _title, pk in rows])


def files(found: Entries) -> Wrong:
    """Each file is there once and opens as what was sent."""
    sent = {entry["name"]: entry["sha256"] for entry in found}
    kept = list(Attachment.objects.filter(name__in=sent))
    yield from once("files", sent, Counter(file.name for file in kept))
    wrong = 0
    for file in kept:
        digest = hashlib.sha256()
        for block in vault.read(file.storage_name, bytes(file.wrapped_key)):
            digest.update(block)
        wrong += digest.hexdigest() != sent[file.name]
    yield from missing("files unreadable", wrong)


def bulk(found: Entries) -> Wrong:
    """Each bulk action ran once, over all its rows, and each row got one task."""
    asked = Counter(entry["title"] for entry in found)
    kept = [run for run in BulkRun.objects.all() if run.data.get("title") in asked]
    yield from missing("bulk actions run twice", len(kept) - len({run.data["title"] for run in kept}))
    runs = {run.data["title"]: run for run in kept}
    yield from missing("bulk actions lost", len(found) - len(runs))
    made = Task.objects.filter(title__startswith="批量 ").values("title")
    counted = {row["title"]: row["n"] for row in made.annotate(n=Count("pk"))}
    each = {row["title"]: row["n"] for row in made.annotate(n=Count("customer", distinct=True))}
    for entry in found:
        run = runs.get(entry["title"])
        if run is None:
            continue
        rows = sum(len(ids) for ids in BulkChunk.objects.filter(run=run).values_list("ids", flat=True))
        if not (run.status == "DONE" and run.done + run.refused == run.total == rows):
            yield f"a bulk action is {run.status}: {run.done} + {run.refused} of {run.total}, {rows} in chunks"
        if not counted.get(entry["title"], 0) == each.get(entry["title"], 0) == run.done:
            yield f"a bulk action of {run.done} rows made {counted.get(entry['title'], 0)} tasks"
    yield from missing("bulk actions nobody asked for", len(set(counted) - {entry["title"] for entry in found}))


def batches(found: Entries) -> Wrong:
    """Each batch is there once and told every line."""
    for entry in found:
        queries = list(BatchQuery.objects.filter(name=entry["name"]))
        rows = BatchQueryRow.objects.filter(query__in=queries)
        seen = [(query.is_done, query.total, query.matched, query.unmatched) for query in queries]
        due = [(True, entry["rows"], entry["matched"], entry["rows"] - entry["matched"])]
        if seen != due or rows.count() != entry["rows"] or rows.filter(status="W").exists():
            yield f"a batch is {seen} with {rows.count()} rows and should be {due}"


def exports(found: Entries) -> Wrong:
    """Each export is there once and its file can be fetched."""
    for entry in found:
        made = list(Export.objects.filter(reason=entry["reason"]))
        if [export.status for export in made] != ["READY"] or not export_path(made[0]).stat().st_size:
            yield f"an export is {[export.status for export in made]}"


def imports(found: Entries) -> Wrong:
    """Each imported file is in the book once: rows, sums, customers, keys."""
    for entry in found:
        keys = PolicyKey.objects.filter(source=f"faults-{entry['key']}")
        policies = Policy.objects.filter(pk__in=keys.values("policy"))
        who = SourceKey.objects.filter(source=f"faults-{entry['key']}").count()
        seen = (keys.count(), policies.count(), policies.aggregate(Sum("annual_premium"))["annual_premium__sum"], who)
        due = (entry["rows"], entry["rows"], entry["total"], (entry["rows"] + 1) // 2)
        if seen != due:
            yield f"an import is {seen} and should be {due}"
    yield from missing("imports not over", ImportJob.objects.exclude(lock_key=None).count())


def rotations(found: Entries) -> Wrong:
    """Every rotation ended, every sealed value opens, and the last rotation left nothing behind."""
    jobs = list(TrackedJob.objects.filter(kind="keys.rotate").order_by("pk"))
    if len(jobs) < len(found) or any(job.status != "done" for job in jobs):
        yield f"{len(found)} rotations acknowledged, {[job.status for job in jobs]}"
    versions: Counter[int] = Counter()
    for column in sealed_columns():
        after = None
        while rows := column.rows(after):
            for key, blob in rows:
                after = key
                cipher.decrypt(column.field_key, blob)
                versions[cipher.version_of(blob)] += 1
    newest = max((int(job.params["version"]) for job in jobs), default=0)
    # A rotation that was killed between ring and database leaves a key that only later values use.
    yield from missing("values left under old keys", sum(n for version, n in versions.items() if version < newest))
    yield from missing("values under unknown keys", len(set(versions) - set(ring().data_keys)))


def jobs(_found: Entries) -> Wrong:
    """No job is lost, stuck, failed or parked."""
    open_jobs = TrackedJob.objects.exclude(status="done")
    yield from missing("watched jobs not done", open_jobs.count())
    for job in open_jobs[:5]:
        yield f"job {job.kind} is {job.status}: {job.error} {job.error_trace[-300:]}".rstrip()
    for failed in FailedJob.objects.all()[:5]:
        yield f"parked: {failed.path} {failed.error} {failed.trace[-300:]}".rstrip()
    for event in OutboxEvent.objects.exclude(status="pending", attempts=0)[:5]:
        yield f"event {event.handler} is {event.status}: {event.error[-300:]}"
    yield from missing(
        "claims without process", JobRun.objects.exclude(started_at__gt=clock.now() - timedelta(minutes=1)).count()
    )


def trail_verified(_found: Entries) -> Wrong:
    """The audit trail is whole."""
    seal_all(clock.now())
    verdict = verify_all(clock.now())
    if verdict.breach is not None:
        yield f"the audit trail: {verdict.breach.code} at {verdict.breach.sequence}"


def database(_found: Entries) -> Wrong:
    """The database itself is whole: pages, indexes, foreign keys."""
    for alias in connections:
        with connections[alias].cursor() as cursor:
            if connections[alias].vendor == "sqlite":
                yield from (f"{alias}: {row[0]}" for row in rows_of(cursor, "PRAGMA integrity_check") if row[0] != "ok")
                strays = rows_of(cursor, "PRAGMA foreign_key_check")
                yield from missing(f"{alias}: rows that point nowhere", len(strays))
            else:
                yield from indexes_of(cursor)


def indexes_of(cursor) -> Wrong:
    """Check every B-tree and heap of a PostgreSQL database with its own tool, where it is installed."""
    offered = rows_of(cursor, "SELECT count(*) FROM pg_available_extensions WHERE name = 'amcheck'")
    if not offered[0][0]:
        yield "amcheck is not installed: indexes were not checked"
        return
    cursor.execute("CREATE EXTENSION IF NOT EXISTS amcheck")
    cursor.execute(
        "SELECT bt_index_check(c.oid, true) FROM pg_class c JOIN pg_am a ON a.oid = c.relam JOIN pg_namespace n"
        " ON n.oid = c.relnamespace WHERE c.relkind = 'i' AND a.amname = 'btree' AND n.nspname = 'public'"
    )
    tables = rows_of(
        cursor, "SELECT oid::regclass FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
    )
    for (table,) in tables:
        cursor.execute("SELECT count(*) FROM verify_heapam(%s)", [table])
        yield from missing(f"{table}: broken tuples", cursor.fetchone()[0])


def rows_of(cursor, statement: str) -> list[tuple]:
    """Return the rows of a statement."""
    cursor.execute(statement)
    return list(cursor.fetchall())


def once(what: str, due, there: Counter) -> Wrong:
    """Compare what was acknowledged with how often each is there."""
    yield from missing(f"{what} lost", sum(key not in there for key in due))
    yield from missing(f"{what} doubled", sum(n - 1 for n in there.values() if n > 1))
    yield from missing(f"{what} nobody was told of", sum(key not in due for key in there))


def trail(kind: str, ids: list[int]) -> Wrong:
    """Each record was put on the trail exactly once when it was made."""
    noted = Counter(AuditEvent.objects.filter(subject_kind=kind, action="create").values_list("subject_id", flat=True))
    yield from missing(f"{kind}: made without event", sum(noted[pk] == 0 for pk in ids))
    yield from missing(f"{kind}: made with two events", sum(noted[pk] > 1 for pk in ids))


def missing(what: str, count: int) -> Wrong:
    """Say what is wrong, if anything is."""
    if count:
        yield f"{what}: {count}"


CHECKS: dict[str, Callable[[Entries], Wrong]] = {
    "edit": edits,
    "customer": customers,
    "interaction": interactions,
    "task": tasks,
    "file": files,
    "bulk": bulk,
    "batch": batches,
    "export": exports,
    "import": imports,
    "rotation": rotations,
    "jobs": jobs,
    "database": database,
    "trail": trail_verified,
}


def prove(path: Path) -> dict[str, object]:
    """Run every check against the ledger in ``path``; return what is wrong, which should be nothing."""
    acknowledged = ledger.read(path)
    wrong = [sentence for name, check in CHECKS.items() for sentence in check(acknowledged.get(name, []))]
    counts = {name: len(entries) for name, entries in acknowledged.items()}
    return {"wrong": wrong, "acknowledged": counts, "checks": len(CHECKS)}
