"""The way of a shipment as data: what does not stand here is refused (POL-8; domain.md §A.3)."""

from enum import StrEnum


class State(StrEnum):
    """Where a shipment stands. DELIVERED: the courier handed it over; SIGNED: the signed receipt is back."""

    PREPARED = "PREPARED"
    SENT = "SENT"
    DELIVERED = "DELIVERED"
    SIGNED = "SIGNED"
    RETURNED = "RETURNED"
    LOST = "LOST"
    CANCELLED = "CANCELLED"


#: From -> what may follow. Couriers report late and out of order: what was lost may still arrive.
STEPS: dict[State, tuple[State, ...]] = {
    State.PREPARED: (State.SENT, State.CANCELLED),
    State.SENT: (State.DELIVERED, State.SIGNED, State.RETURNED, State.LOST),
    State.DELIVERED: (State.SIGNED, State.RETURNED),
    State.SIGNED: (),
    State.RETURNED: (),
    State.LOST: (State.DELIVERED, State.SIGNED, State.RETURNED),
    State.CANCELLED: (),
}
#: Nothing follows any more unless it is sent again.
FAILED = (State.RETURNED, State.LOST)
OPEN = (State.PREPARED, State.SENT, State.DELIVERED)


class Paper(StrEnum):
    """What is in the envelope."""

    APPLICATION = "APPLICATION"
    CONTRACT = "CONTRACT"
    RECEIPT = "RECEIPT"
    NOTICE = "NOTICE"


def may_follow(state: str, target: str) -> bool:
    """Tell whether ``target`` may follow ``state``."""
    return State(target) in STEPS[State(state)]


def is_old_news(state: str, target: str) -> bool:
    """Tell whether a courier's word only repeats what is known, or comes after what followed it."""
    order = (State.PREPARED, State.SENT, State.DELIVERED, State.SIGNED)
    if state == target:
        return True
    if state in order and target in order:
        return order.index(State(target)) < order.index(State(state))
    return state in (State.RETURNED, State.CANCELLED) and target in (State.SENT, State.LOST)
