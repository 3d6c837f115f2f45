"""What the operator wrote about backups: destinations, keys, retention (``KEYUAN_BACKUP_DESTINATIONS``, PLT-12)."""

import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings

from keyuan.kernel.errors import Refused

NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
#: What a destination of each kind must and may say, besides name and kind.
WORDS: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    "folder": (frozenset({"path"}), frozenset()),
    "sftp": (
        frozenset({"host", "user", "path", "known_hosts"}),
        frozenset({"port", "key_file", "key_password_file", "password_file"}),
    ),
    "s3": (
        frozenset({"bucket", "access_key", "secret_file"}),
        frozenset({"endpoint", "region", "prefix", "ca_file"}),
    ),
}
#: As few as PLT-12 wants.
LEAST_PLACES = 2


@dataclass(frozen=True, slots=True)
class Place:
    """One destination as it is described."""

    name: str
    kind: str
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Keep:
    """How many backups stay: the newest of so many days, ISO weeks and months."""

    daily: int = 7
    weekly: int = 5
    monthly: int = 12


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything the file says; without a file there are no destinations."""

    places: tuple[Place, ...] = ()
    recipients: tuple[str, ...] = ()
    keys_recipients: tuple[str, ...] = ()
    scratch: Path | None = None
    keep: Keep = field(default_factory=Keep)
    verified_within: timedelta = timedelta(days=2)
    postgresql: Mapping[str, Any] = field(default_factory=dict)

    def place(self, name: str) -> Place:
        """Return the destination called ``name``. Raises Refused ``backup.place_unknown``."""
        for place in self.places:
            if place.name == name:
                return place
        raise Refused("backup.place_unknown", name=name, known=", ".join(item.name for item in self.places) or "--")


def load_plan(path: Path | None = None) -> Plan:
    """Return what the file at ``path`` (default: the setting) says. Raises Refused ``backup.config``, saying why."""
    source = path or Path(settings.BACKUP_DESTINATIONS)
    if not source.is_file():
        if path is not None:
            raise Refused("backup.config", path=source, why="no such file")
        return Plan()
    try:
        text = source.read_text(encoding="utf-8")
        return _plan(json.loads(text) if source.suffix == ".json" else tomllib.loads(text))
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise Refused("backup.config", path=source, why=str(error)) from error


def adhoc(path: Path) -> Place:
    """Return a folder that nobody described, for restoring from a disk at hand."""
    return Place(path.name or "folder", "folder", {"path": str(path.resolve())})


def _plan(raw: Mapping[str, Any]) -> Plan:
    _only(
        raw, {"destination", "recipients", "keys_recipients", "scratch", "keep", "verified_within_days", "postgresql"}
    )
    places = tuple(_place(entry) for entry in raw.get("destination", []))
    names = [place.name for place in places]
    if len(set(names)) < len(names):
        raise ValueError("two destinations have the same name")
    return Plan(
        places=places,
        recipients=tuple(raw.get("recipients", ())),
        keys_recipients=tuple(raw.get("keys_recipients", ())),
        scratch=Path(raw["scratch"]) if "scratch" in raw else None,
        keep=Keep(**{name: _count(name, value) for name, value in raw.get("keep", {}).items()}),
        verified_within=timedelta(days=_count("verified_within_days", raw.get("verified_within_days", 2))),
        postgresql=dict(raw.get("postgresql", {})),
    )


def _place(entry: Mapping[str, Any]) -> Place:
    name, kind = str(entry.get("name", "")), str(entry.get("kind", ""))
    if not NAME.fullmatch(name):
        raise ValueError(f"a destination's name is made of a-z, 0-9 and -, not {name!r}")
    if kind not in WORDS:
        raise ValueError(f"{name}: kind must be one of {', '.join(WORDS)}")
    options = {key: value for key, value in entry.items() if key not in {"name", "kind"}}
    must, may = WORDS[kind]
    _only(options, must | may, where=f"{name}: ")
    if must - set(options):
        raise ValueError(f"{name}: {', '.join(sorted(must - set(options)))} is missing")
    if kind == "folder":
        _check_folder(name, Path(options["path"]))
    return Place(name, kind, options)


def _check_folder(name: str, path: Path) -> None:
    if not path.is_absolute():
        raise ValueError(f"{name}: path must be absolute")
    if path.resolve().is_relative_to(Path(settings.VAR_DIR).resolve()):
        raise ValueError(f"{name}: lies in the data folder that it is to save")


def _count(name: str, value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ValueError(f"{name} must be a whole number")
    return value


def _only(raw: Mapping[str, Any], known: set[str] | frozenset[str], where: str = "") -> None:
    unknown = sorted(set(raw) - known)
    if unknown:
        raise ValueError(f"{where}unknown {', '.join(unknown)}")
