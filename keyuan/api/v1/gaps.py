"""Protection gaps for programs: results, the questionnaire, working out, the assumptions in force (ANA-8)."""

from datetime import date, datetime
from typing import Annotated, Any

from pydantic import Field

from keyuan.analytics import permissions
from keyuan.analytics.models import GapResult
from keyuan.analytics.selectors.gap import access_result, edition_on, needs_of, reads_money
from keyuan.analytics.selectors.gap.known import Standing, standing_of
from keyuan.analytics.services.gap.answering import access_person, save_answers
from keyuan.analytics.services.gap.working import work_out_gaps
from keyuan.api.kit.caller import ApiRequest
from keyuan.api.kit.paging import Page, parameters_of, read_list
from keyuan.api.kit.resource import In, Out, Resource, RowId
from keyuan.platform import clock
from keyuan.platform.lists import lists
from keyuan.policies.rules.gap.assumptions import as_json
from keyuan.policies.rules.gap.questions import asked_of

router = Resource("Protection gaps")
LIST = lists["gaps"]


class GapOut(Out):
    """A result; amounts in minor units of CNY, null where the caller reads no incomes."""

    id: int
    customer_id: int
    made_at: datetime
    made_by_name: str
    is_latest: bool
    life_stage: str
    edition: int
    first_kind: str
    total_gap: int | None
    budget: int | None


class GapNeedOut(Out):
    """One need; `within` names the need of which it is a part, which is not added again."""

    kind: str
    method: str
    need: int | None
    cover: int | None
    gap: int | None
    within: str


class GapDetailOut(GapOut):
    """A result with its needs, what to close first leading, what the budget buys, and the assumptions behind it."""

    needs: list[GapNeedOut]
    purchases: list[dict[str, Any]]
    remarks: list[str]
    assumptions: dict[str, int]


class GapQuestionOut(Out):
    """A question that concerns the customer: amounts in minor units, children as years of birth."""

    key: str
    group: str
    kind: str
    options: list[str]
    value: Any
    known_on: date | None
    source: str
    is_open: bool


class GapSheetOut(Out):
    """What is known and still to ask; `may_use_means` says whether the customer agreed to the use of incomes."""

    customer_id: int
    version: int
    may_use_means: bool
    open: int
    questions: list[GapQuestionOut]


class GapAnswersIn(In):
    """Answers by question; null says that the customer does not say. `told`: what they are for was told and agreed."""

    answers: Annotated[dict[Annotated[str, Field(max_length=30)], int | str | list[int] | None], Field(max_length=40)]
    told: bool = False
    version: Annotated[int, Field(ge=0, strict=True)]


class GapWorkIn(In):
    """The same `key` again returns the same result."""

    key: Annotated[str, Field(max_length=40)] = ""


class GapAssumptionsOut(Out):
    """The edition in force; number 0 are the usual values. Rates in basis points, money in minor units."""

    number: int
    values: dict[str, int]


def _out(request: ApiRequest, row: GapResult) -> dict[str, Any]:
    reads = reads_money(request.actor)
    plain = ("customer_id", "made_at", "made_by_name", "is_latest", "life_stage", "edition", "first_kind")
    amounts = {name: getattr(row, name) if reads else None for name in ("total_gap", "budget")}
    return {"id": row.pk} | {name: getattr(row, name) for name in plain} | amounts


def _detail(request: ApiRequest, row: GapResult) -> dict[str, Any]:
    reads = reads_money(request.actor)
    needs = [
        {"kind": need.kind, "method": need.method, "within": need.within}
        | {name: getattr(need, name) if reads else None for name in ("need", "cover", "gap")}
        for need in needs_of(row)
    ]
    rest = {"remarks": row.remarks, "assumptions": row.assumptions, "purchases": row.purchases if reads else []}
    return _out(request, row) | {"needs": needs} | rest


def _sheet(request: ApiRequest, standing: Standing) -> dict[str, Any]:
    left, reads = {question.key for question in standing.open}, reads_money(request.actor)
    questions = []
    for question in asked_of(standing.known, may_ask_money=True):
        answer = standing.known.get(question.key)
        shown = answer is not None and (reads or not question.private)
        questions.append({
            "key": question.key, "group": question.group, "kind": question.kind, "options": list(question.options),
            "value": answer.value if answer and shown else None, "known_on": answer.on if answer else None,
            "source": answer.source if answer else "", "is_open": question.key in left,
        })  # fmt: skip
    return {
        "customer_id": standing.customer.pk, "version": standing.version, "may_use_means": standing.may_use_means,
        "open": len(standing.open), "questions": questions,
    }  # fmt: skip


def _standing(request: ApiRequest, customer_id: int) -> Standing:
    now = clock.now()
    return standing_of(request.actor, access_person(request.actor, customer_id, now=now), now=now)


@router.get("/gaps", permissions.GAPS, Page[GapOut], parameters=parameters_of(LIST))
def list_gaps(request: ApiRequest) -> Any:
    """List results in reach, the newest first."""
    found = read_list(request, LIST)
    return {"rows": [_out(request, row) for row in found.records], **found.more}


@router.get("/gaps/assumptions", permissions.GAPS, GapAssumptionsOut)
def get_gap_assumptions(request: ApiRequest) -> Any:
    """Get the assumptions in force today."""
    request.actor.require(permissions.GAPS)
    number, values = edition_on(clock.today())
    return {"number": number, "values": as_json(values)}


@router.get("/gaps/{int:gap_id}", permissions.GAPS, GapDetailOut)
def get_gap(request: ApiRequest, gap_id: RowId) -> Any:
    """Get a result with its needs."""
    return _detail(request, access_result(request.actor, gap_id, now=clock.now()))


@router.get("/customers/{int:customer_id}/gap-sheet", permissions.GAP_ASK, GapSheetOut)
def get_gap_sheet(request: ApiRequest, customer_id: RowId) -> Any:
    """Get what is known of a customer's protection and what is still to ask."""
    return _sheet(request, _standing(request, customer_id))


@router.post("/customers/{int:customer_id}/gap-sheet", permissions.GAP_ASK, GapSheetOut)
def answer_gap_sheet(request: ApiRequest, customer_id: RowId, body: GapAnswersIn) -> Any:
    """Keep answers of today on top of `version` (0: none stored yet); the same again changes nothing."""
    save_answers(
        actor=request.actor, customer_id=customer_id, values=body.answers, told=body.told, version=body.version,
        now=clock.now(),
    )  # fmt: skip
    return _sheet(request, _standing(request, customer_id))


@router.post("/customers/{int:customer_id}/gaps", permissions.GAP_ASK, GapDetailOut, status=201)
def work_gap_out(request: ApiRequest, customer_id: RowId, body: GapWorkIn) -> Any:
    """Work the gaps out and keep the result; refused while questions are open."""
    key = f"api:{body.key}"[:40] if body.key else ""
    made = work_out_gaps(actor=request.actor, customer_id=customer_id, token=key, now=clock.now())
    return _detail(request, made)
