"""The codes of policy service: roles, ways of consent, faces, fields, states, steps (POL-5; domain.md §A.7)."""

from dataclasses import dataclass
from enum import StrEnum

from keyuan.kernel.errors import Refused


class Party(StrEnum):
    """In which role somebody asks or agrees. NEW_HOLDER: whoever the contract goes to; STAFF: the insurer itself."""

    HOLDER = "HOLDER"
    INSURED = "INSURED"
    BENEFICIARY = "BENEFICIARY"
    NEW_HOLDER = "NEW_HOLDER"
    STAFF = "STAFF"


class Face(StrEnum):
    """Where the request came in."""

    COUNTER = "COUNTER"
    PHONE = "PHONE"
    AGENT = "AGENT"
    PORTAL = "PORTAL"
    LETTER = "LETTER"
    CLAIM = "CLAIM"


class How(StrEnum):
    """How somebody agreed."""

    SIGNED = "SIGNED"
    ELECTRONIC = "ELECTRONIC"
    RECORDED = "RECORDED"
    IN_PERSON = "IN_PERSON"


class State(StrEnum):
    """The states of a request used in practice: 受理, 待审核, 审核中, 审核不通过, 已生效, 作废."""

    ACCEPTED = "ACCEPTED"
    WAITING = "WAITING"
    REVIEWING = "REVIEWING"
    REJECTED = "REJECTED"
    EFFECTIVE = "EFFECTIVE"
    VOID = "VOID"


OPEN = (State.ACCEPTED, State.WAITING, State.REVIEWING)


class Second(StrEnum):
    """Whether a second person has to approve: never, from an amount on, always."""

    NEVER = "NEVER"
    ABOVE = "ABOVE"
    ALWAYS = "ALWAYS"


class Pricing(StrEnum):
    """Whether passing a request settles a premium: no; the reviewer's, else the reckoned one; the rate table's alone.

    Where no table can tell, TABLE takes the reviewer's.
    """

    NONE = "NONE"
    STATED = "STATED"
    TABLE = "TABLE"


class Kind(StrEnum):
    """What a field of a form holds. Kinds in `SEALED_IN` are kept sealed, PEOPLE and PERSON as parties."""

    WORDS = "WORDS"
    CHOICE = "CHOICE"
    AMOUNT = "AMOUNT"
    NUMBER = "NUMBER"
    DAY = "DAY"
    YES = "YES"
    PERSON = "PERSON"
    PEOPLE = "PEOPLE"
    PHONE = "PHONE"
    EMAIL = "EMAIL"
    ADDRESS = "ADDRESS"
    ACCOUNT = "ACCOUNT"
    IDENTITY = "IDENTITY"
    HEALTH = "HEALTH"


#: Kind of a field → the sealed column that holds it.
SEALED_IN = {
    Kind.PHONE: "phone",
    Kind.EMAIL: "email",
    Kind.ADDRESS: "address",
    Kind.ACCOUNT: "bank_account",
    Kind.IDENTITY: "identity_number",
    Kind.HEALTH: "health",
}


#: What a contract's account holds outside any fund.
GENERAL_FUND = "GENERAL"


@dataclass(frozen=True, slots=True)
class Ask:
    """A field of an item's form; ``options`` names the list it chooses from.

    ``compulsory_only``: asked of compulsory motor cover alone.
    """

    key: str
    kind: Kind
    required: bool = True
    options: str = ""
    compulsory_only: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """One legal step of a request."""

    act: str
    sources: tuple[State, ...]
    target: State
    asks_reason: bool = False


A, W, R = State.ACCEPTED, State.WAITING, State.REVIEWING
STEPS: tuple[Step, ...] = (
    Step("SUBMIT", (A,), W),
    Step("ASK_PAPERS", (A, W, R), A, asks_reason=True),
    Step("TAKE", (W,), R),
    Step("GIVE_BACK", (R,), W),
    Step("PASS", (R,), R),
    Step("APPROVE", (R,), R),
    Step("SEND_BACK", (R,), R, asks_reason=True),
    Step("REJECT", (R,), State.REJECTED, asks_reason=True),
    Step("CONFIRM", (R,), State.EFFECTIVE, asks_reason=True),
    Step("VOID", (A, W, R), State.VOID, asks_reason=True),
)
BY_ACT = {step.act: step for step in STEPS}


def step_of(act: str, state: str) -> Step:
    """Return the step ``act`` out of ``state``; raises `Refused` request.no_such_step."""
    step = BY_ACT.get(act)
    if step is None or state not in step.sources:
        raise Refused("request.no_such_step", act=act, state=str(state))
    return step


def check_reason(step: Step, reason: str) -> None:
    """Raise `Refused` request.reason_missing (field reason) where the step wants words."""
    if step.asks_reason and not reason.strip():
        raise Refused("request.reason_missing", field="reason")


def acts_from(state: str) -> list[str]:
    """Return the acts that the state allows."""
    return [step.act for step in STEPS if state in step.sources]


def needs_second(rule: str, limit: int | None, amount: int | None) -> bool:
    """Tell whether a second person has to approve; an amount that nobody knows is above every limit."""
    if rule == Second.ABOVE:
        return amount is None or limit is None or abs(amount) >= limit
    return rule == Second.ALWAYS
