"""What must not stand in the repository: addresses of package indexes, paths of one machine, secrets, built files."""

import re

from tests.architecture.layout import ROOT, expect_none, tracked_files, where

#: Written in pieces, so that this file does not find itself.
HOSTS = ["pypi" + ".org", "python" + "hosted.org", "npm" + "js.org", "npm" + "mirror.com", "registry" + ".yarnpkg"]
PATHS = ["/wor" + "k/", "/tm" + "p/brief", "/roo" + "t/", "/hom" + "e/"]
BINARY = {".png", ".jpg", ".webp", ".ico", ".woff2", ".gz", ".xlsx", ".zip", ".db"}
BUILT = re.compile(r"\.(mo|pyc|sqlite3|log)$|(^|/)(node_modules|staticfiles|vendor|\.venv)/")
KEY = re.compile("-----BEGIN " + "[A-Z ]*PRIVATE KEY")


def texts():
    """Every tracked text file with its contents."""
    for path in tracked_files():
        if path.suffix not in BINARY:
            yield path, path.read_text(encoding="utf-8", errors="replace")


def test_no_file_names_a_package_index_or_a_path_of_one_machine():
    guilty = [f"{where(path)}: {word}" for path, text in texts() for word in [*HOSTS, *PATHS] if word in text]

    expect_none(guilty)


def test_no_private_key_is_kept():
    expect_none([where(path) for path, text in texts() if KEY.search(text)])


def test_nothing_built_is_kept():
    expect_none([where(path) for path in tracked_files() if BUILT.search(path.relative_to(ROOT).as_posix())])


def test_every_requirement_is_pinned_with_a_hash():
    for name in ("uv", "core", "dev"):
        text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
        blocks = [block for block in re.split(r"\n(?=\S)", text) if not block.startswith("#")]

        assert all("==" in block and "--hash=sha256:" in block for block in blocks), name


def test_ignored_warnings_carry_their_reason():
    """``noqa``, ``type: ignore`` and skips say why; a blanket one is refused."""
    bare = re.compile(r"#\s*(?:noqa(?!: [A-Z0-9, ]+ - \S)|type: ignore(?!\[[\w-]+(?:, ?[\w-]+)*\]\s+# \S))")
    guilty = [
        where(path, number)
        for path, text in texts()
        if path.suffix == ".py" and path.name != "test_repository.py"
        for number, line in enumerate(text.splitlines(), 1)
        if bare.search(line)
    ]

    expect_none(guilty)
