"""What the page of a mapping shows: the file, the proposal, the fields."""

import json
from collections.abc import Sequence
from contextlib import closing
from itertools import islice
from typing import Any

from keyuan.kernel.errors import Invalid, Refused
from keyuan.platform.http import StaffRequest
from keyuan.platform.imports.forms import field_groups
from keyuan.platform.imports.guessing import guess_fields, guess_target
from keyuan.platform.imports.layouts import Layout, rows_of
from keyuan.platform.imports.mappings import FileMapping, from_json
from keyuan.platform.imports.reading import stem_of
from keyuan.platform.imports.remembering import fitting_mappings, presets
from keyuan.platform.imports.selectors import placements_for, targets_for
from keyuan.platform.imports.storage import opener_for
from keyuan.platform.imports.targets import Target, targets
from keyuan.platform.imports.wording import DECISIONS
from keyuan.platform.models.import_job import ImportJob
from keyuan.platform.wording import say

SAMPLE_ROWS = 20
SHOWN_ROWS = 5
SAMPLE_LENGTH = 40


def samples_of(import_job: ImportJob, layout: Layout) -> dict[str, list[str]]:
    """Return the first cells of each column; they are read from the file each time and stored nowhere."""
    with closing(rows_of(opener_for(import_job), layout)) as rows:
        first = [cells for _number, cells in islice(rows, SAMPLE_ROWS)]
    return {
        column: [cells[place][:SAMPLE_LENGTH] if place < len(cells) else "" for cells in first]
        for place, column in enumerate(layout.columns)
    }


def proposed(request: StaffRequest, import_job: ImportJob) -> FileMapping | None:
    """Return what the page begins with: what is chosen in the address, what was saved, what fits, or a guess."""
    layout = Layout.from_json(import_job.layout)
    allowed = {target.key for target in targets_for(request.actor)}
    fitting = [mapping for mapping in fitting_mappings(layout) if mapping.target in allowed]
    wanted, use = request.GET.get("target", ""), request.GET.get("use", "")
    for mapping in fitting:
        if use == mapping.name and wanted in ("", mapping.target):
            return mapping
    if not wanted and import_job.mapping:
        return _saved(import_job)
    if not wanted and fitting:
        return fitting[0]
    return _guessed(import_job, layout, wanted, [target for target in targets if target.key in allowed])


def _saved(import_job: ImportJob) -> FileMapping | None:
    try:
        return from_json(import_job.mapping)
    except Invalid:
        return None


def _guessed(import_job: ImportJob, layout: Layout, wanted: str, allowed: Sequence[Target]) -> FileMapping | None:
    chosen = next((target for target in allowed if target.key == wanted), None)
    target = chosen or guess_target(layout.columns, allowed) or (allowed[0] if allowed else None)
    if target is None:
        return None
    rules = guess_fields(layout.columns, target, samples_of(import_job, layout))
    return FileMapping(target=target.key, source=stem_of(import_job.file_name)[:40], fields=rules)


def mapping_context(
    request: StaffRequest, import_job: ImportJob, mapping: FileMapping | None, errors: Sequence[Refused] = ()
) -> dict[str, Any]:
    """Return what the template needs."""
    layout = Layout.from_json(import_job.layout)
    allowed = targets_for(request.actor)
    target = targets.get(mapping.target) if mapping else None
    samples = samples_of(import_job, layout)
    said = {error.field or "": say(error) for error in errors}
    names = {str(preset.key): preset.label for preset in presets}
    return {
        "import": import_job,
        "layout": layout,
        "mapping": mapping,
        "target": target,
        "targets": allowed,
        "groups": field_groups(target, mapping.fields, samples, said) if target and mapping else [],
        "columns": [(column, f":{column}", samples[column][:3]) for column in layout.columns],
        "sample_rows": list(zip(*samples.values(), strict=True))[:SHOWN_ROWS],
        "units": placements_for(request.actor),
        "unit_id": int(request.POST.get("unit") or import_job.unit_id or request.actor.unit_id or 0),
        "fitting": [(item, names.get(item.name, item.name)) for item in fitting_mappings(layout)],
        "json": json.dumps(mapping.to_json(), ensure_ascii=False, indent=2) if mapping else "",
        "errors": [(error.field or "", say(error)) for error in errors],
        "general_errors": [say(error) for error in errors if target is None or target.field(error.field or "") is None],
        "modes": ImportJob.Mode,
        "decisions": DECISIONS if target is not None and target.matching is not None else {},
        "on_likely": request.POST.get("on_likely") or import_job.on_likely,
    }
