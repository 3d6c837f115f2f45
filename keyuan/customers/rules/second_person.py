"""Steps that take two people: what may follow what, and who may take it (CUS-10, CUS-14; decision 11)."""

from collections.abc import Mapping
from dataclasses import dataclass

from keyuan.kernel.errors import Conflict, Refused


@dataclass(frozen=True, slots=True)
class Step:
    """One legal step: from any of ``sources`` to ``target``; ``other`` takes another person than whoever asked."""

    sources: tuple[str, ...]
    target: str
    other: bool = False
    own: bool = False


#: Exceptions from the service standard.
EXCEPTION: Mapping[str, Step] = {
    "approve": Step(("ASKED",), "APPROVED", other=True),
    "refuse": Step(("ASKED",), "REFUSED", other=True),
    "withdraw": Step(("ASKED",), "WITHDRAWN", own=True),
    "revoke": Step(("APPROVED",), "REVOKED"),
}
#: Listings on the claims watch list.
LISTING: Mapping[str, Step] = {
    "confirm": Step(("PROPOSED",), "IN_FORCE", other=True),
    "refuse": Step(("PROPOSED",), "REFUSED", other=True),
    "withdraw": Step(("PROPOSED",), "WITHDRAWN", own=True),
    "lift": Step(("IN_FORCE",), "LIFTED"),
}
#: Appeals against a listing: decided by somebody who neither proposed nor decided it.
APPEAL: Mapping[str, Step] = {
    "uphold": Step(("OPEN",), "UPHELD", other=True),
    "lift": Step(("OPEN",), "LIFTED", other=True),
}


def step_of(
    steps: Mapping[str, Step], act: str, status: str, *, actor_id: int | None, involved: tuple[int | None, ...]
) -> Step:
    """Return the step ``act`` out of ``status``.

    Raises `Refused` second_person.no_such_act, second_person.same_person (who asked cannot decide) or
    second_person.not_yours (only who asked withdraws), `Conflict` second_person.moved_on.
    """
    step = steps.get(act)
    if step is None:
        raise Refused("second_person.no_such_act")
    if status not in step.sources:
        raise Conflict("second_person.moved_on")
    if step.other and actor_id is not None and actor_id in involved:
        raise Refused("second_person.same_person")
    if step.own and actor_id not in involved:
        raise Refused("second_person.not_yours")
    return step
