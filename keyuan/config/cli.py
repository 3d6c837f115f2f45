"""The operator's tool: ``keyuan COMMAND …``. A context offers a command as ``management/commands/<name>.py``.

Exit status: 0 done, 1 refused or failed (the reason stands on standard error), 2 wrong usage, 130 interrupted.
"""

import argparse
import os
import sys
from collections.abc import Callable

import django
from django.conf import settings
from django.core.management import execute_from_command_line, get_commands, load_command_class

from keyuan import __version__
from keyuan.config import hardening, running, serving, setup_steps
from keyuan.kernel.errors import KeyuanError
from keyuan.platform import wording


def setup(arguments: list[str]) -> int:
    """Prepare front-end files, translations, static files, database and, on first run, the demo book."""
    argparse.ArgumentParser(prog="keyuan setup", description=setup.__doc__).parse_args(arguments)
    return setup_steps.main()


def serve(arguments: list[str]) -> int:
    """Serve pages and run background jobs until Ctrl-C."""
    try:
        remarks = hardening.look(settings)
    except hardening.Unsafe as error:
        sys.stderr.write("".join(f"keyuan: refused: {sentence}\n" for sentence in error.sentences))
        return 1
    sys.stderr.write("".join(f"keyuan: warning: {remark}\n" for remark in remarks))
    return serving.serve(arguments, settings.VAR_DIR)


def start(arguments: list[str]) -> int:
    """Prepare whatever is missing, then serve."""
    # Read first: help, and a wrong argument, must not wait for set-up.
    serving.parse(arguments, name="start")
    return setup([]) or serve(arguments)


def restart(arguments: list[str]) -> int:
    """Replace what serves on this machine by this version, without a refused request."""
    return running.restart(arguments, settings.VAR_DIR)


OWN: dict[str, Callable[[list[str]], int]] = {"start": start, "setup": setup, "serve": serve, "restart": restart}


def offered() -> dict[str, str]:
    """Return the commands that this installation has, each with its one-line help."""
    found = {name: (function.__doc__ or "").splitlines()[0] for name, function in OWN.items()}
    for name, app in get_commands().items():
        if str(app).startswith("keyuan."):
            found.setdefault(name, str(load_command_class(str(app), name).help))
    return found


def usage() -> str:
    """Return the overview that ``keyuan --help`` prints."""
    django.setup()
    lines = ["usage: keyuan COMMAND [ARGUMENTS]", "", "commands:"]
    lines += [f"  {name:<12} {text}" for name, text in sorted(offered().items())]
    return "\n".join([*lines, "", "keyuan COMMAND --help tells more of one.", ""])


def dispatch(name: str, arguments: list[str]) -> int:
    """Run command ``name``; return its exit status."""
    if name in OWN:
        return OWN[name](arguments)
    django.setup()
    if not str(get_commands().get(name, "")).startswith("keyuan."):
        sys.stderr.write(f"keyuan: there is no command {name!r}\n{usage()}")
        return 2
    execute_from_command_line(["keyuan", name, *arguments])
    return 0


def main(arguments: list[str] | None = None) -> int:
    """Run the command that ``arguments`` (default: those of this process) name; return the exit status."""
    given = sys.argv[1:] if arguments is None else arguments
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "keyuan.config.settings")
    if given[:1] == ["--version"]:
        sys.stdout.write(f"keyuan {__version__}\n")
        return 0
    if not given or given[0] in {"-h", "--help", "help"}:
        sys.stdout.write(usage())
        return 0 if given else 2
    try:
        return dispatch(given[0], given[1:])
    except KeyuanError as error:
        sys.stderr.write(f"keyuan: {wording.say(error)}\n")
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
