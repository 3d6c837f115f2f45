"""Money: ledgers of contracts, suspense, refunds, batches, and what was done about premiums (POL-3)."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated, Any

from pydantic import Field

from keyuan.api.kit.caller import ApiRequest
from keyuan.api.kit.fields import Day, Flag, OneOf, shown
from keyuan.api.kit.paging import Page, parameters_of, read_list
from keyuan.api.kit.resource import LARGEST, In, Out, Resource, RowId
from keyuan.api.kit.tags import expected_version
from keyuan.api.v1.policies import reached
from keyuan.platform import clock
from keyuan.platform.lists import lists
from keyuan.policies import permissions
from keyuan.policies.models import DebitBatch, LedgerEntry, PremiumAct, Refund, RefundBatch, SuspenseItem, SuspenseMove
from keyuan.policies.selectors.debits import access_batch
from keyuan.policies.selectors.ledger.story import story_of
from keyuan.policies.selectors.refunds import access_refund, access_refund_batch
from keyuan.policies.selectors.renewal_premiums import OUTCOMES
from keyuan.policies.selectors.suspense import access_suspense
from keyuan.policies.selectors.write_offs import access_write_off
from keyuan.policies.services.debits import batches as debits
from keyuan.policies.services.refunds import batches as refunds
from keyuan.policies.services.renewal_premiums.acting import ActDraft, note_act, remind
from keyuan.policies.services.suspense import MoveDraft, Receipt, decide_move, move_suspense, take_in
from keyuan.policies.services.write_offs import WriteOffDraft, ask_write_off, decide_write_off, reverse_write_off

router = Resource("Money")
ENTRIES = 400
Amount = Annotated[int, Field(gt=0, le=LARGEST, strict=True)]
Words = Annotated[str, Field(max_length=200)]
Account = Annotated[str, Field(pattern=r"^[0-9]{8,30}$")]
SUSPENSE = ("id", "item_no", "source", "policy_id", "received_on", "amount", "left", "reference", "is_open", "version")
REFUND = (
    "id", "refund_no", "kind", "policy_id", "amount", "due_by", "state", "has_account", "failures", "last_words",
    "paid_on", "version",
)  # fmt: skip
BATCH = (
    "id", "batch_no", "state", "lines_count", "amount", "paid_count", "paid_amount", "made_by_name",
    "released_by_name", "created_at", "sent_at", "version",
)  # fmt: skip


class LedgerLineOut(Out):
    """A line: minor units, positive for a debit."""

    account: str
    amount: int


class LedgerEntryOut(Out):
    """An entry; its lines sum to zero. ``key`` names what it was posted for."""

    id: int
    kind: str
    effective_on: date
    key: str
    reverses_id: int | None
    note: str
    recorded_at: datetime
    actor_name: str
    lines: list[LedgerLineOut]


class LedgerOut(Out):
    """The ledger of a contract: accounts that do not stand at zero (debits less credits), and the newest entries."""

    currency: str
    balances: dict[str, int]
    entries: list[LedgerEntryOut]


class SuspenseOut(Out):
    """Money in suspense; ``left`` is what no move has taken or reserved."""

    id: int
    item_no: str
    source: str
    policy_id: int | None
    received_on: date
    amount: int
    left: int
    payer: str | None
    reference: str
    is_open: bool
    version: int


class SuspenseMoveOut(Out):
    """What is done with money in suspense; WAITING needs a second person."""

    id: int
    item_id: int
    kind: str
    state: str
    amount: int
    policy_id: int | None
    refund_id: int | None


class TakeInIn(In):
    """Money that came in; the same reference is taken in once."""

    amount: Amount
    received_on: Day
    reference: Annotated[str, Field(min_length=1, max_length=80)]
    payer_name: Annotated[str, Field(max_length=120)] = ""
    method: Annotated[str, Field(max_length=2)] = ""
    note: Words = ""


class SuspenseMoveIn(In):
    """Put it onto a contract (``policy_id``) or give it back (``payee_name``, ``payee_account``), once a ``token``."""

    kind: Annotated[str, OneOf(SuspenseMove.Kind.values, empty=False)]
    amount: Amount
    token: Annotated[str, Field(min_length=8, max_length=40)]
    reason: Words = ""
    policy_id: Annotated[int, Field(ge=1, le=LARGEST)] | None = None
    payee_name: Annotated[str, Field(max_length=120)] = ""
    payee_account: Account | None = None


class MoneyDecisionIn(In):
    """Agree, or refuse."""

    agree: Flag


class RefundOut(Out):
    """Money owed and paid through the bank; the account stays masked."""

    id: int
    refund_no: str
    kind: str
    policy_id: int | None
    amount: int
    due_by: date
    payee: str | None
    state: str
    has_account: bool
    failures: int
    last_words: str
    paid_on: date | None
    version: int


class MoneyBatchOut(Out):
    """A batch of premiums to collect or refunds to pay; ``on``: the day on which the bank does it."""

    id: int
    batch_no: str
    on: date
    state: str
    lines_count: int
    amount: int
    paid_count: int
    paid_amount: int
    made_by_name: str
    released_by_name: str
    created_at: datetime
    sent_at: datetime | None
    version: int


class DebitBatchIn(In):
    """Which premiums, and when the bank collects them."""

    collect_on: Day
    due_until: Day


class RefundBatchIn(In):
    """When the bank pays."""

    pay_on: Day


class BatchActIn(In):
    """Release (by another person than the maker) or cancel."""

    act: Annotated[str, OneOf(("release", "cancel"), empty=False)]


class WriteOffIn(In):
    """Which premium is given up: ``amount`` is what was seen to be left of it; once a ``token``."""

    instalment_number: Annotated[int, Field(ge=1, le=10_000, strict=True)]
    amount: Amount
    reason: Annotated[str, Field(min_length=1, max_length=200)]
    token: Annotated[str, Field(min_length=8, max_length=40)]


class WriteOffActIn(In):
    """Agree or refuse (another person than the one who asked), or take a write-off back with a reason."""

    act: Annotated[str, OneOf(("agree", "refuse", "reverse"), empty=False)]
    reason: Words = ""


class WriteOffOut(Out):
    """A premium written off; WAITING needs a second person."""

    id: int
    write_off_no: str
    kind: str
    state: str
    policy_id: int
    instalment_number: int
    amount: int
    reason: str
    asked_at: datetime
    asked_by_name: str
    decided_by_name: str
    reversed_by_name: str
    version: int


class PremiumActIn(In):
    """What was done about the premium due: a call with its outcome, a promise with its day, a note."""

    kind: Annotated[str, OneOf(("CALL", "PROMISE", "NOTE"), empty=False)]
    outcome: Annotated[str, OneOf(OUTCOMES)] = ""
    promised_on: Day | None = None
    note: Words = ""


class PremiumActOut(Out):
    """One thing done about a premium; ``step`` is the day of the ladder."""

    id: int
    due_on: date
    step: int | None
    kind: str
    outcome: str
    promised_on: date | None
    at: datetime


class ReminderOut(Out):
    """Whether the reminder is on its way, else why not."""

    is_sent: bool
    refusal: str


@router.get("/policies/{int:policy_id}/ledger", permissions.VIEW, LedgerOut)
def get_ledger(request: ApiRequest, policy_id: RowId) -> Any:
    """Get balances and the newest 400 entries of a contract, with those of the application that it came from."""
    policy = reached(request, policy_id)
    story = story_of(policy, ENTRIES)
    balances = {account.value: amount for account, amount in story.balances.items()}
    entries = [_entry(entry) for entry in story.entries]
    return {"currency": policy.currency, "balances": balances, "entries": entries}


def _entry(entry: LedgerEntry) -> dict[str, Any]:
    names = ("id", "kind", "effective_on", "key", "reverses_id", "note", "recorded_at", "actor_name")
    lines = [{"account": line.account, "amount": line.amount} for line in entry.lines.all()]
    return {name: getattr(entry, name) for name in names} | {"lines": lines}


def _suspense(request: ApiRequest, item: SuspenseItem) -> dict[str, Any]:
    payer = shown(request.actor, item.payer_name, "name") if item.payer_name else None
    return {name: getattr(item, name) for name in SUSPENSE} | {"payer": payer}


@router.get("/suspense", permissions.MONEY, Page[SuspenseOut], parameters=parameters_of(lists["suspense"]))
def list_suspense(request: ApiRequest) -> Any:
    """List money in suspense."""
    found = read_list(request, lists["suspense"])
    return {"rows": [_suspense(request, item) for item in found.records], **found.more}


@router.post("/suspense", permissions.MONEY_ACT, SuspenseOut)
def take_money_in(request: ApiRequest, body: TakeInIn) -> Any:
    """Take in money of which nobody knows yet what it is for."""
    return _suspense(request, take_in(actor=request.actor, receipt=Receipt(**body.model_dump()), now=clock.now()))


@router.get("/suspense/{int:suspense_id}", permissions.MONEY, SuspenseOut)
def get_suspense(request: ApiRequest, suspense_id: RowId) -> Any:
    """Get an item."""
    return _suspense(request, access_suspense(request.actor, suspense_id))


@router.post("/suspense/{int:suspense_id}/moves", permissions.MONEY_ACT, SuspenseMoveOut)
def move_money(request: ApiRequest, suspense_id: RowId, body: SuspenseMoveIn) -> Any:
    """Put money onto a contract or give it back; over the limit it waits for a second person."""
    values = body.model_dump()
    values["payee_account"] = values["payee_account"] or ""
    return move_suspense(actor=request.actor, item_id=suspense_id, draft=MoveDraft(**values), now=clock.now())


@router.post("/suspense/{int:suspense_id}/moves/{int:move_id}", permissions.MONEY_APPROVE, SuspenseMoveOut, status=200)
def decide_money(request: ApiRequest, suspense_id: RowId, move_id: RowId, body: MoneyDecisionIn) -> Any:
    """Agree to a move over the limit, or refuse it."""
    access_suspense(request.actor, suspense_id)
    return decide_move(actor=request.actor, move_id=move_id, agree=body.agree, now=clock.now())


def _refund(request: ApiRequest, refund: Refund) -> dict[str, Any]:
    payee = shown(request.actor, refund.payee_name, "name") if refund.payee_name else None
    return {name: getattr(refund, name) for name in REFUND} | {"payee": payee}


@router.get("/refunds", permissions.MONEY, Page[RefundOut], parameters=parameters_of(lists["refunds"]))
def list_refunds(request: ApiRequest) -> Any:
    """List what is or was payable."""
    found = read_list(request, lists["refunds"])
    return {"rows": [_refund(request, refund) for refund in found.records], **found.more}


@router.get("/refunds/{int:refund_id}", permissions.MONEY, RefundOut)
def get_refund(request: ApiRequest, refund_id: RowId) -> Any:
    """Get a refund."""
    return _refund(request, access_refund(request.actor, refund_id))


def _batch(batch: DebitBatch | RefundBatch) -> dict[str, Any]:
    on = batch.collect_on if isinstance(batch, DebitBatch) else batch.pay_on
    return {name: getattr(batch, name) for name in BATCH} | {"on": on}


def _tagged(request: ApiRequest, batch: DebitBatch | RefundBatch) -> dict[str, Any]:
    request.record_version = batch.version
    return _batch(batch)


def _act(request: ApiRequest, batch: DebitBatch | RefundBatch, act: Callable[..., Any]) -> dict[str, Any]:
    """Take a step of the version that the caller read."""
    version = expected_version(request, batch.version)
    return _tagged(request, act(actor=request.actor, batch_id=batch.pk, version=version, now=clock.now()))


@router.get(
    "/refund-batches", permissions.MONEY, Page[MoneyBatchOut], parameters=parameters_of(lists["refund-batches"])
)
def list_refund_batches(request: ApiRequest) -> Any:
    """List refund batches."""
    found = read_list(request, lists["refund-batches"])
    return {"rows": [_batch(batch) for batch in found.records], **found.more}


@router.post("/refund-batches", permissions.MONEY_ACT, MoneyBatchOut)
def add_refund_batch(request: ApiRequest, body: RefundBatchIn) -> Any:
    """Make a batch of everything payable that has an account."""
    return _batch(refunds.make_refund_batch(actor=request.actor, pay_on=body.pay_on, now=clock.now()))


@router.get("/refund-batches/{int:refund_batch_id}", permissions.MONEY, MoneyBatchOut, tagged=True)
def get_refund_batch(request: ApiRequest, refund_batch_id: RowId) -> Any:
    """Get a refund batch."""
    return _tagged(request, access_refund_batch(request.actor, refund_batch_id))


@router.post("/refund-batches/{int:refund_batch_id}/acts", permissions.MONEY, MoneyBatchOut, status=200, tagged=True)
def act_on_refund_batch(request: ApiRequest, refund_batch_id: RowId, body: BatchActIn) -> Any:
    """Release or cancel a refund batch; `If-Match` must name the version that was read."""
    act = refunds.release_refund_batch if body.act == "release" else refunds.cancel_refund_batch
    return _act(request, access_refund_batch(request.actor, refund_batch_id), act)


@router.get("/debit-batches", permissions.DEBITS, Page[MoneyBatchOut], parameters=parameters_of(lists["debit-batches"]))
def list_debit_batches(request: ApiRequest) -> Any:
    """List direct-debit batches."""
    found = read_list(request, lists["debit-batches"])
    return {"rows": [_batch(batch) for batch in found.records], **found.more}


@router.post("/debit-batches", permissions.DEBIT_MAKE, MoneyBatchOut)
def add_debit_batch(request: ApiRequest, body: DebitBatchIn) -> Any:
    """Begin a batch of due premiums; it is filled in the background."""
    batch, _job = debits.make_batch(
        actor=request.actor, collect_on=body.collect_on, due_until=body.due_until, now=clock.now()
    )
    return _batch(batch)


@router.get("/debit-batches/{int:debit_id}", permissions.DEBITS, MoneyBatchOut, tagged=True)
def get_debit_batch(request: ApiRequest, debit_id: RowId) -> Any:
    """Get a direct-debit batch."""
    return _tagged(request, access_batch(request.actor, debit_id))


@router.post("/debit-batches/{int:debit_id}/acts", permissions.DEBIT_RELEASE, MoneyBatchOut, status=200, tagged=True)
def act_on_debit_batch(request: ApiRequest, debit_id: RowId, body: BatchActIn) -> Any:
    """Release or cancel a direct-debit batch; `If-Match` must name the version that was read."""
    act = debits.release_batch if body.act == "release" else debits.cancel_batch
    return _act(request, access_batch(request.actor, debit_id), act)


@router.get("/write-offs", permissions.MONEY, Page[WriteOffOut], parameters=parameters_of(lists["write-offs"]))
def list_write_offs(request: ApiRequest) -> Any:
    """List premiums written off, waiting and taken back."""
    found = read_list(request, lists["write-offs"])
    return {"rows": found.records, **found.more}


@router.post("/policies/{int:policy_id}/write-offs", permissions.MONEY_ACT, WriteOffOut)
def add_write_off(request: ApiRequest, policy_id: RowId, body: WriteOffIn) -> Any:
    """Ask to give up what is left of a premium; up to the limit of one person it is done at once."""
    reached(request, policy_id)
    draft = WriteOffDraft(**body.model_dump())
    return ask_write_off(actor=request.actor, policy_id=policy_id, draft=draft, now=clock.now())


@router.get("/write-offs/{int:write_off_id}", permissions.MONEY, WriteOffOut)
def get_write_off(request: ApiRequest, write_off_id: RowId) -> Any:
    """Get a write-off."""
    return access_write_off(request.actor, write_off_id)


@router.post("/write-offs/{int:write_off_id}/acts", permissions.MONEY_APPROVE, WriteOffOut, status=200)
def act_on_write_off(request: ApiRequest, write_off_id: RowId, body: WriteOffActIn) -> Any:
    """Agree, refuse or take back; the same again changes nothing."""
    who: dict[str, Any] = {"actor": request.actor, "write_off_id": write_off_id, "now": clock.now()}
    if body.act == "reverse":
        return reverse_write_off(reason=body.reason, **who)
    return decide_write_off(agree=body.act == "agree", **who)


@router.post("/policies/{int:policy_id}/premium-acts", permissions.VIEW, PremiumActOut)
def add_premium_act(request: ApiRequest, policy_id: RowId, body: PremiumActIn) -> Any:
    """Note what was done about the premium that is due."""
    reached(request, policy_id)
    draft = ActDraft(**body.model_dump())
    act: PremiumAct = note_act(actor=request.actor, policy_id=policy_id, draft=draft, now=clock.now())
    return act


@router.post("/policies/{int:policy_id}/premium-reminder", permissions.VIEW, ReminderOut, status=200)
def send_premium_reminder(request: ApiRequest, policy_id: RowId) -> Any:
    """Send the reminder of the step the premium stands on, once a premium and step."""
    reached(request, policy_id)
    refused = remind(actor=request.actor, policy_ids=[policy_id], now=clock.now())
    return {"is_sent": policy_id not in refused, "refusal": refused.get(policy_id, "")}
