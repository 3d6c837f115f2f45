"""Questionnaires: what may be asked, what an answer may be, when it is as required, what is skipped (SRV-8)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

SINGLE, MULTIPLE, SCALE, TEXT, BIRTH = KINDS = ("SINGLE", "MULTIPLE", "SCALE", "TEXT", "BIRTH")
#: A birth date is compared by the system; the answer keeps how it went, never the date.
MATCH, DIFFERS, UNKNOWN = BIRTH_ANSWERS = ("MATCH", "DIFFERS", "UNKNOWN")
REGULAR, LONGEST_TEXT, MOST_QUESTIONS, MOST_OPTIONS, HIGHEST = "REGULAR", 1000, 40, 20, 10
LONGEST_KEY = 20
PAIRS = ("options", "english_options")
KEPT = ("hint", *PAIRS, "wanted", "designs", "regular_only", "short", "after", "after_in", "english")


@dataclass(frozen=True, slots=True)
class Question:
    """One question.

    ``options`` are (code, words). ``wanted`` are the codes that are as required (empty: any). ``designs`` limits it to
    products of these designs, ``regular_only`` to regular premiums. ``short`` questions remain where the sale is
    traceable. ``after`` and ``after_in``: asked only where that question was answered so (skip). ``english`` is what a
    customer reads who chose English for the page of a link.
    """

    key: str
    kind: str
    text: str
    hint: str = ""
    options: tuple[tuple[str, str], ...] = ()
    wanted: tuple[str, ...] = ()
    required: bool = True
    designs: tuple[str, ...] = ()
    regular_only: bool = False
    short: bool = False
    after: str = ""
    after_in: tuple[str, ...] = ()
    english: str = ""
    english_options: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Situation:
    """What decides which questions apply."""

    design: str = ""
    is_regular: bool = False
    is_simplified: bool = False


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a questionnaire: a code of the wording, and the number of the question (0: the whole)."""

    code: str
    number: int = 0
    params: Mapping[str, Any] = field(default_factory=dict)


def read(content: Sequence[Mapping[str, Any]]) -> tuple[Question, ...]:
    """Return the questions kept as JSON."""
    return tuple(
        Question(
            key=str(row["key"]), kind=str(row["kind"]), text=str(row["text"]), hint=str(row.get("hint", "")),
            options=tuple((str(code), str(text)) for code, text in row.get("options", ())),
            wanted=tuple(row.get("wanted", ())), required=bool(row.get("required", True)),
            designs=tuple(row.get("designs", ())), regular_only=bool(row.get("regular_only", False)),
            short=bool(row.get("short", False)), after=str(row.get("after", "")),
            after_in=tuple(row.get("after_in", ())), english=str(row.get("english", "")),
            english_options=tuple((str(code), str(text)) for code, text in row.get("english_options", ())),
        )
        for row in content
    )  # fmt: skip


def write(questions: Sequence[Question]) -> list[dict[str, Any]]:
    """Return the questions as JSON, without what is as usual."""
    return [_plain(question) for question in questions]


def _plain(question: Question) -> dict[str, Any]:
    row: dict[str, Any] = {"key": question.key, "kind": question.kind, "text": question.text}
    for name in KEPT:
        value = getattr(question, name)
        if value:
            row[name] = [list(pair) for pair in value] if name in PAIRS else value
    if not question.required:
        row["required"] = False
    return {name: list(value) if isinstance(value, tuple) else value for name, value in row.items()}


def asked(
    questions: Sequence[Question], situation: Situation, answers: Mapping[str, Sequence[str]]
) -> tuple[Question, ...]:
    """Return the questions that are asked, in order: those that apply and are not skipped by an earlier answer."""
    found: list[Question] = []
    shown: set[str] = set()
    for question in questions:
        if not _applies(question, situation):
            continue
        if question.after and (
            question.after not in shown or not set(answers.get(question.after, ())) & set(question.after_in)
        ):
            continue
        found.append(question)
        shown.add(question.key)
    return tuple(found)


def _applies(question: Question, situation: Situation) -> bool:
    if situation.is_simplified and not question.short:
        return False
    if question.designs and situation.design not in question.designs:
        return False
    return situation.is_regular or not question.regular_only


def problem_of(question: Question, value: Sequence[str]) -> str:
    """Return the code of what is wrong with an answer; empty when nothing is. No value takes the answer back."""
    if not value:
        return ""
    if question.kind == TEXT:
        return "follow_up.text_long" if len(value[0]) > LONGEST_TEXT else ""
    if question.kind == BIRTH:
        return "" if len(value) == 1 and value[0] in BIRTH_ANSWERS else "follow_up.answer"
    if question.kind == SCALE:
        fits = len(value) == 1 and value[0].isdecimal() and int(value[0]) <= HIGHEST
        return "" if fits else "follow_up.scale"
    codes = {code for code, _words in question.options}
    if set(value) - codes or (question.kind == SINGLE and len(value) != 1):
        return "follow_up.answer"
    return ""


def is_as_required(question: Question, value: Sequence[str]) -> bool:
    """Tell whether an answer is as required: given where it must be, and one of those wanted."""
    if not value or not any(part.strip() for part in value):
        return not question.required
    if question.kind == BIRTH:
        return list(value) == [MATCH]
    return not question.wanted or set(value) <= set(question.wanted)


def missing(
    questions: Sequence[Question], situation: Situation, answers: Mapping[str, Sequence[str]]
) -> tuple[list[str], list[str]]:
    """Return the keys of the questions asked that have no answer yet, and of those not answered as required."""
    unanswered: list[str] = []
    wrong: list[str] = []
    for question in asked(questions, situation, answers):
        value = answers.get(question.key, ())
        if is_as_required(question, value):
            continue
        (wrong if value else unanswered).append(question.key)
    return unanswered, wrong


def faults(questions: Sequence[Question]) -> list[Fault]:
    """Return what is wrong with a questionnaire before it may be kept, question by question."""
    if not questions:
        return [Fault("questionnaire.empty")]
    if len(questions) > MOST_QUESTIONS:
        return [Fault("questionnaire.long", 0, {"most": MOST_QUESTIONS})]
    found: list[Fault] = []
    before: dict[str, Question] = {}
    for number, question in enumerate(questions, 1):
        code = _fault_of(question, before)
        if code:
            found.append(Fault(code, number))
        before[question.key] = question
    return found


def _fault_of(question: Question, before: Mapping[str, Question]) -> str:
    codes = [code for code, _words in question.options]
    if not question.key or len(question.key) > LONGEST_KEY or question.key in before:
        return "questionnaire.key"
    if question.kind not in KINDS:
        return "questionnaire.kind"
    if not question.text.strip():
        return "questionnaire.text"
    if question.kind in (SINGLE, MULTIPLE) and not (2 <= len(codes) == len(set(codes)) <= MOST_OPTIONS and all(codes)):
        return "questionnaire.options"
    if set(question.wanted) - set(codes) and question.kind in (SINGLE, MULTIPLE):
        return "questionnaire.wanted"
    if question.after and (
        question.after not in before
        or not set(question.after_in) & {code for code, _words in before[question.after].options}
    ):
        return "questionnaire.after"
    return ""
