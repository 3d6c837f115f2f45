"""Translations without any system tool: read messages from the code, compile zh-Hans, derive zh-Hant (decision 27).

Each context keeps ``locale/zh_Hans/LC_MESSAGES/django.po`` with English msgids. Traditional Chinese is made from it by
OpenCC and the overrides in ``zh_hant_overrides.json``; it exists as a compiled file only. English needs no file.
"""

import io
import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import opencc
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.utils.translation.template import templatize

from keyuan.config.stamps import fingerprint, once, replace_text

PACKAGE = Path(__file__).resolve().parents[1]
OVERRIDES = Path(__file__).with_name("zh_hant_overrides.json")
#: Every spelling by which code asks for a translation; a number is the argument that holds the text.
KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
}

#: What identifies a message: its context, its text, and whether it has a plural, which is looked up elsewhere.
MessageKey = tuple[str | None, str, bool]


def sources() -> list[Path]:
    """Return the hand-written catalogues, one a context."""
    return sorted(PACKAGE.glob("*/locale/zh_Hans/LC_MESSAGES/django.po"))


def read_catalogue(path: Path) -> Catalog:
    """Read one ``.po`` file; a malformed one raises with its line."""
    with path.open("rb") as file:
        return read_po(file, locale="zh_Hans", abort_invalid=True)


def compiled(catalogue: Catalog) -> bytes:
    """Return ``catalogue`` as the bytes of a ``.mo`` file; fuzzy entries stay out."""
    buffer = io.BytesIO()
    write_mo(buffer, catalogue)
    return buffer.getvalue()


class Traditional:
    """Turns simplified into traditional Chinese: OpenCC's standard forms, then our own words."""

    def __init__(self, overrides: Path = OVERRIDES) -> None:
        self._converter = opencc.OpenCC("s2tw")
        self._words: dict[str, str] = json.loads(overrides.read_text(encoding="utf-8"))

    def text(self, simplified: str) -> str:
        """Return ``simplified`` in traditional characters."""
        result = str(self._converter.convert(simplified))
        for found, wanted in self._words.items():
            result = result.replace(found, wanted)
        return result

    def catalogue(self, source: Catalog) -> Catalog:
        """Return a catalogue with the same messages in traditional characters."""
        target = Catalog(locale="zh_Hant", charset="utf-8")
        for message in source:
            if message.id and message.string and not message.fuzzy:
                string = message.string
                converted = self.text(string) if isinstance(string, str) else tuple(self.text(part) for part in string)
                target.add(message.id, converted, context=message.context)
        return target


def compile_one(source: Path, traditional: Traditional) -> None:
    """Write the two compiled files that ``source`` stands for."""
    catalogue = read_catalogue(source)
    locale = source.parents[2]
    replace_text(source.with_suffix(".mo"), compiled(catalogue))
    replace_text(locale / "zh_Hant" / "LC_MESSAGES" / "django.mo", compiled(traditional.catalogue(catalogue)))


def compile_catalogues(stamps: Path) -> bool:
    """Compile every catalogue that changed; return whether any did."""
    changed = [_compile_if_changed(source, stamps) for source in sources()]
    return any(changed)


def _compile_if_changed(source: Path, stamps: Path) -> bool:
    targets = [source.with_suffix(".mo"), source.parents[2] / "zh_Hant" / "LC_MESSAGES" / "django.mo"]
    value = fingerprint([source, OVERRIDES, Path(__file__)])
    mark = stamps / f"catalogue-{source.parents[3].name}"
    return once(mark, value, lambda: compile_one(source, Traditional()), makes=targets)


def texts_of_code() -> Iterator[tuple[Path, int, MessageKey]]:
    """Yield file, line and key of every message that Python code and templates ask for; tests stay out."""
    for path in sorted(PACKAGE.rglob("*")):
        if path.suffix in {".py", ".html", ".txt"} and not {"tests", "migrations"} & set(path.parts):
            yield from _texts_of(path)


def _texts_of(path: Path) -> Iterator[tuple[Path, int, MessageKey]]:
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        # Django blanks out what is not to be translated; what is left has to look like Python to its tokeniser.
        text = re.sub(r"(?m)^[ \t]+", "", templatize(text))
    for line, found, _remarks, context in extract("python", io.BytesIO(text.encode()), KEYWORDS):
        first, plural = (found, False) if isinstance(found, str) else (found[0], len(found) > 1)
        if first:
            yield path, line, (context, first, plural)


def forms(text: str | Sequence[str] | None) -> list[str]:
    """Return the singular and plural forms that one message has."""
    return [text] if isinstance(text, str) else list(text or ())


def is_complete(message: Message) -> bool:
    """Tell whether ``message`` has a translation that people may be shown."""
    return bool(forms(message.string)) and all(forms(message.string)) and not message.fuzzy


def translated() -> dict[MessageKey, dict[Path, str]]:
    """Return every complete message of all catalogues, with the translation that each of its files gives."""
    known: dict[MessageKey, dict[Path, str]] = {}
    for path in sources():
        for message in read_catalogue(path):
            if message.id and is_complete(message):
                key = (message.context, forms(message.id)[0], message.pluralizable)
                known.setdefault(key, {})[path] = forms(message.string)[0]
    return known


def missing() -> list[str]:
    """Return one line for each message of the code that no catalogue translates: where it stands, and the text."""
    known = set(translated())
    # An entry with a plural also answers for its singular; one without is never found for a plural.
    known |= {(context, text, False) for context, text, _plural in known}
    lines = (
        f"{path.relative_to(PACKAGE.parent)}:{line}: {f'[{key[0]}] ' if key[0] else ''}{key[1]!r}"
        for path, line, key in texts_of_code()
        if key not in known
    )
    return sorted(set(lines))
