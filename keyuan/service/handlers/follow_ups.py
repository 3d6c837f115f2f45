"""What sets follow-ups going: contracts with their receipts, ended contracts, closed claims and orders (SRV-8)."""

from keyuan.claims.events import ClaimsChanged
from keyuan.contact.events import MessagesLost
from keyuan.platform import clock
from keyuan.platform.events import handles
from keyuan.policies.events import PoliciesChanged, ServiceRequestsMoved
from keyuan.service.events import WorkOrdersMoved, WorkOrdersTaken
from keyuan.service.rules import machine
from keyuan.service.services.follow_ups import attempts, causes, opening, problems, seeding, sending
from keyuan.service.services.follow_ups.histories import KIND

#: Kinds of changes after which a call-back may be owed, or owed no longer.
BEGINS = frozenset({"CREATE", "IMPORT", "RECEIPT", "ISSUE", "ISSUE_AHEAD", "TAKE_EFFECT"})
ENDS = frozenset({"COOLING_OFF_CANCEL", "WITHDRAW", "SURRENDER", "RESCIND", "CLAIM_END", "TRANSFER_OUT", "CONVERT"})
MOVES = frozenset({machine.CLASSIFY, machine.CLOSE, machine.WITHDRAW, machine.MERGE, machine.REOPEN})


def concerns_policies(event: PoliciesChanged) -> bool:
    """Tell whether a change may open or end a call-back."""
    return event.kind in BEGINS or event.kind in ENDS


def concerns_orders(event: WorkOrdersMoved) -> bool:
    """Tell whether a move says what an order is about, ends it, or opens it again."""
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
    """Look again at problem cases whose orders ended; ask those whose orders were closed, and who wants to leave."""
    now = clock.now()
    problems.follow_orders(event.ids, now=now)
    if event.act == machine.CLOSE:
        causes.orders_closed(event.ids, now=now)
    if event.act == machine.CLASSIFY:
        attempts.orders_taken(event.ids, now=now)


@handles(WorkOrdersTaken)
def orders_taken(event: WorkOrdersTaken) -> None:
    """Begin to talk with whoever said to the desk that they want to surrender."""
    attempts.orders_taken(event.ids, now=clock.now())


@handles(ServiceRequestsMoved)
def requests_moved(event: ServiceRequestsMoved) -> None:
    """Begin to talk with whoever asks to surrender, and stop when that is settled: nothing holds the request up."""
    if event.kind == "RECEIVED":
        attempts.requested(event.ids, now=clock.now())
    elif event.kind in attempts.SETTLED:
        attempts.settled(event.ids)


def concerns_questionnaires(event: MessagesLost) -> bool:
    """Tell whether lost messages were questionnaires of follow-ups."""
    return event.about == KIND


@handles(MessagesLost, wanted=concerns_questionnaires)
def questionnaires_lost(event: MessagesLost) -> None:
    """Go on by the next way where a questionnaire did not arrive."""
    sending.lost(event.ids, now=clock.now())
