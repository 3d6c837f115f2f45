"""The way of a renewal as data: what does not stand here is refused (POL-4)."""

from enum import StrEnum


class Stage(StrEnum):
    """How far a chance of renewal has come."""

    OPEN = "OPEN"
    CONTACTED = "CONTACTED"
    QUOTED = "QUOTED"
    ACCEPTED = "ACCEPTED"
    WON = "WON"
    LOST = "LOST"


LIVE = (Stage.OPEN, Stage.CONTACTED, Stage.QUOTED, Stage.ACCEPTED)
#: Act -> (from, to); None: the stage stays.
ACTS: dict[str, tuple[tuple[Stage, ...], Stage | None]] = {
    "CONTACT": (LIVE, None),
    "QUOTE": ((Stage.OPEN, Stage.CONTACTED, Stage.QUOTED), Stage.QUOTED),
    "ACCEPT": ((Stage.QUOTED,), Stage.ACCEPTED),
    "WITHDRAW": ((Stage.ACCEPTED,), Stage.QUOTED),
    "ISSUE": ((Stage.ACCEPTED,), Stage.WON),
    "RENEWED": ((*LIVE, Stage.LOST), Stage.WON),
    "LOSE": (LIVE, Stage.LOST),
    "REOPEN": ((Stage.LOST,), Stage.OPEN),
    "STOP": (LIVE, Stage.LOST),
    "RESUME": ((Stage.LOST,), Stage.OPEN),
    "ASSIGN": (LIVE, None),
    "REMIND": (LIVE, None),
}


class Reason(StrEnum):
    """Why a chance was lost."""

    PRICE = "PRICE"
    SERVICE = "SERVICE"
    COMPETITOR = "COMPETITOR"
    NO_NEED = "NO_NEED"
    NOT_REACHED = "NOT_REACHED"
    DECLINED = "DECLINED"
    SOLD = "SOLD"
    SCRAPPED = "SCRAPPED"
    TOTAL_LOSS = "TOTAL_LOSS"
    STOPPED = "STOPPED"
    LAPSED = "LAPSED"
    ENDED = "ENDED"
    OTHER = "OTHER"


#: Vehicles that are gone: no renewal is possible, so the rate does not count them (domain.md §A.8).
GONE = frozenset({Reason.SOLD, Reason.SCRAPPED, Reason.TOTAL_LOSS})
#: Not counted either: the contract did not run to its end.
EXCLUDED = GONE | {Reason.ENDED}
#: What a person may give; the others are set by what happened.
CHOSEN = (
    Reason.PRICE, Reason.SERVICE, Reason.COMPETITOR, Reason.NO_NEED, Reason.NOT_REACHED, Reason.DECLINED, Reason.SOLD,
    Reason.SCRAPPED, Reason.TOTAL_LOSS, Reason.OTHER,
)  # fmt: skip
#: Reasons that only something with wheels can have.
OF_VEHICLES = GONE


def next_stage(stage: str, act: str) -> Stage | None:
    """Return where ``act`` leads from ``stage`` (the same stage where it leads nowhere), None where it is refused."""
    allowed, target = ACTS[act]
    if stage not in allowed:
        return None
    if act == "CONTACT" and stage == Stage.OPEN:
        return Stage.CONTACTED
    return target or Stage(stage)


def rate_bp(won: int, expiring: int, excluded: int) -> int | None:
    """Return contracts renewed of contracts expiring in basis points, rounded half up; None where none counts."""
    counted = expiring - excluded
    return None if counted <= 0 else (2 * won * 10_000 + counted) // (2 * counted)
