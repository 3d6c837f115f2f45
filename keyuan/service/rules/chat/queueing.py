"""Who gets which conversation, and how long the others will wait (SRV-5)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from keyuan.service.rules.kinds import Hand, hand_for

#: Seconds that the next one takes while nobody knows better, and what a visitor is told at most.
USUAL_SECONDS = 180
LONGEST_SECONDS = 3600
#: Conversations handed back go first again.
FIRST_RANK, USUAL_RANK = 0, 30


@dataclass(frozen=True, slots=True)
class Waiting:
    """A conversation in the queue: the codes of its category and those above, whom it waits for, who handed it on."""

    chat_id: int
    skills: frozenset[str] = frozenset()
    wanted_id: int | None = None
    passed_by_id: int | None = None


def given_out(waiting: Sequence[Waiting], hands: Sequence[Hand]) -> list[tuple[int, int]]:
    """Return (conversation, person) pairs: the first in the queue first, each to who is fit and least busy.

    Whoever waits for one person waits on while that person is there but full; with that person away anybody may.
    Nobody gets more than their capacity.
    """
    free = {hand.user_id: hand for hand in hands}
    found = []
    for item in waiting:
        wanted = free.get(item.wanted_id or 0)
        # A question without a subject needs no skill: anybody may take it.
        fit = free.values() if item.skills else [replace(hand, skills=frozenset()) for hand in free.values()]
        hand = (
            hand_for([replace(wanted, skills=frozenset())], ())
            if wanted
            else hand_for(list(fit), item.skills, [item.passed_by_id or 0])
        )
        if hand is None:
            continue
        found.append((item.chat_id, hand.user_id))
        free[hand.user_id] = replace(free[hand.user_id], load=hand.load + 1)
    return found


def expected_seconds(position: int, gaps: Sequence[float], hands: int) -> int | None:
    """Return how long the one at ``position`` (from 1) will wait, in whole seconds; None while nobody is there.

    ``gaps`` are the seconds between the last answers of the desk.
    """
    if hands < 1:
        return None
    pace = sum(gaps) / len(gaps) if gaps else USUAL_SECONDS / hands
    return min(LONGEST_SECONDS, max(15, round(position * pace)))
