"""Where every contract stands on the book's present day, and how it came there (domain.md §A.2–A.6).

Premiums decide first: paid to date, in grace, suspended, reinstated. What else ends a contract is drawn.
"""

from dataclasses import dataclass

import numpy as np

from keyuan.kernel.codes import PolicyStatus, TerminationReason
from keyuan.setup.demo.contracts import GRACE_DAYS, IS_GROUP, IS_LONG, Contracts
from keyuan.setup.demo.days import FOREVER, NO_DAY, Bools, Ints, add_months
from keyuan.setup.demo.draws import Draws
from keyuan.setup.demo.lines import (
    CANCELLED,
    CLAIMED,
    CONVERTED,
    DECLINED,
    HEALTHY,
    MOVED,
    ORDINARY,
    PENDING,
    RESCINDED,
    SAME_DAY,
    SURRENDERED,
    UNCLEAR,
    UNSAID,
    Lines,
)
from keyuan.setup.demo.naming import texts
from keyuan.setup.demo.plan import Book

IS_PENDING, IS_NOT_EFFECTIVE, IS_IN_FORCE, IS_SUSPENDED, IS_TERMINATED, IS_OTHER = range(6)
STATUS_CODES = texts(
    status.value
    for status in (
        PolicyStatus.PENDING,
        PolicyStatus.NOT_EFFECTIVE,
        PolicyStatus.IN_FORCE,
        PolicyStatus.SUSPENDED,
        PolicyStatus.TERMINATED,
        PolicyStatus.OTHER,
    )
)
#: Reason and transition by fate, in the order of the constants of `lines`.
ENDINGS = (
    (ORDINARY, "", ""),
    (PENDING, "", ""),
    (DECLINED, TerminationReason.DECLINED, "DECLINE"),
    (SAME_DAY, TerminationReason.SAME_DAY_WITHDRAWAL, "WITHDRAW"),
    (CANCELLED, TerminationReason.COOLING_OFF, "COOLING_OFF_CANCEL"),
    (SURRENDERED, TerminationReason.SURRENDER, "SURRENDER"),
    (CONVERTED, TerminationReason.CONVERSION, "CONVERT"),
    (MOVED, TerminationReason.TRANSFERRED_OUT, "TRANSFER_OUT"),
    (CLAIMED, TerminationReason.CLAIM, "CLAIM_END"),
    (RESCINDED, TerminationReason.COMPANY_RESCISSION, "RESCIND"),
    (UNCLEAR, "", ""),
    (HEALTHY, "", ""),
)
REASONS = texts(str(reason) for _, reason, _ in ENDINGS)
STEPS = texts(step for *_, step in ENDINGS)
FATES = (
    (SAME_DAY, 0.0008), (CANCELLED, 0.014), (CONVERTED, 0.001), (MOVED, 0.001), (CLAIMED, 0.005), (UNCLEAR, 0.0006),
)  # fmt: skip
NEVER = 10**6


@dataclass(slots=True)
class Standings:
    """Status and sub-states by policy. ``paid`` counts settled instalments, ``shown`` those in the schedule."""

    status: Ints
    fate: Ints
    matured: Bools
    ended: Ints
    suspended: Ints
    reinstated: Ints
    first_suspended: Ints
    paid: Ints
    due_count: Ints
    shown: Ints
    next_due: Ints
    in_grace: Bools
    in_cooling_off: Bools
    paid_up: Bools
    reduced: Bools
    premium_loan: Bools
    loaned: Bools
    lost: Bools
    frozen: Bools
    waived: Bools
    part_paid: Ints

    @property
    def reason(self) -> "np.ndarray[tuple[int], np.dtype[np.object_]]":
        """Termination reasons; empty for what has not ended."""
        return np.where(self.matured, TerminationReason.MATURED.value, REASONS[self.fate])


