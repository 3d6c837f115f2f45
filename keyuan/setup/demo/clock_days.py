"""When the clocks look at each contract again, and what a premium loan could draw on: by column (POL-2).

The rule is `keyuan.policies.rules.clocks.next_step`; a test compares the two on every contract of a book.
"""

import numpy as np

from keyuan.policies.rules.clocks import CHASES
from keyuan.setup.demo.contracts import COOLING_DAYS, GRACE_DAYS, IS_LONG, Contracts
from keyuan.setup.demo.days import FOREVER, NO_DAY, Bools, Ints, add_months
from keyuan.setup.demo.draws import Draws
from keyuan.setup.demo.naming import Names
from keyuan.setup.demo.schema import Frame
from keyuan.setup.demo.standing import IS_IN_FORCE, IS_NOT_EFFECTIVE, IS_SUSPENDED, Standings
from keyuan.setup.demo.words.products import OFFERS

WAITING_DAYS = np.array([offer.waiting for offer in OFFERS], dtype=np.int64)
#: Part of the premiums paid that a long contract is worth, in percent.
WORTH = 55


def waiting_until(deal: Contracts, now: Standings) -> Ints:
    """Return the last day of the waiting period, begun anew by reinstatement; `NO_DAY` for products without one."""
    begins = np.where(now.reinstated != NO_DAY, now.reinstated, deal.effective)
    days = WAITING_DAYS[deal.offer]
    return np.where((days > 0) & (deal.issued != NO_DAY), begins + days, NO_DAY)


def next_clocks(deal: Contracts, now: Standings, today: int) -> Ints:
    """Return the first night after yesterday that has something to do; `NO_DAY` where none has."""
    in_force, ahead = now.status == IS_IN_FORCE, now.status == IS_NOT_EFFECTIVE
    suspended = now.status == IS_SUSPENDED
    living = in_force | ahead
    owed = in_force & (now.next_due != FOREVER) & (now.next_due > deal.effective)
    grace = np.where(now.in_grace, now.next_due + GRACE_DAYS + 1, now.next_due + 1)
    window = np.minimum(add_months(np.maximum(now.suspended, 0), 24), deal.expires)
    found = [
        np.where(ahead, deal.effective, FOREVER),
        np.where(in_force & (deal.expires != FOREVER), deal.expires + 1, FOREVER),
        np.where(owed, grace, FOREVER),
        np.where(now.in_cooling_off & (living | suspended), deal.cooling_until + 1, FOREVER),
        _from(suspended, window + 1, today),
        _from(living | suspended, np.where((w := waiting_until(deal, now)) == NO_DAY, NO_DAY, w + 1), today),
    ]
    silent = living & (COOLING_DAYS[deal.offer] > 0) & (deal.receipt == NO_DAY) & (deal.issued != NO_DAY)
    found += [_from(silent, deal.issued + days, today) for days in CHASES]
    first = np.minimum.reduce(found)
    return np.where(first == FOREVER, NO_DAY, first)


def _from(where: Bools, day: Ints, today: int) -> Ints:
    """Return days of signals that are still to come."""
    return np.where(where & (day >= today), day, FOREVER)


def loan_columns(deal: Contracts, now: Standings, draws: Draws) -> Frame:
    """Return the cash value of long contracts, what is owed on it, and since when premium loans are elected."""
    long = IS_LONG[deal.offer] & (now.status != IS_NOT_EFFECTIVE) & (now.ended == NO_DAY) & (deal.issued != NO_DAY)
    worth = deal.premium * now.paid * WORTH // 100
    debt = np.where(now.loaned, worth * 4 // 10, 0) + np.where(now.premium_loan, deal.premium, 0)
    elected = (long & (deal.months > 0) & draws.chance(0.08, deal.count)) | now.premium_loan
    return {
        "cash_value": _nullable(worth, ~long),
        "debt": _nullable(debt, debt == 0),
        "apl_elected_on": np.where(elected, deal.effective, NO_DAY),
    }


def _nullable(values: Ints, missing: Bools) -> Names:
    found = values.astype(object)
    found[missing] = None
    return found
