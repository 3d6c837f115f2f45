"""Codes into sentences: rules and services return codes with parameters, faces say them (decision 27)."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from keyuan.kernel.errors import Invalid, KeyuanError

_sentences: dict[str, Any] = {}


def add_sentences(sentences: Mapping[str, Any]) -> None:
    """Register the sentence of each code: a lazy translation with ``%(param)s`` places; a code is worded once."""
    for code, sentence in sentences.items():
        if code in _sentences:
            raise ValueError(f"{code!r} has a sentence already")
        _sentences[code] = sentence


def has_sentence(code: str) -> bool:
    """Tell whether ``code`` can be said."""
    return code in _sentences


def say_code(code: str, params: Mapping[str, Any] | None = None) -> str:
    """Return the sentence of ``code`` in the active language; an unworded code says so and names itself."""
    sentence = _sentences.get(code)
    if sentence is None:
        return str(_("This could not be done (%(code)s).")) % {"code": code}
    return str(sentence) % dict(params or {}) if params else str(sentence)


def say(error: KeyuanError) -> str:
    """Return what went wrong and what to do, in the active language."""
    if isinstance(error, Invalid):
        return " ".join(say(part) for part in error.errors)
    return say_code(error.code, error.params)
