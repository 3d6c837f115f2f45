"""Call-backs and follow-ups for programs: the queue, taking, answering, what came of a call (SRV-8)."""

from datetime import date, datetime
from typing import Annotated, Any

from pydantic import Field

from keyuan.api.kit.caller import ApiRequest
from keyuan.api.kit.fields import Moment, OneOf
from keyuan.api.kit.paging import Page, parameters_of, read_list
from keyuan.api.kit.resource import In, Out, Resource, RowId
from keyuan.kernel.errors import NotFound
from keyuan.platform import clock
from keyuan.platform.lists import lists
from keyuan.service import permissions
from keyuan.service.models import FollowUp, FollowUpLink
from keyuan.service.rules.follow_ups import questions, results
from keyuan.service.rules.follow_ups.ways import BY_LINK
from keyuan.service.selectors.follow_ups import reading
from keyuan.service.selectors.follow_ups.hours import CallHours, call_hours
from keyuan.service.selectors.follow_ups.links import links_of
from keyuan.service.services.follow_ups import calling, sending, taking
from keyuan.service.services.follow_ups.answering import answer, standing_of
from keyuan.service.services.follow_ups.calling import Attempt

router = Resource("Call-backs and follow-ups")
QUEUE, ARCHIVE = lists["follow-ups"], lists["follow-up-archive"]
COLUMNS = (
    "id", "kind", "plan_id", "customer_id", "policy_id", "status", "owner_name", "start_on", "due_on", "next_at",
    "is_simplified", "contact_channel", "asked_ways", "done_way", "calls", "failed", "last_result", "order_id",
    "parent_id", "done_on", "in_time", "version",
)  # fmt: skip


class FollowUpOut(Out):
    """A call-back or follow-up: `due_on` is the last day in time, `next_at` from when on it is due to be called.

    `call_from` is from when on the customer may be called, quiet hours waited for; null where nobody calls any more.

    `contact_channel` is the way it stands at, `asked_ways` those tried (with commas between), `done_way` the one that
    brought the answers.
    """

    id: int
    kind: str
    plan_id: int
    customer_id: int
    policy_id: int | None
    status: str
    owner_name: str
    start_on: date
    due_on: date
    next_at: datetime
    call_from: datetime | None
    is_simplified: bool
    contact_channel: str
    asked_ways: str
    done_way: str
    calls: int
    failed: int
    last_result: str
    order_id: int | None
    parent_id: int | None
    done_on: date | None
    in_time: bool | None
    version: int


class FollowUpQuestionOut(Out):
    """A question that is asked now, with its answer as it stands."""

    key: str
    kind: str
    text: str
    options: list[tuple[str, str]]
    required: bool
    value: list[str]
    is_as_required: bool


class FollowUpLinkOut(Out):
    """A questionnaire sent as a link: what became of it. The link itself is known to the customer alone."""

    id: int
    contact_channel: str
    made_at: datetime
    expires_at: datetime
    message_id: int | None
    not_sent_because: str
    opened_at: datetime | None
    answered_at: datetime | None
    ended_at: datetime | None
    end_reason: str


class FollowUpSendIn(In):
    """By which way the questionnaire is sent."""

    way: Annotated[str, OneOf(BY_LINK, empty=False)]


class FollowUpDetailOut(FollowUpOut):
    """A call-back with the questions asked, the keys of those that keep it from success, and the links sent."""

    questions: list[FollowUpQuestionOut]
    links: list[FollowUpLinkOut]
    unanswered: list[str]
    not_as_required: list[str]


class FollowUpBeginIn(In):
    """`on_request`: the customer asks to be called now, quiet hours or not; the trail keeps it."""

    on_request: bool = False


class FollowUpAnswerIn(In):
    """An answer: codes, one text, or a date of birth (YYYY-MM-DD), compared and not kept. Empty takes it back."""

    question: Annotated[str, Field(min_length=1, max_length=20)]
    value: Annotated[list[Annotated[str, Field(max_length=1000)]], Field(max_length=20)]


class FollowUpCallIn(In):
    """What came of a call or letter; the same `key` again is the same call."""

    result: Annotated[str, OneOf(results.RESULTS, empty=False)]
    note: Annotated[str, Field(max_length=500)] = ""
    recording: Annotated[str, Field(max_length=80)] = ""
    letter_no: Annotated[str, Field(max_length=40)] = ""
    seconds: Annotated[int, Field(ge=0, le=36_000, strict=True)] | None = None
    appointed_at: Moment | None = None
    is_misselling: bool = False
    key: Annotated[str, Field(max_length=40)] = ""


AS_DUE = FollowUpBeginIn()


class FollowUpDoneIn(In):
    """A call in which every question was answered as required."""

    recording: Annotated[str, Field(max_length=80)] = ""
    seconds: Annotated[int, Field(ge=0, le=36_000, strict=True)] | None = None
    key: Annotated[str, Field(max_length=40)] = ""


def follow_up_out(row: FollowUp, hours: CallHours | None = None) -> dict[str, Any]:
    """Return a follow-up's answer; lists read the hours of calling once."""
    plain = {name: row.pk if name == "id" else getattr(row, name) for name in COLUMNS}
    is_called = row.status in results.CALLABLE
    return plain | {"call_from": (hours or call_hours()).call_from(row, clock.now()) if is_called else None}


def _page(found: Any) -> dict[str, Any]:
    hours = call_hours()
    return {"rows": [follow_up_out(row, hours) for row in found.records], **found.more}


