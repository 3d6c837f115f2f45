"""What fills a message, kept under seal."""

import json
from collections.abc import Mapping

from keyuan.platform.crypto import Sealed, sealed_from_text


def seal_values(values: Mapping[str, str]) -> Sealed | None:
    """Return the values of a message's places under seal."""
    return sealed_from_text("message_values", json.dumps(dict(values), ensure_ascii=False))


def read_values(text: str | None) -> dict[str, str]:
    """Return opened values."""
    found: dict[str, str] = json.loads(text) if text else {}
    return found
