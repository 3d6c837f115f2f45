"""What was fetched, encrypted from its first byte: segments while it arrives, one file of the vault at the end."""

from collections.abc import Iterable, Iterator

from django.db import transaction

from keyuan.integrations.models import DeliveryPart, DeliverySegment
from keyuan.integrations.rules.offers import Block
from keyuan.kernel.errors import Refused
from keyuan.platform.files import vault
from keyuan.platform.imports.limits import MAX_FILE_BYTES, MIB
from keyuan.platform.imports.storage import Metered, StoredFile

#: As much as a killed fetch may have to fetch again.
SEGMENT = 8 * MIB
Stage = DeliveryPart.Stage


def segments(blocks: Iterable[Block], size: int = SEGMENT) -> Iterator[Block]:
    """Join small blocks to blocks of about ``size`` bytes, each with the cursor behind it."""
    held, length, cursor = [], 0, ""
    for block in blocks:
        held.append(block.data)
        length, cursor = length + len(block.data), block.cursor
        if length >= size:
            yield Block(b"".join(held), cursor)
            held, length = [], 0
    if held:
        yield Block(b"".join(held), cursor)


def add_segment(part: DeliveryPart, block: Block, stored: tuple[str, bytes]) -> None:
    """Write down a segment that stands in the vault, in the caller's transaction. Raises Refused import.file_large."""
    part.received += len(block.data)
    part.cursor = block.cursor
    if part.received > MAX_FILE_BYTES:
        raise Refused("import.file_large", megabytes=MAX_FILE_BYTES // MIB)
    number = DeliverySegment.objects.filter(part=part).count()
    DeliverySegment.objects.create(part=part, number=number, storage_name=stored[0], wrapped_key=stored[1])
    part.save(update_fields=["received", "cursor"])


def join(part: DeliveryPart) -> StoredFile:
    """Make one file of the vault of a part's segments, measured and hashed on the way."""
    meter = Metered(_whole(part))
    storage_name, key = vault.write(meter)
    return StoredFile(storage_name, key, meter.size, meter.sha256)


def _whole(part: DeliveryPart) -> Iterator[bytes]:
    for segment in DeliverySegment.objects.filter(part=part).order_by("number"):
        yield from vault.read(segment.storage_name, bytes(segment.wrapped_key))


def keep(part: DeliveryPart, stored: StoredFile, *, sound: bool) -> None:
    """Let the whole file take the place of the segments, in the caller's transaction; ``sound``: it is what was
    claimed."""
    part.storage_name, part.wrapped_key = stored.storage_name, stored.key
    part.size, part.sha256 = stored.size, stored.sha256
    part.stage = Stage.STORED if sound else Stage.NEW
    part.save(update_fields=["storage_name", "wrapped_key", "size", "sha256", "stage"])
    _drop_segments(part)


def forget(part: DeliveryPart) -> None:
    """Throw away what was fetched of a part, in the caller's transaction, so that fetching begins anew."""
    name = part.storage_name
    part.storage_name, part.wrapped_key, part.sha256, part.cursor = "", None, "", ""
    part.size = part.received = 0
    part.stage = Stage.NEW
    part.save(update_fields=["storage_name", "wrapped_key", "sha256", "cursor", "size", "received", "stage"])
    _drop_segments(part)
    if name:
        transaction.on_commit(lambda: vault.remove(name))


def _drop_segments(part: DeliveryPart) -> None:
    rows = DeliverySegment.objects.filter(part=part)
    names = list(rows.values_list("storage_name", flat=True))
    rows.delete()
    part.cursor = ""
    DeliveryPart.objects.filter(pk=part.pk).update(cursor="", received=0)

    def remove() -> None:
        for name in names:
            vault.remove(name)

    # Only after the commit: a rollback must find its segments again.
    transaction.on_commit(remove)
