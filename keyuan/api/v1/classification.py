"""Classification of the customer resource: one customer, the board, the thresholds (CUS-5)."""

from datetime import date, datetime, timedelta
from typing import Annotated, Any

from ninja import Query
from pydantic import Field

from keyuan.api.kit.caller import ApiRequest
from keyuan.api.kit.resource import Out, Resource, RowId
from keyuan.customers import permissions
from keyuan.customers.rules.classification import AXES, to_json
from keyuan.customers.selectors import access_customer
from keyuan.customers.selectors.classification.board import board_of
from keyuan.customers.selectors.classification.columns import rules_in_force
from keyuan.customers.selectors.classification.history import changes_of, standing_of
from keyuan.customers.selectors.classification.places import place_of
from keyuan.platform import clock

router = Resource("Classification")
AXIS_LIST = ", ".join(AXES)
DayAsked = Annotated[date | None, Query(description="The day asked for; today where it is left out")]
UnitAsked = Annotated[int | None, Query(ge=1, le=2**31 - 1, description="A unit in reach")]
SPAN = timedelta(days=30)


class StandingOut(Out):
    """One axis of a customer."""

    axis: str = Field(description=f"One of {AXIS_LIST}")
    value: str
    since: date


class ChangeOut(Out):
    """A move on one axis."""

    axis: str
    old: str
    new: str
    on: date
    cause: str = Field(description="FACT, TIME or RULES")


class ClassificationOut(Out):
    """Where a customer stands, or stood on a day, and the last moves."""

    on: date
    axes: list[StandingOut]
    changes: list[ChangeOut]


class CellOut(Out):
    """One value of an axis on two days."""

    axis: str
    value: str
    before: int
    after: int
    moved_in: int
    moved_out: int


class MoveOut(Out):
    """Moves from one value to another between two days."""

    axis: str
    old: str
    new: str
    moves: int


class BoardOut(Out):
    """The board between two counted days."""

    first: date
    last: date
    classified_at: datetime | None
    cells: list[CellOut]
    moves: list[MoveOut]


class RulesOut(Out):
    """The thresholds in force; amounts in minor units of CNY. ``number`` is 0 for those the system came with."""

    number: int
    thresholds: dict[str, Any]


@router.get("/customers/{int:customer_id}/classification", permissions.VIEW, ClassificationOut)
def get_customer_classification(request: ApiRequest, customer_id: RowId, on: DayAsked = None) -> Any:
    """Get where a customer stands on every axis, or stood at the end of a day."""
    access_customer(request.actor, customer_id, now=clock.now())
    return {"on": on or clock.today(), "axes": standing_of(customer_id, on), "changes": changes_of(customer_id)}


@router.get("/classification/board", permissions.CLASS_BOARD, BoardOut)
def get_classification_board(
    request: ApiRequest, first: DayAsked = None, last: DayAsked = None, unit: UnitAsked = None
) -> Any:
    """Get counts of every axis on two days and the movement between them, for the reach of the post or a unit in it."""
    until = last or clock.today()
    found = board_of(place_of(request.actor, unit), min(first or until - SPAN, until), until)
    return {
        "first": found.first,
        "last": found.last,
        "classified_at": found.counted_at,
        "cells": [row for rows in found.rows.values() for row in rows],
        "moves": [move for moves in found.moves.values() for move in moves],
    }


@router.get("/classification/rules", permissions.CLASS_BOARD, RulesOut)
def get_classification_rules(request: ApiRequest) -> Any:
    """Get the thresholds in force."""
    del request
    thresholds, version = rules_in_force()
    return {"number": version.number if version else 0, "thresholds": to_json(thresholds)}
