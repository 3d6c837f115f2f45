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
