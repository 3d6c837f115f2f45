"""PostgreSQL is backed up by pgBackRest; here it is called, marked and proven (PLT-12, deploy/pgbackrest).

pgBackRest copies the cluster and its log into its own repositories. What is ours is the moment: a restore point at
which the rows of every table are counted, so that a restore to that point can be compared row by row.
"""

import json
import shlex
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
from django.conf import settings
from django.db import connection
from psycopg import sql

from keyuan.kernel.errors import Refused
from keyuan.platform.backup.child import run_on
from keyuan.platform.backup.config import Place, Plan
from keyuan.platform.backup.faults import Flawed
from keyuan.platform.backup.manifest import Contents, Table, made_at

BOOK = "book"
LONGEST = 12 * 3600
#: Writers wait at most so long for the moment of the restore point; then we let them go and try again.
LOCK_SECONDS, LOCK_TRIES = 2, 10
START_SECONDS = 600
FULL_ON = 6  # Sunday: a whole copy; on the other days what changed since.
#: Rows as text must not depend on who asks.
PLAIN = ("SET TimeZone='UTC'", "SET DateStyle='ISO'", "SET bytea_output='hex'", "SET extra_float_digits=1")
KNOWN = frozenset({"run_as", "pgbackrest", "config", "stanza", "repos", "server", "scratch"})
Note = Callable[..., object]


def is_used() -> bool:
    """Tell whether the book stands in PostgreSQL."""
    return "postgresql" in str(settings.DATABASES["default"]["ENGINE"])


class Tool:
    """How pgBackRest is called here: ``[postgresql]`` in the file of destinations."""

    def __init__(self, options: Mapping[str, Any]) -> None:
        if not options.get("stanza") or set(options) - KNOWN:
            raise Refused("backup.pgbackrest_missing")
        self.run_as = [str(word) for word in options.get("run_as", ())]
        self.stanza = str(options["stanza"])
        self.repos = [int(number) for number in options.get("repos", (1,))]
        self.server = str(options.get("server") or shutil.which("postgres") or "postgres")
        self.scratch = Path(options["scratch"]) if "scratch" in options else None
        config = [f"--config={options['config']}"] if "config" in options else []
        self._command = [*self.run_as, str(options.get("pgbackrest", "pgbackrest")), *config]

    def command(self, *arguments: str) -> list[str]:
        """Return a whole call."""
        return [*self._command, f"--stanza={self.stanza}", "--log-level-console=warn", *arguments]

    def call(self, *arguments: str) -> str:
        """Call pgBackRest; return what it printed. Raises Refused ``backup.pgbackrest`` with its last line."""
        return run(self.command(*arguments))

    def labels(self, name: str) -> dict[int, str]:
        """Return the label that backup ``name`` has in each repository."""
        found: dict[int, str] = {}
        for stanza in json.loads(self.call("info", "--output=json")):
            for backup in stanza["backup"]:
                if backup.get("annotation", {}).get("keyuan") == name:
                    found[int(backup["database"]["repo-key"])] = str(backup["label"])
        return found


