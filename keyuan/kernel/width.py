"""Full-width letters and digits, as Chinese input methods make them, brought to their plain form."""

import unicodedata

#: Invisible characters that travel along when text is copied from documents and chats.
INVISIBLE = dict.fromkeys([0x200B, 0x200C, 0x200D, 0x200E, 0x200F, 0x2060, 0xFEFF, 0x00AD])


def half_width(text: str) -> str:
    """Return ``text`` with full-width forms folded (NFKC) and invisible characters dropped; ASCII stays as it is."""
    if text.isascii():
        return text
    return unicodedata.normalize("NFKC", text).translate(INVISIBLE)
