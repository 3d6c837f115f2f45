"""What is looked at before serving: modes of secrets, debugging, hosts, demo accounts on a system others can reach.

What would give data away refuses to start; what only weakens is said on standard error.
"""

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from keyuan.platform.demo_mark import is_demo_book

LOCAL = frozenset({"localhost", "127.0.0.1", "[::1]", "::1"})
OTHERS = stat.S_IRWXG | stat.S_IRWXO


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, in a sentence that says what to do; ``refuses`` keeps the system from starting."""

    text: str
    refuses: bool


def findings(conf: Any) -> Iterator[Finding]:
    """Yield what is wrong with the settings ``conf`` and the files that they name."""
    yield from _files(conf)
    others = [host for host in conf.ALLOWED_HOSTS if host not in LOCAL]
    if "*" in others:
        yield Finding("KEYUAN_HOSTS must name the hosts; * lets anybody choose what links lead to", refuses=True)
    if conf.DEBUG and others:
        yield Finding("KEYUAN_DEBUG=1 shows settings and data to everybody; not with KEYUAN_HOSTS", refuses=True)
    if others and is_demo_book(conf.VAR_DIR) and os.environ.get("KEYUAN_DEMO_OPEN") != "1":
        yield Finding(
            "this is a demo book, whose sign-ins stand in sign-ins.txt; begin with an empty one (KEYUAN_DEMO=0), or "
            "say KEYUAN_DEMO_OPEN=1 when a demo is what others shall reach",
            refuses=True,
        )
    if others and not conf.HTTPS:
        yield Finding("KEYUAN_HTTPS is not set: passwords and sessions travel in the clear", refuses=False)
    if conf.HTTPS and not conf.TRUSTED_PROXIES:
        yield Finding("KEYUAN_TRUSTED_PROXIES is empty: everybody seems to come from the proxy", refuses=False)


def _files(conf: Any) -> Iterator[Finding]:
    var = Path(conf.VAR_DIR)
    for path in (Path(conf.KEYRING_PATH), var / "secret.key"):
        if path.exists() and path.stat().st_mode & OTHERS:
            yield Finding(f"{path} can be read by others; run: chmod 600 {path}", refuses=True)
    if var.stat().st_mode & OTHERS:
        yield Finding(f"{var} can be entered by others; run: chmod 700 {var}", refuses=False)
    for name, value in os.environ.items():
        named = name.startswith(("KEYUAN_", "DATABASE_")) and name.endswith("_FILE") and Path(value).is_file()
        if named and Path(value).stat().st_mode & stat.S_IRWXO:
            yield Finding(f"{value} ({name}) can be read by everybody; run: chmod 600 {value}", refuses=True)


def look(conf: Any) -> list[str]:
    """Return the sentences of everything that is wrong, and raise `Unsafe` when one of them refuses."""
    found = list(findings(conf))
    if any(finding.refuses for finding in found):
        raise Unsafe([finding.text for finding in found if finding.refuses])
    return [finding.text for finding in found]


class Unsafe(Exception):
    """The system must not be served as it stands; the sentences say why."""

    def __init__(self, sentences: list[str]) -> None:
        super().__init__("; ".join(sentences))
        self.sentences = sentences
