"""Which premiums may be given up, and how many people it takes (坏账, 小额核销; GK limits are settings)."""

from dataclasses import dataclass

from keyuan.kernel.codes import PolicyStatus
from keyuan.kernel.errors import Refused
from keyuan.kernel.money import Money, format_amount

SMALL, BAD = "SMALL", "BAD"
LIVING = (PolicyStatus.IN_FORCE, PolicyStatus.SUSPENDED)


@dataclass(frozen=True, slots=True)
class Limits:
    """In 分: what one person gives up ``alone``, and the largest remainder on a contract that lives on."""

    alone: int
    small: int


def kind_for(status: str, left: int, limits: Limits) -> str:
    """Return the kind of giving up ``left`` of a premium of a contract in ``status``.

    Raises `Refused` write_off.nothing_left, write_off.too_large (field ``amount``) for a contract that lives on: cover
    that is not paid must not stay, and write_off.not_yet for one without cover so far.
    """
    if left <= 0:
        raise Refused("write_off.nothing_left", field="instalment_number")
    if status == PolicyStatus.TERMINATED:
        return BAD
    if status not in LIVING:
        raise Refused("write_off.not_yet")
    if left > limits.small:
        raise Refused("write_off.too_large", field="amount", most=format_amount(Money(limits.small)))
    return SMALL
