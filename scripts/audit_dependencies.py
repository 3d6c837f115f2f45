"""``make audit-deps``: ask the public advisory services whether what is pinned has known holes. Needs the network.

pip-audit reads ``requirements/core.txt`` and ``dev.txt``, npm the lock file. Exit status: 0 nothing known, 1 something
known, 3 a service could not be asked (which is no clean bill), 2 when a tool is missing.
"""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from keyuan.config.setup_assets import npm

ROOT = Path(__file__).resolve().parents[1]
SECONDS = 300
REQUIREMENTS = ("requirements/core.txt", "requirements/dev.txt")
CLEAN, KNOWN, MISSING, UNREACHABLE = 0, 1, 2, 3


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of one question."""

    what: str
    status: int
    lines: tuple[str, ...] = ()


def run(command: list[str]) -> tuple[int, str, str]:
    """Run a tool; return status, output and errors."""
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=SECONDS, check=False)
    except FileNotFoundError:
        return 127, "", "missing"
    except subprocess.TimeoutExpired:
        return 124, "", "no answer"
    return done.returncode, done.stdout, done.stderr


def python_answer(requirements: str) -> Answer:
    """Ask about the pinned Python packages of one file."""
    tool = [sys.executable, "-m", "pip_audit", "--require-hashes", "--disable-pip", "--progress-spinner", "off"]
    status, output, errors = run([*tool, "--format", "json", "-r", requirements])
    return read_python(requirements, status, output, errors)


def read_python(what: str, status: int, output: str, errors: str) -> Answer:
    """Say what pip-audit's output means; without a report it could not ask."""
    if "No module named pip_audit" in errors or status == 127:
        return Answer(what, MISSING)
    try:
        packages = json.loads(output)["dependencies"]
    except (ValueError, KeyError):
        return Answer(what, UNREACHABLE)
    lines = tuple(hole_line(package, hole) for package in packages for hole in package.get("vulns", ()))
    return Answer(what, KNOWN if lines else CLEAN, lines)


def hole_line(package: dict[str, Any], hole: dict[str, Any]) -> str:
    """Return one known hole as a line: where, which, and the versions that mend it."""
    mended = " ".join(hole["fix_versions"]) or "--"
    return f"{package['name']} {package.get('version', '?')}: {hole['id']}, mended in {mended}"


def npm_answer() -> Answer:
    """Ask about the front-end packages of the lock file."""
    status, output, _errors = run([str(npm()), "audit", "--json", "--package-lock-only"])
    if status == 127:
        return Answer("package-lock.json", MISSING)
    return read_npm(output)


def read_npm(output: str) -> Answer:
    """Say what npm's output means; an error instead of a report is no answer."""
    try:
        found = json.loads(output)["vulnerabilities"]
    except (ValueError, KeyError):
        return Answer("package-lock.json", UNREACHABLE)
    lines = tuple(f"{name}: {hole['severity']}, {hole.get('range', '?')}" for name, hole in sorted(found.items()))
    return Answer("package-lock.json", KNOWN if lines else CLEAN, lines)


WORDS = {
    CLEAN: "nothing known",
    KNOWN: "known holes",
    MISSING: "the tool is missing: make test installs it",
    UNREACHABLE: "NOT AUDITED: the advisory service could not be asked",
}


def main() -> int:
    """Ask about everything; print what is known; return the gravest status."""
    answers = [*(python_answer(name) for name in REQUIREMENTS), npm_answer()]
    for answer in answers:
        print(f"{answer.what}: {WORDS[answer.status]}")
        for line in answer.lines:
            print(f"  {line}")
    found = {answer.status for answer in answers}
    return next((status for status in (KNOWN, MISSING, UNREACHABLE) if status in found), CLEAN)


if __name__ == "__main__":
    sys.exit(main())
