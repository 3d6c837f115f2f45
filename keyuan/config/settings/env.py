"""Reading the environment: helpers that stop at a malformed value and name it (style.md 2.13)."""

import os
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

TRUE = {"1", "true", "yes", "on"}
FALSE = {"0", "false", "no", "off", ""}


def text(name: str, default: str = "") -> str:
    """Return variable ``name``; ``name_FILE`` may point to a file that holds it (secrets)."""
    path = os.environ.get(f"{name}_FILE")
    if path:
        return Path(path).read_text(encoding="utf-8").strip()
    return os.environ.get(name, default)


def line(path: Path) -> str:
    """Return what stands in a file of the data folder, nothing where there is no such file."""
    return path.read_text(encoding="utf-8").strip() if path.is_file() else ""


def flag(name: str, *, default: bool) -> bool:
    """Return variable ``name`` as a truth value."""
    raw = os.environ.get(name)
    if raw is None:
        return default
    if raw.lower() in TRUE:
        return True
    if raw.lower() in FALSE:
        return False
    raise ImproperlyConfigured(f"{name} must be one of 1, 0, true, false, yes, no, on, off")


def networks(name: str) -> list[IPv4Network | IPv6Network]:
    """Return variable ``name``, addresses and networks separated by commas."""
    try:
        return [ip_network(part.strip()) for part in text(name).split(",") if part.strip()]
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} must be addresses or networks separated by commas: {error}") from error


def number(name: str, default: int, *, least: int = 0) -> int:
    """Return variable ``name`` as a whole number of at least ``least``."""
    raw = os.environ.get(name, str(default))
    if not raw.lstrip("-").isdigit() or int(raw) < least:
        raise ImproperlyConfigured(f"{name} must be a whole number of at least {least}")
    return int(raw)
