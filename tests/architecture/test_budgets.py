"""Sizes that keep the code readable: files, functions, templates (style 2.14). Statements and complexity are ruff's."""

import ast
import re

from tests.architecture.layout import PACKAGE, ROOT, expect_none, is_test, python_files, templates, tracked_files, where

FILE_LINES = 500
TEST_LINES = 800
FUNCTION_LINES = 60
TEMPLATE_LINES = 150
#: Tables of facts rather than code; each is one literal.
DATA = re.compile(r"(^|/)(data|fixtures|migrations|locale|vendor|formats|words)/|_(data|table)\.py$")


def lines_of(path):
    """How long a file is."""
    return path.read_text(encoding="utf-8").count("\n")


def test_no_source_file_is_longer_than_its_ceiling():
    source = [
        path
        for path in tracked_files()
        if path.suffix in {".py", ".js"} and not DATA.search(path.relative_to(ROOT).as_posix())
    ]
    long = [
        f"{where(path)}: {lines_of(path)}"
        for path in source
        if lines_of(path) > (TEST_LINES if is_test(path) else FILE_LINES)
    ]

    expect_none(long)


def test_no_template_is_longer_than_its_ceiling():
    long = [f"{where(path)}: {lines_of(path)}" for path in templates() if lines_of(path) > TEMPLATE_LINES]

    expect_none(long)


def test_no_function_is_longer_than_its_ceiling():
    long = [
        f"{where(path, node.lineno)} {node.name}: {node.end_lineno - node.lineno + 1}"
        for path in python_files()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno - node.lineno >= FUNCTION_LINES
    ]

    expect_none(long)


def test_every_template_says_what_it_is_given():
    """The opening comment names blocks and context (style 2.9)."""
    pages = [path for path in templates() if path.suffix == ".html"]
    silent = [where(path) for path in pages if not re.search(r"{#|{% comment", opening(path))]

    expect_none(silent)


def opening(path):
    """The first lines of a template; ``extends`` has to be the first tag, so the comment may follow it."""
    return "\n".join(path.read_text(encoding="utf-8").splitlines()[:4])


def test_migrations_are_named_after_what_they_do():
    unnamed = [where(path) for path in PACKAGE.glob("*/migrations/*.py") if "_auto_" in path.name]

    expect_none(unnamed)


def test_migrations_do_not_run_application_code():
    """A migration has to mean the same thing in three years: models and services of today are out of its reach."""
    wrong = re.compile(r"^\s*(?:from|import)\s+keyuan\.\w+\.(?:services|selectors|rules|jobs|views)\b", re.MULTILINE)
    guilty = [
        where(path) for path in PACKAGE.glob("*/migrations/*.py") if wrong.search(path.read_text(encoding="utf-8"))
    ]

    expect_none(guilty)
