"""Text out of bytes whose charset is missing, unknown or wrong, as Chinese mail often has it (SRV-5)."""

import codecs
import re
from email.errors import HeaderParseError
from email.header import decode_header

#: GB18030 holds all of the older two; senders name any of them.
CHINESE = frozenset({"gb2312", "gbk", "gb18030", "gb_2312-80", "x-gbk", "cp936", "ms936", "euc-cn", "hz-gb-2312"})
#: Labels that programs write without looking at the text.
EMPTY = frozenset({"", "us-ascii", "ascii", "unknown-8bit", "default", "iso-8859-1", "latin-1", "windows-1252", "8bit"})
_WORD = re.compile(r"=\?[^?\s]{1,40}\?[bBqQ]\?[^?]*\?=")


def text_of(data: bytes, charset: str) -> str:
    """Return ``data`` as text: by its label where that holds, else by what the bytes can be; never raises.

    Bytes that are UTF-8 and more than ASCII are UTF-8, whatever the label says: other text hardly ever looks like it.
    """
    label = charset.strip().strip("\"'").lower()
    for name in _candidates(label):
        try:
            return data.decode(name)
        except (UnicodeDecodeError, LookupError):
            continue
    return data.decode("gb18030" if label in CHINESE else "latin-1" if label in EMPTY else "utf-8", "replace")


def _candidates(label: str) -> list[str]:
    if label.startswith(("utf-16", "iso-2022")) or label == "hz-gb-2312":
        return [label, "utf-8", "gb18030"]
    if label in CHINESE or label in EMPTY:
        return ["utf-8", "gb18030"]
    return [label, "utf-8", "gb18030"] if _is_known(label) else ["utf-8", "gb18030"]


def _is_known(label: str) -> bool:
    try:
        return bool(codecs.lookup(label))
    except (LookupError, ValueError):
        return False


def header_text(raw: str) -> str:
    """Return a header as it is read: encoded words decoded, raw bytes guessed, folds and control signs gone."""
    if not _WORD.search(raw):
        return _clean(_raw_text(raw))
    try:
        parts = decode_header(raw)
    except (HeaderParseError, ValueError):
        return _clean(_raw_text(raw))
    return _clean("".join(_part(text, charset) for text, charset in _joined(parts)))


def _joined(parts: list[tuple[bytes | str, str | None]]) -> list[tuple[bytes | str, str | None]]:
    """Put neighbours of one charset together: some programs cut in the middle of a sign."""
    found: list[tuple[bytes | str, str | None]] = []
    for text, charset in parts:
        if found and charset and charset == found[-1][1] and isinstance(text, bytes):
            before = found[-1][0]
            found[-1] = ((before if isinstance(before, bytes) else before.encode()) + text, charset)
        else:
            found.append((text, charset))
    return found


def _part(text: bytes | str, charset: str | None) -> str:
    if isinstance(text, str):
        return _raw_text(text)
    return text_of(text, charset or "")


def _raw_text(text: str) -> str:
    return text_of(text.encode("utf-8", "surrogateescape"), "")


def _clean(text: str) -> str:
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
