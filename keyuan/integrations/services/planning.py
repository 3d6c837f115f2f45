"""How a part is read: its target and mapping, from the manifest within what the connector allows (PLT-14)."""

from collections.abc import Mapping
from dataclasses import replace

from keyuan.integrations.models import Connector, DeliveryPart
from keyuan.integrations.rules.claims import Counted
from keyuan.kernel.errors import Invalid, Refused
from keyuan.platform.imports.layouts import Layout
from keyuan.platform.imports.mappings import FileMapping, natural_key
from keyuan.platform.imports.remembering import known_mapping
from keyuan.platform.imports.selectors import mapping_of
from keyuan.platform.imports.streams import Opener
from keyuan.platform.imports.targets import Kind, Target, targets
from keyuan.platform.models.import_job import ImportJob

BLOCK = 256 * 1024
FAMILIES = {"utf-8-sig": "utf-8", "utf8": "utf-8", "gbk": "gb18030", "gb2312": "gb18030", "gb-18030": "gb18030"}


def plan_part(connector: Connector, part: DeliveryPart) -> tuple[Target, FileMapping]:
    """Return target and mapping of a part, under the connector's source.

    Raises Refused delivery.target, delivery.mapping_unknown, delivery.keyless: without the source's own key the same
    delivery again would make everything twice.
    """
    key = part.target or connector.target
    target = targets.get(key)
    if target is None or (connector.target and key != connector.target):
        raise Refused("delivery.target", target=key or "--")
    name = part.mapping or connector.mapping
    mapping = known_mapping(name, target.key) if name else None
    if mapping is None:
        raise Refused("delivery.mapping_unknown", mapping=name or "--", target=str(target.label))
    if not natural_key(mapping, target):
        raise Refused("delivery.keyless", mapping=name)
    return target, replace(mapping, source=connector.source, name=f"{connector.key} {name}"[:80])


def check_encoding(part: DeliveryPart, layout: Layout, opener: Opener) -> None:
    """Raise Refused delivery.encoding when a text stands in another encoding than the manifest says."""
    claimed, found = family(part.encoding), family(layout.encoding)
    if not claimed or not found or claimed == found or _is_ascii(opener):
        return
    raise Refused("delivery.encoding", claimed=claimed.upper(), found=found.upper())


def family(encoding: str) -> str:
    """Return the name under which encodings that hold the same texts are one."""
    plain = encoding.lower().replace("_", "-")
    return FAMILIES.get(plain, plain)


def _is_ascii(opener: Opener) -> bool:
    with opener() as file:
        return all(block.isascii() for block in iter(lambda: file.read(BLOCK), b""))


def counted(import_job: ImportJob, target: Target) -> Counted:
    """Return what an import's present pass counted; sums stand under the column's heading and the field's key."""
    sums: dict[str, int] = {}
    mapping = mapping_of(import_job)
    for key, found in import_job.sums.items():
        sums[key] = found["read"]
        field, rule = target.field(key), mapping.fields.get(key)
        if field is not None and field.kind is Kind.MONEY and rule is not None and not (rule.scale or rule.offset):
            sums.update(dict.fromkeys(rule.sources, found["read"]))
    return Counted(import_job.rows_read, import_job.refused, sums)


def first_of(error: Refused) -> Refused:
    """Return one refusal that says what is wrong, where several parts of a mapping are."""
    return error.errors[0] if isinstance(error, Invalid) and error.errors else error


def plain_params(params: Mapping[str, object]) -> dict[str, object]:
    """Return parameters as JSON holds them."""
    return {key: value if isinstance(value, int) else str(value) for key, value in params.items()}
