"""Where things stand: contexts and their layers as ``pyproject.toml`` states them, and the files that make up each."""

import subprocess
import tomllib
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "keyuan"


@cache
def contracts() -> list[dict]:
    """Return the import contracts."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        return tomllib.load(file)["tool"]["importlinter"]["contracts"]


@cache
def ranks() -> dict[str, int]:
    """Return the height of each context, the kernel's being 0."""
    rows = next(contract["layers"] for contract in contracts() if contract["name"].startswith("Contexts"))
    return {
        name.strip(" ()"): height
        for height, row in enumerate(reversed(rows))
        for name in row.replace(":", "|").split("|")
    }


def may_know(knower: str, known: str) -> bool:
    """Tell whether context ``knower`` stands above ``known`` (or is the same)."""
    return knower == known or ranks()[knower] > ranks()[known]


def contexts() -> list[str]:
    """Return the contexts that exist."""
    return sorted(path.parent.name for path in PACKAGE.glob("*/__init__.py"))


def context_of(path: Path) -> str:
    """Return the context that a file of the package belongs to."""
    return path.relative_to(PACKAGE).parts[0]


def is_test(path: Path) -> bool:
    """Tell whether a file is part of the tests."""
    return bool({"tests", "conftest.py"} & set(path.parts)) or path.is_relative_to(ROOT / "tests")


def python_files(*, tests: bool = False) -> list[Path]:
    """Return the package's Python files, without tests unless asked, never migrations."""
    files = (path for path in sorted(PACKAGE.rglob("*.py")) if "migrations" not in path.parts)
    return [path for path in files if tests or not is_test(path)]


def templates() -> list[Path]:
    """Return every template."""
    return sorted(PACKAGE.glob("*/templates/**/*.*"))


@cache
def tracked_files() -> list[Path]:
    """Return the files that git keeps; those just deleted stay out."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [path for name in listed.split("\0") if name and (path := ROOT / name).is_file()]


def where(path: Path, line: int | None = None) -> str:
    """Name a place for a failure message."""
    return f"{path.relative_to(ROOT)}" + (f":{line}" if line else "")


def expect_none(found) -> None:
    """Fail with every place in ``found``, one a line, so that each can be mended from the message alone."""
    lines = [str(place) for place in found]
    assert not lines, f"{len(lines)} to mend:\n" + "\n".join(lines)
