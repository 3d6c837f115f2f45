"""Effects that take a step of the life cycle or turn a sub-state, through the same rules as by hand (POL-2)."""

from keyuan.policies.services.service_items.effects.work import Work
from keyuan.policies.services.transitions import COLUMNS, step_locked, switch_locked


def step(work: Work, kind: str) -> None:
    """Take the step ``kind`` today; guards are asked again on the locked contract."""
    taken = step_locked(work.policy, kind, work.today, work.today, reason=work.request.request_no)
    work.columns |= set(COLUMNS)
    work.told["step"] = taken.kind


def switch(work: Work, kind: str) -> None:
    """Turn a sub-state."""
    switch_locked(work.policy, kind, work.today, work.today)
    work.columns |= set(COLUMNS)
    work.told["step"] = kind


def lost(work: Work) -> None:
    """Mark the contract's paper as lost: nothing of value is done with it until it is reissued."""
    switch(work, "LOST")


def reissue(work: Work) -> None:
    """Issue the paper anew; the lost one is void."""
    if work.policy.is_lost:
        switch(work, "REISSUE")
    times = int(work.policy.facts.get("reissued", 0)) + 1
    work.put(facts={**work.policy.facts, "reissued": times})
    work.told["copy"] = times
