"""Secrets of providers: files of the secrets' folder or variables of the environment, never the database (PLT-11)."""

import os
import re
from pathlib import Path

from django.conf import settings

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,59}")


class SecretMissing(Exception):
    """The named secret is not there; ``args`` hold its name only."""


def is_name(name: str) -> bool:
    """Tell whether ``name`` can name a secret: no folder, nothing hidden."""
    return NAME.fullmatch(name) is not None and ".." not in name


def read_secret(name: str) -> str:
    """Return a secret: file ``name`` in the folder of secrets, or variable ``KEYUAN_SECRET_<NAME>``.

    Raises SecretMissing.
    """
    if not is_name(name):
        raise SecretMissing(name)
    path = Path(settings.SECRETS_FOLDER) / name
    if path.is_file():
        return path.read_text(encoding="utf-8").strip()
    variable = "KEYUAN_SECRET_" + re.sub(r"[^A-Z0-9]", "_", name.upper())
    value = os.environ.get(variable, "")
    if not value:
        raise SecretMissing(name)
    return value


def has_secret(name: str) -> bool:
    """Tell whether the secret is in its place."""
    try:
        return bool(read_secret(name))
    except SecretMissing:
        return False