def make_standings(book: Book, lines: Lines, contracts: Contracts, draws: Draws) -> Standings:
    """Return where ``contracts`` stand on the book's day."""
    today = np.int64(book.today)
    fate, ended = _fates(book, lines, contracts, draws)
    horizon = np.minimum(np.where(ended == NO_DAY, today, ended), today)
    due_count = dues_until(contracts, horizon)
    unpaid = _first_unpaid(lines, contracts, due_count, horizon, draws)
    waived = (
        (fate == ORDINARY) & IS_LONG[contracts.offer] & (contracts.months > 0) & draws.chance(0.002, contracts.count)
    )
    paid = np.minimum(due_count, unpaid)
    first_due = due_date(contracts, paid)
    late = (paid < due_count) & (horizon > first_due + GRACE_DAYS) & ~waived
    suspended = np.where(late, first_due + GRACE_DAYS + 1, NO_DAY)
    paid, suspended, reinstated, first = _reinstate(lines, contracts, paid, due_count, suspended, horizon, draws)
    fate, ended = _rescind(fate, ended, suspended, today, draws)
    matured = (ended == NO_DAY) & (contracts.expires < today) & (suspended == NO_DAY)
    ended = np.where(matured, contracts.expires, ended)
    status = _status(fate, ended, suspended, contracts.effective, today)
    return _sub_states(book, contracts, lines.story[contracts.line] >= 0, draws, Standings(
        status=status, fate=np.where(fate == HEALTHY, ORDINARY, fate), matured=matured, ended=ended,
        suspended=suspended, reinstated=reinstated, first_suspended=first, paid=paid, due_count=due_count,
        shown=due_count, next_due=np.full(contracts.count, FOREVER), in_grace=waived, in_cooling_off=waived,
        paid_up=waived, reduced=waived, premium_loan=waived, loaned=waived, lost=waived, frozen=waived, waived=waived,
        part_paid=np.zeros(contracts.count, dtype=np.int64),
    ))  # fmt: skip


def due_date(contracts: Contracts, number: Ints) -> Ints:
    """Return when the instalment of position ``number`` (from 0) falls due."""
    return add_months(contracts.effective, number * contracts.months)


def dues_until(contracts: Contracts, day: Ints) -> Ints:
    """Return how many instalments fall due up to ``day``; the first is paid at issue and always counts."""
    months = np.maximum(contracts.months, 1)
    passed = (
        day.astype("datetime64[D]").astype("datetime64[M]")
        - contracts.effective.astype("datetime64[D]").astype("datetime64[M]")
    ).astype(np.int64)
    number = np.maximum(passed, 0) // months
    number -= (add_months(contracts.effective, number * months) > day) & (number > 0)
    return np.where(contracts.months > 0, np.minimum(number + 1, contracts.instalments), 1)


def _fates(book: Book, lines: Lines, contracts: Contracts, draws: Draws) -> tuple[Ints, Ints]:
    """Return what ends contracts apart from their premiums, and when; `NO_DAY` for those that go on."""
    count = contracts.count
    told = lines.fate[contracts.line]
    age = np.maximum(0, book.today - contracts.effective)
    fate = np.zeros(count, dtype=np.int64)
    eligible = IS_LONG[contracts.offer] & (told == ORDINARY) & (age > 1)
    luck = draws.uniform(count)
    low = 0.0
    for number, share in FATES:
        fate[eligible & (luck >= low) & (luck < low + share)] = number
        low += share
    leaves = 1 - np.exp(-0.024 * age / 365.0)
    fate[eligible & (luck >= low) & (luck < low + leaves) & (age > 60)] = SURRENDERED
    short = ~IS_LONG[contracts.offer] & (told == ORDINARY) & (age > 40)
    fate[short & draws.chance(0.008, count)] = SURRENDERED
    fate[(fate == CANCELLED) & (contracts.receipt == NO_DAY)] = ORDINARY
    fate = np.where(told == ORDINARY, fate, told)
    somewhere = contracts.effective + 1 + (age * (0.15 + 0.84 * draws.uniform(count))).astype(np.int64)
    some = np.isin(fate, (CONVERTED, MOVED, CLAIMED, SURRENDERED))
    ended = np.where(some, np.minimum(somewhere, contracts.expires), NO_DAY)
    ended = np.where(fate == CANCELLED, contracts.receipt + draws.between(1, 13, count), ended)
    ended = np.where(fate == SAME_DAY, contracts.issued, ended)
    ended = np.where(fate == DECLINED, contracts.applied + draws.between(2, 5, count), ended)
    early = ended > book.today
    return np.where(early & (ended != NO_DAY), ORDINARY, fate), np.where(early, NO_DAY, ended)


def _first_unpaid(lines: Lines, contracts: Contracts, due_count: Ints, horizon: Ints, draws: Draws) -> Ints:
    """Return the position of the first instalment that was not paid; `NEVER` where all were.

    The second year is the weakest (P13); of what fell due within the last 60 days some is still to come.
    """
    count = contracts.count
    regular = (contracts.months > 0) & IS_LONG[contracts.offer]
    stays = 1 + draws.waiting(34, count)
    years = np.where(draws.chance(0.075, count), 1.0, stays)
    unpaid = np.ceil(years * 12 / np.maximum(contracts.months, 1)).astype(np.int64)
    last = due_count - 1
    fresh = (due_date(contracts, last) > horizon - GRACE_DAYS) & (last > 0)
    # Lapses of the last two months are told by the late payers alone.
    unpaid = np.where(fresh & (unpaid == last), NEVER, unpaid)
    unpaid = np.where(fresh & draws.chance(0.17, count), np.minimum(unpaid, last), unpaid)
    told = lines.unpaid_from[contracts.line]
    spared = lines.fate[contracts.line] == HEALTHY
    return np.where(told != UNSAID, told, np.where(regular & ~spared, unpaid, NEVER))