def _detail(request: ApiRequest, follow_up_id: int) -> dict[str, Any]:
    row = reading.access_follow_up(request.actor, follow_up_id, now=clock.now())
    script, situation = reading.script_of(row)
    answers, standing = reading.answers_of(row.pk), standing_of(row)
    asked = [
        {
            "key": one.key, "kind": one.kind, "text": one.text, "options": list(one.options), "required": one.required,
            "value": answers[one.key].value if one.key in answers else [],
            "is_as_required": one.key in answers and answers[one.key].is_as_required,
        }
        for one in questions.asked(script, situation, reading.values_of(answers))
    ]  # fmt: skip
    links = [_link_out(link) for link in links_of(row.pk)]
    rest = {"questions": asked, "links": links, "unanswered": standing.unanswered, "not_as_required": standing.wrong}
    return follow_up_out(row) | rest


def _link_out(link: FollowUpLink) -> dict[str, Any]:
    return {name: getattr(link, name) for name in FollowUpLinkOut.model_fields}


@router.get("/follow-ups", permissions.FOLLOW_UPS, Page[FollowUpOut], parameters=parameters_of(QUEUE))
def list_follow_ups(request: ApiRequest) -> Any:
    """List open call-backs and follow-ups in reach, the nearest last day first."""
    return _page(read_list(request, QUEUE))


@router.get("/follow-ups/archive", permissions.FOLLOW_UPS, Page[FollowUpOut], parameters=parameters_of(ARCHIVE))
def list_archived_follow_ups(request: ApiRequest) -> Any:
    """List all call-backs and follow-ups in reach there have been, the newest first."""
    return _page(read_list(request, ARCHIVE))


@router.post("/follow-ups/take-next", permissions.CALLBACK, FollowUpOut)
def take_next_follow_up(request: ApiRequest) -> Any:
    """Take what comes first at one's desks; 404 when nobody is to be called now."""
    taken = taking.take_next(actor=request.actor, now=clock.now())
    if taken is None:
        raise NotFound("follow_up.none_waits")
    return follow_up_out(taken)


@router.get("/follow-ups/{int:follow_up_id}", permissions.FOLLOW_UPS, FollowUpDetailOut)
def get_follow_up(request: ApiRequest, follow_up_id: RowId) -> Any:
    """Get a call-back with its questions and answers."""
    return _detail(request, follow_up_id)


@router.post("/follow-ups/{int:follow_up_id}/take", permissions.CALLBACK, FollowUpOut)
def take_follow_up(request: ApiRequest, follow_up_id: RowId) -> Any:
    """Take a call-back over; 409 says who was faster."""
    return follow_up_out(taking.take(actor=request.actor, follow_up_id=follow_up_id, now=clock.now()))


@router.post("/follow-ups/{int:follow_up_id}/begin", permissions.CALLBACK, FollowUpOut)
def begin_follow_up(request: ApiRequest, follow_up_id: RowId, body: FollowUpBeginIn = AS_DUE) -> Any:
    """Ask for the permit to call; the number itself opens by the customer's contact point, with a reason.

    422 `follow_up.quiet` in quiet hours, with the moment from which on the customer may be called.
    """
    row, _point = calling.begin_call(
        actor=request.actor, follow_up_id=follow_up_id, now=clock.now(), on_request=body.on_request
    )
    return follow_up_out(row)


@router.post("/follow-ups/{int:follow_up_id}/answers", permissions.CALLBACK, FollowUpDetailOut)
def answer_follow_up(request: ApiRequest, follow_up_id: RowId, body: FollowUpAnswerIn) -> Any:
    """Keep the answer to one question; the same again changes nothing."""
    answer(actor=request.actor, follow_up_id=follow_up_id, question=body.question, value=body.value, now=clock.now())
    return _detail(request, follow_up_id)


@router.post(
    "/follow-ups/{int:follow_up_id}/questionnaire", permissions.CALLBACK, FollowUpLinkOut, status=201
)  # fmt: skip
def send_follow_up_questionnaire(request: ApiRequest, follow_up_id: RowId, body: FollowUpSendIn) -> Any:
    """Send the questionnaire as a link by a way; an older link ends. It takes a permit like every message."""
    link = sending.send_by_hand(actor=request.actor, follow_up_id=follow_up_id, way=body.way, now=clock.now())
    return _link_out(link)


@router.post("/follow-ups/{int:follow_up_id}/calls", permissions.CALLBACK, FollowUpOut, status=201)
def add_follow_up_call(request: ApiRequest, follow_up_id: RowId, body: FollowUpCallIn) -> Any:
    """Record what came of a call or letter: what follows from it is done at once (PROBLEM opens a work order)."""
    return _recorded(
        request, follow_up_id, Attempt(**body.model_dump(exclude={"key"}), token=_token(request, body.key))
    )


@router.post("/follow-ups/{int:follow_up_id}/complete", permissions.CALLBACK, FollowUpOut)
def complete_follow_up(request: ApiRequest, follow_up_id: RowId, body: FollowUpDoneIn) -> Any:
    """Record success; refused while an answer is missing, not as required, or a problem is still open."""
    attempt = Attempt(results.SUCCESS, recording=body.recording, seconds=body.seconds, token=_token(request, body.key))
    return _recorded(request, follow_up_id, attempt)


def _token(request: ApiRequest, key: str) -> str:
    return f"api:{request.actor.id}:{key}" if key else ""


def _recorded(request: ApiRequest, follow_up_id: int, attempt: Attempt) -> dict[str, Any]:
    row = calling.record_attempt(actor=request.actor, follow_up_id=follow_up_id, attempt=attempt, now=clock.now())
    return follow_up_out(row)
