"""Our own commands as processes of their own, on whichever data folder."""

import json
import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.conf import settings

from keyuan.platform.backup.faults import Flawed

#: What would lead a child back to the living book.
OWN = ("DATABASE_URL", "KEYUAN_KEYRING", "KEYUAN_SECRET_KEY", "KEYUAN_AS_OF", "DJANGO_SETTINGS_MODULE")
COMMAND = (sys.executable, "-m", "keyuan.config.cli")
#: Hours are plenty for proving the largest book; a child that hangs must not hold the lock for ever.
LONGEST = 6 * 3600
#: Niceness of what runs beside the server.
GIVING_WAY = 10


def environment(var: Path, **extra: str) -> dict[str, str]:
    """Return an environment in which ``var`` is the data folder."""
    names = {name for own in OWN for name in (own, f"{own}_FILE")}
    kept = {name: value for name, value in os.environ.items() if name not in names}
    return {**kept, "KEYUAN_VAR": str(var), "KEYUAN_LOG_LEVEL": "WARNING", **extra}


def run_on(var: Path, *arguments: str, **extra: str) -> str:
    """Run a command of ours on the data folder ``var``; return what it printed. Raises Flawed with what went wrong."""
    done = subprocess.run(  # noqa: S603 - our own program, arguments of ours
        [*COMMAND, *arguments],
        cwd=settings.BASE_DIR,
        env=environment(var, **extra),
        capture_output=True,
        text=True,
        check=False,
        timeout=LONGEST,
    )
    if done.returncode:
        raise _flaw(done.stdout) or Flawed("command", command=arguments[0], why=done.stderr.strip()[-200:])
    return done.stdout


def start(*arguments: str) -> int:
    """Start a command of ours on this very book and let it run by itself; return its process id.

    It gives way to whoever waits for a page.
    """
    process = subprocess.Popen(  # noqa: S603 - our own program, arguments of ours
        [*COMMAND, *arguments],
        cwd=settings.BASE_DIR,
        env={**os.environ, "KEYUAN_VAR": str(settings.VAR_DIR)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    # It may have ended already.
    with suppress(ProcessLookupError):
        os.setpriority(os.PRIO_PROCESS, process.pid, GIVING_WAY)
    return process.pid


def _flaw(text: str) -> Flawed | None:
    """Return the flaw that a child named in its last line."""
    try:
        said: dict[str, Any] = json.loads(text.strip().splitlines()[-1])
        return Flawed(str(said["flaw"]).removeprefix("backup.flaw."), **said["params"])
    except (ValueError, KeyError, IndexError, TypeError):
        return None
