"""Many records at once, by the caller's own keys: the targets of imports, row by row (PLT-9)."""

from typing import Annotated, Any

from pydantic import BaseModel, Field, StrictBool, StrictFloat, StrictInt, StrictStr, create_model

from keyuan.api.kit.caller import ApiRequest
from keyuan.api.kit.problems import field_error
from keyuan.api.kit.resource import In, Out, Resource
from keyuan.platform import clock
from keyuan.platform.imports import Kind, Target, TargetField, targets
from keyuan.platform.imports.direct import MOST_ROWS, upsert_rows
from keyuan.platform.permissions import IMPORT_RUN

router = Resource("Bulk")

LONGEST = 2000
Text = Annotated[StrictStr, Field(max_length=LONGEST)]
Cell = Text | StrictBool | Annotated[StrictInt, Field(ge=-(2**53), le=2**53)] | StrictFloat | None
WORDS = {
    Kind.MONEY: "amount in yuan, such as 1200.50",
    Kind.DATE: "date, such as 2026-03-16",
    Kind.FLAG: "true or false",
    Kind.WHOLE: "whole number",
}


class RowAnswer(Out):
    """What became of one row."""

    index: int = Field(description="Place of the row in the request, from 0")
    result: str = Field(description="created, updated, unchanged or refused")
    errors: list[dict[str, str]] = []


class BulkAnswer(Out):
    """What became of the rows, in their order."""

    created: int
    updated: int
    unchanged: int
    refused: int
    rows: list[RowAnswer]


def text_of(cell: Any) -> str:
    """Return a value as a file would hold it."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "1" if cell else "0"
    return str(cell)


def _texts(row: BaseModel) -> dict[str, str]:
    return {key: text_of(cell) for key, cell in row.model_dump(exclude_unset=True).items()}


def body_of(target: Target) -> type[In]:
    """Return the body of a target's endpoint."""
    row = create_model(
        f"{target.key.title()}Row", __base__=In, **{item.key: (Cell, _described(item)) for item in target.fields}
    )  # type: ignore[call-overload]  # the fields are the target's
    rows = Annotated[list[row], Field(min_length=1, max_length=MOST_ROWS)]  # type: ignore[valid-type]  # made just now
    source = Annotated[str, Field(min_length=1, max_length=40, description="Name of your system: keys are its own")]
    unit = Annotated[str | None, Field(max_length=20, description="Code of the unit for new records; default: yours")]
    found: type[In] = create_model(
        f"Bulk{target.key.title()}", __base__=In, source=(source, ...), unit=(unit, None), rows=(rows, ...)
    )
    return found


def _described(item: TargetField) -> Any:
    said = WORDS.get(item.kind, "")
    return Field(None, description=f"{item.label}{': ' if said else ''}{said}")


def declare(target: Target) -> None:
    """Declare the endpoint of one target."""
    keys = " or ".join("+".join(fields) for fields in target.keys)

    def upsert(request: ApiRequest, body: BaseModel) -> Any:
        sent: Any = body
        results = upsert_rows(
            actor=request.actor, target=target, source=sent.source,
            rows=[_texts(row) for row in sent.rows],
            unit=sent.unit or request.actor.unit_id, now=clock.now(),
        )  # fmt: skip
        rows = [
            {
                "index": row.index,
                "result": row.result,
                "errors": [field_error(issue.field, issue.code, issue.params) for issue in row.issues],
            }
            for row in results
        ]
        words = ("created", "updated", "unchanged", "refused")
        return {word: sum(row.result == word for row in results) for word in words} | {"rows": rows}

    upsert.__annotations__["body"] = body_of(target)
    upsert.__name__ = f"bulk_{target.key}"
    upsert.__doc__ = (
        f"Make or change {target.key} by your own keys.\n\nA row is found by {keys}; each stands for itself. Values "
        "are read as in a file; what a row leaves out is not known and changes nothing. Also takes the permission "
        f"{target.permission}."
    )
    router.post(f"/bulk/{target.key}", IMPORT_RUN, BulkAnswer, status=200)(upsert)


for found in targets:
    declare(found)