def run(command: Sequence[str]) -> str:
    """Run a program of PostgreSQL's. Raises Refused ``backup.pgbackrest``."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=LONGEST)  # noqa: S603 - the operator's own words
    except OSError as error:
        raise Refused("backup.pgbackrest", why=f"{type(error).__name__} {command[0]}") from error
    if done.returncode:
        lines = (done.stderr or done.stdout).strip().splitlines()
        raise Refused("backup.pgbackrest", why=" ".join(lines[-3:])[-300:])
    return done.stdout


def back_up(name: str, plan: Plan, say: Callable[[str], object]) -> tuple[dict[str, dict[str, Table]], dict[str, Any]]:
    """Let pgBackRest copy the cluster to each repository; return what the tables hold at the restore point, and where.

    The point is the same for all repositories. Raises Refused ``backup.pgbackrest``, ``backup.pgbackrest_missing``.
    """
    tool = Tool(plan.postgresql)
    kind = "full" if made_at(name).weekday() == FULL_ON else "diff"
    for repo in tool.repos:
        say(f"pgbackrest {repo}")
        tool.call(f"--repo={repo}", f"--type={kind}", f"--annotation=keyuan={name}", "--start-fast", "backup")
    say("counting")
    point = f"keyuan_{name}"
    tables = tables_at_point(point)
    # The log with the point has to have arrived everywhere: this switches it and waits.
    tool.call("check")
    return {BOOK: tables}, {"point": point, "stanza": tool.stanza, "labels": tool.labels(name)}


def tables_at_point(point: str) -> dict[str, Table]:
    """Set restore point ``point`` while nobody writes, and return what every table held at it.

    Writers wait for the few milliseconds in which the point is set and the moment is taken; the rows are counted
    afterwards, as they were, while writing goes on.
    """
    parameters = connection.get_connection_params()
    parameters.pop("cursor_factory", None)
    parameters.pop("context", None)
    with closing(psycopg.connect(**parameters)) as guard, closing(psycopg.connect(**parameters)) as reader:
        reader.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        reader.read_only = True
        names = _names(guard)
        guard.commit()
        _mark(guard, reader, names, point)
        return _tables(reader, names)


def _mark(guard: "psycopg.Connection[Any]", reader: "psycopg.Connection[Any]", names: list[str], point: str) -> None:
    tables = sql.SQL(", ").join(map(sql.Identifier, names))
    for attempt in range(1, LOCK_TRIES + 1):
        try:
            guard.execute(sql.SQL("SET LOCAL lock_timeout = {}").format(sql.Literal(f"{LOCK_SECONDS}s")))
            guard.execute(sql.SQL("LOCK TABLE {} IN SHARE MODE").format(tables))
        except psycopg.errors.LockNotAvailable:
            guard.rollback()
            if attempt == LOCK_TRIES:
                raise
            continue
        guard.execute("SELECT pg_create_restore_point(%s)", [point])
        # The first look takes the reader's moment, while the locks keep writers out.
        reader.execute("SELECT 1")
        guard.commit()
        return


def _names(opened: "psycopg.Connection[Any]") -> list[str]:
    rows = opened.execute("SELECT tablename FROM pg_tables WHERE schemaname = current_schema() ORDER BY 1").fetchall()
    return [str(name) for (name,) in rows]


def _tables(opened: "psycopg.Connection[Any]", names: list[str]) -> dict[str, Table]:
    for statement in PLAIN:
        opened.execute(sql.SQL(statement))
    found = {}
    for name in names:
        # A sum of 64-bit hashes of whole rows: the same whatever the order, computed where the rows are.
        query = "SELECT count(*), coalesce(sum(hashtextextended(t::text, 0)::numeric), 0)::text FROM {} t"
        row = opened.execute(sql.SQL(query).format(sql.Identifier(name))).fetchone()
        count, digest = row if row else (0, "")
        found[name] = Table(int(count), str(digest))
    return found


def verify(contents: Contents, place: Place, plan: Plan, work: Path, note: Note) -> None:
    """Restore the cluster of a backup to its point in a scratch folder, start it and compare. Raises Flawed.

    The first destination is proven together with the first repository, the second with the second.
    """
    tool = Tool(plan.postgresql)
    position = [item.name for item in plan.places].index(place.name)
    repo = tool.repos[position % len(tool.repos)]
    with scratch_cluster(tool, contents, repo, work) as url, closing(psycopg.connect(url)) as restored:
        note("postgresql", repo=repo)
        expected = contents.tables[BOOK]
        names = _names(restored)
        if names != sorted(expected):
            raise Flawed("tables", file=BOOK, names=", ".join(sorted(set(names) ^ set(expected))))
        found = _tables(restored, names)
        for table, facts in expected.items():
            if found[table].rows != facts.rows:
                raise Flawed("rows", table=table, found=found[table].rows, expected=facts.rows)
            if found[table].digest != facts.digest:
                raise Flawed("digest", table=table)
        restored.rollback()
        note("rows", tables=len(names), rows=sum(table.rows for table in found.values()))
        for line in run_on(work, "backup", "check", DATABASE_URL=url).splitlines():
            finding = json.loads(line)
            note(finding.pop("key"), **finding)


@contextmanager
def scratch_cluster(tool: Tool, contents: Contents, repo: int, work: Path) -> Iterator[str]:
    """Restore a backup's cluster and serve it on a Unix socket for the length of the block; give its address."""
    folder = (tool.scratch or work) / f"pg-{contents.name}-{repo}"
    run([*tool.run_as, "mkdir", "-m", "700", "-p", f"{folder}/data"])
    try:
        run(tool.command(*restore_words(contents, repo, f"{folder}/data")))
        server = subprocess.Popen(  # noqa: S603 - the operator's own words
            [*tool.run_as, tool.server, "-D", f"{folder}/data", "-k", str(folder), *SERVER],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            yield _ready(server, folder)
        finally:
            server.send_signal(signal.SIGINT)
            server.wait(timeout=120)
    finally:
        run([*tool.run_as, "rm", "-rf", str(folder)])


#: A scratch server talks to nobody, archives nothing, and need not survive.
SERVER = [
    word for option in ("listen_addresses=", "archive_mode=off", "fsync=off", "ssl=off") for word in ("-c", option)
]


def _ready(server: "subprocess.Popen[bytes]", folder: Path) -> str:
    """Wait until the server has replayed its log to the point and takes queries; return its address."""
    own = settings.DATABASES["default"]
    user, name = quote(str(own["USER"])), quote(str(own["NAME"]))
    url = f"postgresql://{user}@/{name}?host={folder}"
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with psycopg.connect(url, connect_timeout=5) as opened:
                row = opened.execute("SELECT pg_is_in_recovery()").fetchone()
                if row is not None and not row[0]:
                    return url
        except psycopg.OperationalError:
            pass
        time.sleep(0.2)
    raise Flawed("cluster", folder=folder.name)


def restore_words(contents: Contents, repo: int, data: str) -> list[str]:
    """Return what pgBackRest is told to restore a backup to its point."""
    labels = {int(key): label for key, label in contents.external["labels"].items()}
    if repo not in labels:
        raise Flawed("absent", name=contents.name, part=f"repo {repo}")
    return [
        f"--repo={repo}",
        f"--set={labels[repo]}",
        f"--pg1-path={data}",
        "--type=name",
        f"--target={contents.external['point']}",
        "--target-action=promote",
        # The point was set on the time line of the backup; a later recovery may have begun another.
        "--target-timeline=current",
        "restore",
    ]


def restore_hint(contents: Contents) -> dict[str, str]:
    """Return the call that restores the cluster of a backup, for the operator to run on the stopped server."""
    labels = {int(key): label for key, label in contents.external["labels"].items()}
    repo = min(labels)
    words = [word for word in restore_words(contents, repo, "") if not word.startswith("--pg1-path")]
    return {"run": shlex.join(["pgbackrest", f"--stanza={contents.external['stanza']}", "--delta", *words])}
