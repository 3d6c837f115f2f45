"""Make a virtual environment with the pinned packages, then hand over to a program in it.

Runs on the system's Python before anything is installed: standard library only, and syntax that lets an old Python
still say that it is too old (PLT-1). Installing is stamped by the content of the requirement files.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from spark import has_java

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMPS = VENV / "keyuan-stamps"
LEAST = (3, 11)


def stop(message):
    """End with one line that names what is missing."""
    sys.stderr.write("keyuan: " + message + "\n")
    raise SystemExit(2)


def check_prerequisites():
    """Stop unless Python, git and the parts of Python that make environments are there."""
    if sys.version_info < LEAST:
        found = "%d.%d" % sys.version_info[:2]  # noqa: UP031 - an old Python must be able to run this line
        stop("Python 3.11 or newer is needed, this is " + found + "; try: make run PYTHON=python3.11")
    for tool in ("git", "make"):
        if shutil.which(tool) is None:
            stop(tool + " is missing; install it and run this again")
    for module, package in (("venv", "python3-venv"), ("ensurepip", "python3-venv"), ("sqlite3", "libsqlite3")):
        try:
            __import__(module)
        except ImportError:
            stop("Python lacks its module " + module + "; on Debian and Ubuntu install " + package)


def fingerprint(*names):
    """Return one digest over the contents of ``names`` and over this Python."""
    digest = hashlib.sha256(sys.version.encode())
    for name in names:
        digest.update((ROOT / name).read_bytes())
    return digest.hexdigest()


def run(*command, **extra):
    """Run ``command``; True when it succeeded."""
    return subprocess.call([str(part) for part in command], cwd=str(ROOT), **extra) == 0


def step(title, stamp, value, action):
    """Run ``action`` under ``title`` unless its stamp says that nothing changed since."""
    mark = STAMPS / stamp
    if mark.is_file() and mark.read_text(encoding="ascii") == value:
        return
    started = time.monotonic()
    sys.stdout.write("· " + title + " …\n")
    sys.stdout.flush()
    action()
    STAMPS.mkdir(exist_ok=True)
    mark.write_text(value, encoding="ascii")
    sys.stdout.write(f"  done in {time.monotonic() - started:.0f} s\n")
    sys.stdout.flush()


def make_environment():
    """Create ``.venv`` afresh when it is absent or its Python no longer runs."""
    if PYTHON.exists() and run(PYTHON, "-c", "import pip", stderr=subprocess.DEVNULL):
        return
    shutil.rmtree(str(VENV), ignore_errors=True)
    if not run(sys.executable, "-m", "venv", VENV):
        shutil.rmtree(str(VENV), ignore_errors=True)
        stop("the virtual environment could not be made; on Debian and Ubuntu install python3-venv")


def pip(*arguments):
    """Run pip of the environment; quiet but for errors."""
    return run(PYTHON, "-m", "pip", "--disable-pip-version-check", "--quiet", *arguments)


def index_of_pip():
    """Return the environment of uv, with the package index that pip is configured to use, if any."""
    environment = dict(os.environ)
    command = [str(PYTHON), "-m", "pip", "config", "get", "global.index-url"]
    found = (
        subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False).stdout.decode().strip()
    )
    if found:
        environment.setdefault("UV_DEFAULT_INDEX", found)
    return environment


def install(name):
    """Install ``requirements/<name>.txt`` with hashes: by uv, or by pip where uv cannot be had."""
    wanted = ROOT / "requirements" / (name + ".txt")
    quick = pip("install", "--require-hashes", "-r", ROOT / "requirements" / "uv.txt")
    # Byte code now and not at the first import: where Python may not write it, every process would compile again.
    options = ["--quiet", "--compile-bytecode", "--python", PYTHON, "--require-hashes"]
    uv = [PYTHON, "-m", "uv", "pip", "install", *options, "-r", wanted]
    if not (quick and run(*uv, env=index_of_pip())) and not pip("install", "--require-hashes", "-r", wanted):
        stop("the packages could not be installed; check the network or the package index configured for pip")


def install_ourselves():
    """Put the ``keyuan`` command into the environment, pointing at this checkout."""
    if not pip("install", "--no-deps", "--no-build-isolation", "--no-index", "--editable", "."):
        stop("the keyuan command could not be installed")


def add(name, title):
    """Install what ``requirements/<name>.txt`` says unless it is there."""
    files = ["requirements/uv.txt", "requirements/core.txt", "requirements/" + name + ".txt"]
    step(title, name, fingerprint(*files), lambda: install(name))


def prepare(name):
    """Bring the environment up to what ``requirements/<name>.txt`` says; for tests also Spark, where Java is there."""
    check_prerequisites()
    make_environment()
    add(name, "Installing Python packages")
    if name == "dev" and has_java():
        add("spark", "Installing Spark for its tests")
    step("Installing the keyuan command", "self", fingerprint("pyproject.toml"), install_ourselves)


def main():
    """Prepare, then become the environment's Python with the given arguments; ``--dev`` first adds what tests need."""
    arguments = sys.argv[1:]
    dev = arguments[:1] == ["--dev"]
    prepare("dev" if dev else "core")
    rest = arguments[1:] if dev else arguments
    if rest:
        os.chdir(str(ROOT))
        os.environ["PATH"] = str(VENV / "bin") + os.pathsep + os.environ.get("PATH", "")
        os.execv(str(PYTHON), [str(PYTHON), *rest])  # noqa: S606 - becomes what was asked for


if __name__ == "__main__":
    main()
