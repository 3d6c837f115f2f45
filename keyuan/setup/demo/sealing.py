"""Sealed values and blind indexes for whole columns, made by the same functions that services use."""

from keyuan.platform.crypto import blind_index, seal, tail_index
from keyuan.setup.demo.naming import Names


def sealed(field_key: str, values: Names) -> list[bytes | None]:
    """Return each value under seal, None for an empty one."""
    return [seal(field_key, value) if value else None for value in values]


def indexes(field_key: str, values: Names) -> list[int | None]:
    """Return the blind index of each value."""
    return [blind_index(field_key, value) for value in values]


def tails(field_key: str, values: Names) -> list[int | None]:
    """Return the blind index of the last four characters of each value."""
    return [tail_index(field_key, value) for value in values]
