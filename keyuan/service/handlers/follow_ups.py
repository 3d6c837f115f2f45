"""What sets follow-ups going: contracts with their receipts, ended contracts, closed claims and orders (SRV-8)."""

from keyuan.claims.events import ClaimsChanged
from keyuan.platform import clock
from keyuan.platform.events import handles
from keyuan.policies.events import PoliciesChanged
from keyuan.service.events import WorkOrdersMoved
from keyuan.service.rules import machine
from keyuan.service.services.follow_ups import causes, opening, problems, seeding

#: Kinds of changes after which a call-back may be owed, or owed no longer.
BEGINS = frozenset({"CREATE", "IMPORT", "RECEIPT", "ISSUE", "ISSUE_AHEAD", "TAKE_EFFECT"})
ENDS = frozenset({"COOLING_OFF_CANCEL", "WITHDRAW", "SURRENDER", "RESCIND", "CLAIM_END", "TRANSFER_OUT", "CONVERT"})
MOVES = frozenset({machine.CLOSE, machine.WITHDRAW, machine.MERGE, machine.REOPEN})


def concerns_policies(event: PoliciesChanged) -> bool:
    """Tell whether a change may open or end a call-back."""
    return event.kind in BEGINS or event.kind in ENDS


def concerns_orders(event: WorkOrdersMoved) -> bool:
    """Tell whether a move ends an order, or opens it again."""
    return event.act in MOVES


@handles(PoliciesChanged, wanted=concerns_policies)
def policies_changed(event: PoliciesChanged) -> None:
    """Open the call-backs that these contracts owe, drop those of ended ones; a second time it changes nothing."""
    now = clock.now()
    seeding.seed(now)
    opening.open_callbacks(event.ids, now=now)
    if event.kind in ENDS:
        causes.surrendered(event.ids, now=now)


@handles(ClaimsChanged)
def claims_changed(event: ClaimsChanged) -> None:
    """Open the follow-ups of claims that are over."""
    causes.claims_closed(event.ids, now=clock.now())


@handles(WorkOrdersMoved, wanted=concerns_orders)
def orders_moved(event: WorkOrdersMoved) -> None:
    """Look again at problem cases whose orders ended, and ask those whose orders were closed."""
    now = clock.now()
    problems.follow_orders(event.ids, now=now)
    if event.act == machine.CLOSE:
        causes.orders_closed(event.ids, now=now)
