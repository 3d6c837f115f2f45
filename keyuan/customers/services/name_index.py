"""Keeping the search tables of names: grams and pinyin keys of every reading (CUS-4)."""

from collections.abc import Iterable, Iterator

from keyuan.customers.models import NameGram, NameKey
from keyuan.kernel.names import grams, pinyin_readings

FULL, INITIALS = "F", "I"
KEY_LENGTH = 60
CHUNK = 5000


def gram_rows(customer_id: int, name: str) -> Iterator[tuple[str, int]]:
    """Yield (gram, customer id) of one name: the rows of `NameGram`."""
    for gram in grams(name):
        yield gram, customer_id


def key_rows(customer_id: int, name: str) -> Iterator[tuple[str, str, int]]:
    """Yield (kind, key, customer id) of every reading, each key once: the rows of `NameKey`."""
    readings = pinyin_readings(name)
    for kind, keys in ((FULL, [full for full, _ in readings]), (INITIALS, [short for _, short in readings])):
        for key in dict.fromkeys(key[:KEY_LENGTH] for key in keys if key):
            yield kind, key, customer_id


def name_sort_key(name: str) -> str:
    """Return what lists sort names by: the likeliest reading in full, at most 60 characters."""
    readings = pinyin_readings(name)
    return readings[0][0][:KEY_LENGTH] if readings else ""


def index_names(names: Iterable[tuple[int, str]]) -> None:
    """Make the search rows of (customer id, name) pairs anew, inside the caller's transaction."""
    pairs = list(names)
    ids = [customer_id for customer_id, _ in pairs]
    NameGram.objects.filter(customer_id__in=ids).delete()
    NameKey.objects.filter(customer_id__in=ids).delete()
    NameGram.objects.bulk_create(
        (
            NameGram(gram=gram, customer_id=pk)
            for customer_id, name in pairs
            for gram, pk in gram_rows(customer_id, name)
        ),
        batch_size=CHUNK,
    )
    NameKey.objects.bulk_create(
        (
            NameKey(kind=kind, key=key, customer_id=pk)
            for customer_id, name in pairs
            for kind, key, pk in key_rows(customer_id, name)
        ),
        batch_size=CHUNK,
    )
