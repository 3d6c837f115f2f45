"""Mappings that stay: those used before, found by the file's header, and those shipped with Keyuan (PLT-9)."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from keyuan.kernel.registry import Registry
from keyuan.platform.imports.layouts import Layout
from keyuan.platform.imports.mappings import NAME_LIMIT, FileMapping, from_json
from keyuan.platform.models.import_job import ImportJob, ImportMapping


@dataclass(frozen=True, slots=True)
class Preset:
    """A mapping shipped with Keyuan for a book whose shape is known."""

    key: str
    label: Any
    mapping: FileMapping


presets: Registry[Preset] = Registry()


def add_presets(folder: Path, labels: dict[str, Any]) -> None:
    """Register ``<key>.json`` of ``folder`` for each key of ``labels``."""
    for key, label in labels.items():
        stored = json.loads((folder / f"{key}.json").read_text(encoding="utf-8"))
        presets.add(Preset(key, label, replace(from_json(stored), name=key)))


def header_digest(columns: Iterable[str]) -> str:
    """Return what files with the same columns share, whatever their order."""
    return hashlib.blake2b("\x1f".join(sorted(columns)).encode(), digest_size=16).hexdigest()


def remember(import_job: ImportJob, mapping: FileMapping, layout: Layout, now: datetime) -> None:
    """Keep the mapping of a finished import under its name, in the caller's transaction."""
    name = mapping.name or import_job.source[:NAME_LIMIT]
    ImportMapping.objects.update_or_create(
        target=mapping.target,
        name=name,
        defaults={
            "source": mapping.source,
            "header_digest": header_digest(layout.columns),
            "mapping": replace(mapping, name=name).to_json(),
            "owner_id": import_job.actor_id,
            "updated_at": now,
        },
    )


def known_mapping(name: str, target: str) -> FileMapping | None:
    """Return the remembered or shipped mapping called ``name``."""
    row = ImportMapping.objects.filter(target=target, name=name).first()
    if row is not None:
        return from_json(row.mapping)
    preset = presets.get(name)
    return preset.mapping if preset is not None and preset.mapping.target == target else None


def mapping_names() -> list[str]:
    """Return the names of the remembered and shipped mappings, each once."""
    kept = ImportMapping.objects.order_by("name").values_list("name", flat=True).distinct()
    return sorted({*kept[:500], *(preset.key for preset in presets)})


def fitting_mappings(layout: Layout) -> list[FileMapping]:
    """Return the mappings that fit the file's columns: used for the same header before (latest first), then shipped."""
    rows = ImportMapping.objects.filter(header_digest=header_digest(layout.columns)).order_by("-updated_at")
    found = [from_json(row.mapping) for row in rows[:20]]
    names = {(mapping.target, mapping.name) for mapping in found}
    columns = set(layout.columns)
    for preset in presets:
        fits = preset.mapping.columns() <= columns
        if fits and (preset.mapping.target, preset.mapping.name) not in names:
            found.append(preset.mapping)
    return found
