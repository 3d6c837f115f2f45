"""Files into the book: read, mapped, checked, written in chunks, reported (PLT-9, architecture 4.6).

Contexts declare a `Target` and add it to `targets`; pages and the command do the rest through `lifecycle`.
"""

from keyuan.platform.imports.targets import (
    Answer,
    Candidate,
    Card,
    Chunk,
    ImportContext,
    Kind,
    Likeness,
    Matching,
    Outcome,
    Placement,
    PlacementSource,
    RowIssue,
    Target,
    TargetField,
    placement_sources,
    targets,
)

__all__ = [
    "Answer",
    "Candidate",
    "Card",
    "Chunk",
    "ImportContext",
    "Kind",
    "Likeness",
    "Matching",
    "Outcome",
    "Placement",
    "PlacementSource",
    "RowIssue",
    "Target",
    "TargetField",
    "placement_sources",
    "targets",
]
