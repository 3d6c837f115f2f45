"""A declaration: what is unanswered, adverse, or does not fit together (POL-10; 保险法 16: only what is asked)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

YES, NO = "YES", "NO"
#: Body mass index outside of which an underwriter looks (GK), in tenths.
BMI_LOW, BMI_HIGH = 180, 280
#: Pairs of questions: saying yes to the first makes yes to the second likely.
GO_TOGETHER = (("HOSPITAL", "DISEASE"), ("SURGERY", "DISEASE"), ("MEDICINE", "DISEASE"), ("DISEASE", "CHECKUP"))


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as the catalogue has it."""

    code: str
    kind: str
    options: tuple[str, ...] = ()
    adverse: tuple[str, ...] = ()
    low: int | None = None
    high: int | None = None
    asks_detail: bool = True
    sex: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What was said, with details where they were asked for."""

    value: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something an underwriter has to look at: stable code, the questions it concerns."""

    code: str
    questions: tuple[str, ...]


def asked_of(questions: Sequence[Asked], sex: str) -> list[Asked]:
    """Return the questions that concern a person of ``sex``."""
    return [question for question in questions if question.sex in ("", sex)]


def is_sound(question: Asked, value: str) -> bool:
    """Tell whether ``value`` answers the question."""
    if question.kind == "YES_NO":
        return value in (YES, NO)
    if question.kind == "NUMBER":
        return value.isascii() and value.isdecimal() and len(value) <= 6
    if question.kind == "CHOICE":
        return value in question.options
    return bool(value.strip())


def is_adverse(question: Asked, value: str) -> bool:
    """Tell whether the answer sends the case to underwriting."""
    if value in question.adverse:
        return True
    if question.kind != "NUMBER" or not is_sound(question, value):
        return False
    number = int(value)
    return (question.low is not None and number < question.low) or (
        question.high is not None and number > question.high
    )


def unanswered(questions: Sequence[Asked], answers: Mapping[str, Answer]) -> list[str]:
    """Return the codes of questions without a sound answer."""
    return [
        question.code
        for question in questions
        if question.code not in answers or not is_sound(question, answers[question.code].value)
    ]


def unexplained(questions: Sequence[Asked], answers: Mapping[str, Answer]) -> list[str]:
    """Return the codes of adverse answers whose details are missing."""
    return [
        question.code
        for question in questions
        if question.asks_detail
        and question.code in answers
        and is_adverse(question, answers[question.code].value)
        and not answers[question.code].detail.strip()
    ]


def adverse_codes(questions: Sequence[Asked], answers: Mapping[str, Answer]) -> list[str]:
    """Return the codes of the questions answered adversely."""
    return [one.code for one in questions if one.code in answers and is_adverse(one, answers[one.code].value)]


def doubts(
    questions: Sequence[Asked], answers: Mapping[str, Answer], former: Mapping[str, Answer], *, had_claims: bool
) -> list[Doubt]:
    """Return what does not fit together: within the answers, with the last declaration, with claims known."""
    found = []
    codes = {question.code for question in questions}
    for first, second in GO_TOGETHER:
        if {first, second} <= codes and _said(answers, first) == YES and _said(answers, second) == NO:
            found.append(Doubt("doubt.pair", (first, second)))
    index = _body_mass(answers)
    if index is not None and not BMI_LOW <= index <= BMI_HIGH:
        found.append(Doubt("doubt.body_mass", ("HEIGHT", "WEIGHT")))
    if _said(answers, "SMOKER") == NO and _number(answers, "CIGARETTES"):
        found.append(Doubt("doubt.smoking", ("SMOKER", "CIGARETTES")))
    found += [
        Doubt("doubt.former", (question.code,))
        for question in questions
        if question.kind == "YES_NO" and _said(former, question.code) == YES and _said(answers, question.code) == NO
    ]
    if (
        had_claims
        and {"HOSPITAL", "DISEASE"} <= codes
        and NO == _said(answers, "HOSPITAL") == _said(answers, "DISEASE")
    ):
        found.append(Doubt("doubt.claims", ("HOSPITAL", "DISEASE")))
    return found


def _said(answers: Mapping[str, Answer], code: str) -> str:
    return answers[code].value if code in answers else ""


def _number(answers: Mapping[str, Answer], code: str) -> int:
    said = _said(answers, code)
    return int(said) if said.isascii() and said.isdecimal() and len(said) <= 6 else 0


def _body_mass(answers: Mapping[str, Answer]) -> int | None:
    """Return the body mass index in tenths from HEIGHT (cm) and WEIGHT (kg)."""
    height, weight = _number(answers, "HEIGHT"), _number(answers, "WEIGHT")
    return weight * 100_000 // (height * height) if height and weight else None


def to_json(answers: Mapping[str, Answer]) -> dict[str, Any]:
    """Return the answers as JSON values."""
    return {code: [answer.value, answer.detail] for code, answer in answers.items()}


def from_json(stored: Mapping[str, Any]) -> dict[str, Answer]:
    """Return stored answers."""
    return {code: Answer(str(value), str(detail)) for code, (value, detail) in stored.items()}
