"""Chinese as it is written where the reader lives: texts that people of the house wrote in simplified characters."""

from functools import cache

from opencc import OpenCC


@cache
def _converter() -> OpenCC:
    return OpenCC("s2tw")


def traditional(text: str) -> str:
    """Return a text in traditional characters."""
    return str(_converter().convert(text))
