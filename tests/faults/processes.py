"""Who runs: the processes of the system under test, told apart by their place in the tree (Linux)."""

import os
import signal
from collections import defaultdict
from pathlib import Path

PROC = Path("/proc")
#: Pages are served by so many processes, jobs by so many below their guard: two, and one each to give and to take.
WEB_PROCESSES, POOL_PROCESSES = 2, 4


def tree() -> dict[int, list[int]]:
    """Return the living children of every process."""
    children: dict[int, list[int]] = defaultdict(list)
    for folder in PROC.iterdir():
        if not folder.name.isdigit():
            continue
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if fields[0] not in "ZX":
            children[int(fields[1])].append(int(folder.name))
    return children


def below(pid: int, children: dict[int, list[int]]) -> list[int]:
    """Return everything that descends from ``pid``."""
    found = []
    for child in sorted(children.get(pid, ())):
        found += [child, *below(child, children)]
    return found


def words(pid: int) -> str:
    """Return the command line of a process; empty when it is gone."""
    try:
        return (PROC / str(pid) / "cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""


def roles(supervisor: int, postmaster: int | None) -> dict[str, list[int]]:
    """Return the processes of the system by what they do."""
    children = tree()
    found: dict[str, list[int]] = defaultdict(list)
    if supervisor in {pid for group in children.values() for pid in group}:
        found["supervisor"] = [supervisor]
    for child in children.get(supervisor, ()):
        line = words(child)
        if "uvicorn" in line:
            found["live"].append(child)
        elif line.rstrip().endswith(" worker"):
            found["worker"].append(child)
            for guard in children.get(child, ()):
                found["guard"].append(guard)
                found["pool"] += children.get(guard, ())
        elif "config.web" in line or "granian" in line:
            found["web"].append(child)
            found["pages"] += [pid for pid in below(child, children) if "resource_tracker" not in words(pid)]
    if postmaster is not None:
        found["database"] = [postmaster]
        found["backend"] = [pid for pid in children.get(postmaster, ()) if "keyuan" in words(pid)]
    return found


def is_complete(found: dict[str, list[int]]) -> bool:
    """Tell whether every program has the processes that it starts with."""
    once = all(len(found.get(name, ())) == 1 for name in ("supervisor", "web", "live", "worker", "guard"))
    return once and len(found.get("pages", ())) >= WEB_PROCESSES and len(found.get("pool", ())) == POOL_PROCESSES


def kill(pid: int) -> bool:
    """End a process by force; False when it was gone."""
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return False
    return True


def of_folder(var: Path) -> list[int]:
    """Return every living process whose data folder is ``var``, whoever its parent is by now."""
    mark = f"KEYUAN_VAR={var}".encode()
    found = []
    for folder in PROC.iterdir():
        if not folder.name.isdigit() or int(folder.name) == os.getpid():
            continue
        try:
            inherited = (folder / "environ").read_bytes().split(b"\0")
            state = (folder / "stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            continue
        if mark in inherited and state not in "ZX":
            found.append(int(folder.name))
    return found
