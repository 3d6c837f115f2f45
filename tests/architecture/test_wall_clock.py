"""``now`` is an argument of everything with a clock; only faces and jobs read the wall (decision 9)."""

import ast

import pytest

from tests.architecture.layout import context_of, expect_none, python_files, where

#: Calls that read the wall itself: they stand in one file.
WALL = {
    "datetime.now", "datetime.utcnow", "datetime.today", "date.today", "datetime.datetime.now", "datetime.date.today",
    "timezone.now", "timezone.localtime", "timezone.localdate", "time.time", "time.localtime",
}  # fmt: skip
WALL_FILE = "keyuan/platform/clock.py"
#: Engines of platform that time their own work (retry, lease, stream): a book fixed in the past must not stop them.
ENGINES = {"jobs", "events", "live", "notices"}
#: Calls that read the book's present: only these rows of a context may.
BOOK = {"clock.now", "clock.today"}
#: ``v1`` is the API, ``kit`` what its endpoints share.
FACES = {"views", "v1", "kit", "jobs", "jobs.py", "handlers", "handlers.py", "management", "middleware.py"}
#: Platform's own faces: what runs because a request, a worker or a template asks.
PLATFORM_FACES = FACES | {
    "context.py",
    "shell.py",
    "templatetags",
    "live",
    "clock.py",
    "palette.py",
    "audit",
    "running.py",
}


def dotted(node):
    """``a.b.c`` of a call's function, or nothing."""
    parts = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return ".".join([node.id, *reversed(parts)]) if isinstance(node, ast.Name) else ""


def readings(text, forbidden):
    """Lines of ``text`` that call one of ``forbidden``; a conversion of a given moment is no reading."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call) and dotted(node.func) in forbidden:
            converts = dotted(node.func) in {"timezone.localtime", "timezone.localdate", "time.localtime"} and node.args
            if not converts:
                yield node.lineno


def is_engine(path):
    """Tell whether a file belongs to an engine of platform."""
    return context_of(path) == "platform" and bool(ENGINES & set(path.parts))


def test_one_file_reads_the_wall():
    guilty = [
        where(path, line)
        for path in python_files()
        if where(path) != WALL_FILE and context_of(path) != "config" and not is_engine(path)
        for line in readings(path.read_text(encoding="utf-8"), WALL)
    ]

    expect_none(guilty)


def test_only_faces_and_jobs_ask_for_the_present():
    guilty = []
    for path in python_files():
        faces = PLATFORM_FACES if context_of(path) in {"platform", "config"} else FACES
        if not faces & set(path.parts):
            guilty += [where(path, line) for line in readings(path.read_text(encoding="utf-8"), BOOK)]

    expect_none(guilty)


@pytest.mark.parametrize("_case, text, lines", [
    ("reads the wall", "x = datetime.now()", [1]),
    ("with a zone", "\nx = datetime.now(tz=UTC)", [2]),
    ("Django's", "timezone.now()", [1]),
    ("converts a moment", "timezone.localtime(moment)", []),
    ("measures a duration", "time.monotonic()", []),
])  # fmt: skip
def test_the_guard_sees_a_reading(_case, text, lines):
    assert list(readings(text, WALL)) == lines


#: Parts of a moment that depend on the zone in which it is read.
PARTS = {"date", "time", "weekday", "isoweekday", "strftime", "year", "month", "day", "hour", "minute"}


def is_stored_moment(node):
    """Tell whether ``node`` is a moment as a table holds it; by our names these end in ``_at`` and come back in UTC."""
    name = getattr(node, "attr", "") or getattr(node, "id", "")
    return name.endswith("_at")


def days_of_utc(text):
    """Lines of ``text`` that take a day or an hour from a stored moment without turning it to the book's zone."""
    for node in ast.walk(ast.parse(text)):
        is_part = isinstance(node, ast.Attribute) and node.attr in PARTS and is_stored_moment(node.value)
        is_written = isinstance(node, ast.FormattedValue) and node.format_spec and is_stored_moment(node.value)
        if is_part or (is_written and "%" in ast.unparse(node.format_spec)):
            yield node.lineno


def test_no_day_is_taken_from_a_stored_moment_in_utc():
    guilty = [where(path, line) for path in python_files() for line in days_of_utc(path.read_text(encoding="utf-8"))]

    expect_none(guilty)


@pytest.mark.parametrize("_case, text, lines", [
    ("a day", "row.received_at.date()", [1]),
    ("an hour of a column", "\nx = due_at.hour", [2]),
    ("written", "f'{row.created_at:%Y%m%d}'", [1]),
    ("turned first", "timezone.localtime(row.received_at).date()", []),
    ("in the zone already", "f'{now:%Y%m%d}' + str(now.date())", []),
    ("a day written", "f'{row.expires_on:%Y}'", []),
])  # fmt: skip
def test_the_guard_sees_a_day_of_utc(_case, text, lines):
    assert list(days_of_utc(text)) == lines
