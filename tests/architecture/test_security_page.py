"""``docs/security.md`` answers every requirement of ASVS 5.0 levels 1 and 2, and names only what exists (PLT-13)."""

import ast
import re
from functools import lru_cache

from django.conf import settings

from tests.architecture.layout import ROOT, expect_none

PAGE = ROOT / "docs" / "security.md"
NUMBERS = ROOT / "tests" / "architecture" / "asvs_5_0.txt"
ROW = re.compile(r"^\| (\d+\.\d+\.\d+) \| ([12]) \| ([^|]+) \| ([^|]+) \| (.*) \|$", re.MULTILINE)
NAMED = re.compile(r"`([^`]+)`")
ANSWERS = {"met", "operator", "open", "n/a"}
#: A name of the environment, a command, or what an attacker types: no file and no setting.
OTHERS = re.compile(r"^(KEYUAN_\w+(=.*)?|DATABASE_URL|NAME_FILE|make [\w-]+|keyuan [\w ]+|[\w]+|/api/|%s%n)$")


def text():
    return PAGE.read_text(encoding="utf-8")


@lru_cache
def functions(path):
    """Return the names of the functions of a file."""
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def exists(name):
    """Tell whether a test, a setting or a file is there."""
    if name.startswith("settings."):
        return hasattr(settings, name.removeprefix("settings."))
    path, colon, function = name.partition("::")
    if not (ROOT / path).exists():
        return False
    return not colon or function in functions(path)


def test_every_requirement_of_both_levels_is_answered_once():
    wanted = [tuple(line.split()) for line in NUMBERS.read_text(encoding="utf-8").splitlines() if line[0] != "#"]
    found = [(number, level) for number, level, *_rest in ROW.findall(text())]

    assert len(wanted) == 253
    assert found == wanted


def test_every_answer_is_one_of_four_and_what_is_met_names_what_meets_it():
    rows = ROW.findall(text())

    expect_none([f"{number}: {answer}" for number, _l, _asks, answer, _by in rows if answer not in ANSWERS])
    silent = [number for number, _l, _asks, answer, by in rows if answer == "met" and not proofs(by)]
    expect_none(silent)


def proofs(words):
    """Return what a cell names that can be looked up."""
    return [name for name in NAMED.findall(words) if not OTHERS.match(name)]


def test_what_the_page_names_exists():
    expect_none(sorted({name for name in proofs(text()) if not exists(name)}))


def test_the_summary_counts_what_stands_below():
    rows = ROW.findall(text())
    counted = {answer: sum(row[3] == answer for row in rows) for answer in ANSWERS}
    told = {
        answer: int(count) for answer, count in re.findall(r"^\| (met|operator|open|n/a) \| (\d+) \|", text(), re.M)
    }

    assert told == counted
    opened = [row[0] for row in rows if row[3] == "open"]
    assert re.findall(r"^- \*\*([\d.]+)\*\*", text(), re.M) == opened