def _reinstate(
    lines: Lines, contracts: Contracts, paid: Ints, due_count: Ints, suspended: Ints, horizon: Ints, draws: Draws
) -> tuple[Ints, Ints, Ints, Ints]:
    """Some pay their arrears within two years and are covered again."""
    wait = draws.between(20, 500, contracts.count)
    back = (suspended != NO_DAY) & (suspended + wait < horizon) & draws.chance(0.14, contracts.count)
    back &= lines.story[contracts.line] < 0
    reinstated = np.where(back, suspended + wait, NO_DAY)
    first = np.where(back, suspended, NO_DAY)
    return np.where(back, due_count, paid), np.where(back, NO_DAY, suspended), reinstated, first


def _rescind(fate: Ints, ended: Ints, suspended: Ints, today: np.int64, draws: Draws) -> tuple[Ints, Ints]:
    """Two years after suspension the insurer may rescind (保险法 37); it mostly does, weeks later."""
    limit = np.where(suspended == NO_DAY, FOREVER, add_months(np.maximum(suspended, 0), 24))
    on = limit + draws.between(3, 60, len(fate))
    open_ = np.isin(fate, (ORDINARY, UNCLEAR)) & (on <= today) & draws.chance(0.7, len(fate))
    return np.where(open_, RESCINDED, fate), np.where(open_, on, ended)


def _status(fate: Ints, ended: Ints, suspended: Ints, effective: Ints, today: np.int64) -> Ints:
    return np.select(
        [fate == PENDING, ended != NO_DAY, suspended != NO_DAY, fate == UNCLEAR, effective > today],
        [IS_PENDING, IS_TERMINATED, IS_SUSPENDED, IS_OTHER, IS_NOT_EFFECTIVE],
        IS_IN_FORCE,
    ).astype(np.int64)


def _sub_states(book: Book, contracts: Contracts, told: Bools, draws: Draws, now: Standings) -> Standings:
    """Fill in what follows from the status: what is due, grace, cooling-off, and the rarer sub-states."""
    count, today = contracts.count, book.today
    in_force = now.status == IS_IN_FORCE
    old = in_force & ~told & IS_LONG[contracts.offer] & (contracts.effective < today - 800)
    regular = contracts.months > 0
    now.waived = now.waived & in_force & (now.due_count > 1)
    now.reduced = old & regular & (now.paid < contracts.instalments) & draws.chance(0.004, count) & ~now.waived
    live = np.isin(now.status, (IS_NOT_EFFECTIVE, IS_IN_FORCE, IS_SUSPENDED))
    open_ = live & regular & (now.paid < contracts.instalments) & ~now.waived & ~now.reduced
    now.next_due = np.where(open_, due_date(contracts, now.paid), FOREVER)
    now.in_grace = open_ & in_force & (now.next_due < today)
    # A few have paid part of what is due: four tenths of it, in whole yuan.
    part = now.in_grace & ~told & draws.chance(0.06, count)
    now.part_paid = np.where(part, contracts.premium * 4 // 1000 * 100, 0)
    now.in_cooling_off = (now.status <= IS_IN_FORCE) & (now.status > IS_PENDING) & (contracts.cooling_until >= today)
    now.in_cooling_off &= IS_LONG[contracts.offer] & (contracts.receipt != NO_DAY)
    now.paid_up = in_force & regular & (now.paid >= contracts.instalments)
    now.premium_loan = in_force & old & ~now.in_grace & draws.chance(0.008, count)
    now.loaned = old & draws.chance(0.03, count)
    now.lost = live & ~told & ~IS_GROUP[contracts.offer] & draws.chance(0.001, count)
    now.frozen = live & ~told & draws.chance(0.0004, count)
    # The schedule shows what was due, what is due next and the one behind it.
    ahead = np.where(open_, 2, 0)
    now.shown = np.where(regular, np.minimum(now.due_count + ahead, contracts.instalments), 1)
    now.shown = np.where(now.reduced, np.minimum(now.shown, now.paid), now.shown)
    now.paid = np.where((now.status == IS_PENDING) | (now.fate == DECLINED), 0, now.paid)
    return now
