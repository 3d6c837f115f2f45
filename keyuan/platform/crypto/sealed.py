"""A sealed value: whatever prints it prints its strictest mask; plain text comes only from an audited opening."""

from collections.abc import Callable
from typing import Any

from keyuan.kernel.fields import PERSONAL_FIELDS
from keyuan.kernel.masks import mask
from keyuan.platform.crypto import cipher


class Sealed:
    """One personal value under seal. ``str``, ``repr``, format and JSON give the strictest mask (decision 4)."""

    __slots__ = ("_blob", "_field_key")

    def __init__(self, field_key: str, blob: bytes) -> None:
        self._field_key = field_key
        self._blob = bytes(blob)

    @property
    def field_key(self) -> str:
        """The entry of the personal field table."""
        return self._field_key

    @property
    def blob(self) -> bytes:
        """The sealed bytes, for storing and rotating."""
        return self._blob

    def masked(self, *, strict: bool = True) -> str:
        """Return the mask; ``strict`` is the one for outsourced staff."""
        return mask(self._field_key, self._plain(), strict=strict)

    def equals(self, text: str) -> bool:
        """Tell whether the sealed text is ``text``, without showing it."""
        return self._plain() == text

    def satisfies(self, test: Callable[[str], bool]) -> bool:
        """Tell whether the sealed text passes ``test`` (a rule, a comparison), without showing it."""
        return test(self._plain())

    def keyed_digest(self, digest: Callable[[str], str]) -> str:
        """Return what ``digest`` makes of the plain text, for the audit trail."""
        return digest(self._plain())

    def open_audited(self) -> str:
        """Return the plain text. Only `keyuan.platform.crypto.reveal` may call this: it writes the audit event."""
        return self._plain()

    def _plain(self) -> str:
        return cipher.decrypt(self._field_key, self._blob)

    def __str__(self) -> str:
        return self.masked()

    def __repr__(self) -> str:
        return f"<Sealed {self._field_key}>"

    def __bool__(self) -> bool:
        return bool(self._blob)

    def __eq__(self, other: Any) -> bool:
        return isinstance(other, Sealed) and other._field_key == self._field_key and other._plain() == self._plain()

    __hash__ = None  # type: ignore[assignment]  # equal plain texts differ as stored


def seal(field_key: str, text: str) -> bytes:
    """Return ``text`` sealed for ``field_key``, ready for bulk writes."""
    if not PERSONAL_FIELDS[field_key].sealed:
        raise ValueError(f"{field_key} is not a sealed field")
    return cipher.encrypt(field_key, text)


def sealed_from_text(field_key: str, text: str) -> Sealed | None:
    """Return a `Sealed` of ``text``, or None for an empty one."""
    return Sealed(field_key, seal(field_key, text)) if text else None
