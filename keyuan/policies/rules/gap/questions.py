"""The questionnaire: what is asked of whom, when an answer is too old, and what does not fit (ANA-8).

Answers are JSON: amounts in fen, choices as codes, ages of children as years of birth (which do not go stale), None
where the customer does not say. Health is not asked: no method uses it, and underwriting asks what it needs (PIPL 6).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from keyuan.kernel.dates import add_months
from keyuan.kernel.errors import Refused
from keyuan.policies.rules.gap.needs import DEATH_METHODS

MONEY, NUMBER, CHOICE, BIRTH_YEARS = "MONEY", "NUMBER", "CHOICE", "BIRTH_YEARS"
FAMILY, WORK, MEANS, ELSEWHERE, WISHES = "FAMILY", "WORK", "MEANS", "ELSEWHERE", "WISHES"
GROUPS = (FAMILY, WORK, MEANS, ELSEWHERE, WISHES)
#: Where an answer comes from: the archive, the household, contracts, or the customer's own words.
ARCHIVE, HOUSEHOLD, SAID = "ARCHIVE", "HOUSEHOLD", "SAID"
YES, NO = "YES", "NO"
MOST_MONEY = 100_000_000_00
MOST_CHILDREN = 12


@dataclass(frozen=True, slots=True)
class Answer:
    """A value with the day on which it was last known to be right, and where it comes from."""

    value: Any
    on: date
    source: str = SAID


Known = Mapping[str, Answer]


def _always(_known: Known) -> bool:
    return True


def value_of(known: Known, key: str) -> Any:
    """Return what is known for a question; None where nothing is."""
    answer = known.get(key)
    return answer.value if answer else None


def is_married(known: Known) -> bool:
    """Tell whether there is a partner."""
    return bool(value_of(known, "partner") == YES)


@dataclass(frozen=True, slots=True)
class Question:
    """One question. ``private``: about money, kept only where the customer was told why; ``lasts``: never too old."""

    key: str
    group: str
    kind: str
    asked_if: Callable[[Known], bool] = _always
    options: tuple[str, ...] = ()
    private: bool = False
    lasts: bool = False
    least: int = 0
    most: int = MOST_MONEY


def _money(key: str, group: str, asked_if: Callable[[Known], bool] = _always) -> Question:
    return Question(key, group, MONEY, asked_if, private=True)


def _has_children(known: Known) -> bool:
    return bool(value_of(known, "children"))


QUESTIONS: tuple[Question, ...] = (
    Question("birth_year", FAMILY, NUMBER, lasts=True, least=1900, most=2199),
    Question("sex", FAMILY, CHOICE, options=("1", "2"), lasts=True),
    Question("partner", FAMILY, CHOICE, options=(YES, NO)),
    Question("children", FAMILY, BIRTH_YEARS),
    _money("income", WORK),
    _money("spouse_income", WORK, is_married),
    Question("occupation_class", WORK, CHOICE, options=("1", "2", "3", "4", "5", "6")),
    Question("social_insurance", WORK, CHOICE, options=(YES, NO)),
    _money("expenses", MEANS),
    _money("parents_support", MEANS),
    _money("mortgage", MEANS),
    _money("debts", MEANS),
    _money("assets", MEANS),
    _money("pension_savings", MEANS),
    _money("education_savings", MEANS, _has_children),
    _money("life_elsewhere", ELSEWHERE),
    _money("illness_elsewhere", ELSEWHERE),
    _money("medical_elsewhere", ELSEWHERE),
    _money("accident_elsewhere", ELSEWHERE),
    _money("pension_elsewhere", ELSEWHERE),
    _money("budget", WISHES),
    Question("method", WISHES, CHOICE, options=DEATH_METHODS),
)
BY_KEY: Mapping[str, Question] = {question.key: question for question in QUESTIONS}
PRIVATE = frozenset(question.key for question in QUESTIONS if question.private)


def is_fresh(question: Question, answer: Answer | None, today: date, stale_months: int) -> bool:
    """Tell whether an answer need not be asked again."""
    if answer is None:
        return False
    return question.lasts or add_months(answer.on, stale_months) >= today


def asked_of(known: Known, *, may_ask_money: bool) -> list[Question]:
    """Return the questions that concern this person, whether answered or not."""
    return [question for question in QUESTIONS if question.asked_if(known) and (may_ask_money or not question.private)]


def open_questions(known: Known, today: date, stale_months: int, *, may_ask_money: bool) -> list[Question]:
    """Return what is still to be asked: what nobody knows, and what was said too long ago."""
    asked = asked_of(known, may_ask_money=may_ask_money)
    return [
        question for question in asked if not is_fresh(question, known.get(question.key), today, stale_months)
    ]  # fmt: skip


def checked(key: str, value: Any, today: date) -> Any:
    """Return an answer as it is kept. Raises `Refused` with the question as its field for what cannot be one."""
    question = BY_KEY.get(key)
    if question is None:
        raise Refused("gap.no_such_question", field=key)
    if value is None:
        return None
    if question.kind == CHOICE:
        if value not in question.options:
            raise Refused("gap.no_such_choice", field=key)
        return value
    if question.kind == BIRTH_YEARS:
        return _birth_years(key, value, today)
    if not isinstance(value, int) or isinstance(value, bool) or not question.least <= value <= question.most:
        raise Refused("gap.out_of_range", field=key, least=_shown(question, question.least), most=_most(question))
    if key == "birth_year" and value > today.year:
        raise Refused("gap.born_ahead", field=key)
    return value


def _shown(question: Question, limit: int) -> str:
    return f"{limit // 100:,}" if question.kind == MONEY else str(limit)


def _most(question: Question) -> str:
    return _shown(question, question.most)


def _birth_years(key: str, value: Any, today: date) -> list[int]:
    years = value if isinstance(value, list) else []
    wrong = not isinstance(value, list) or len(years) > MOST_CHILDREN
    if wrong or any(not isinstance(year, int) or not today.year - 60 <= year <= today.year for year in years):
        raise Refused("gap.children", field=key, most=MOST_CHILDREN)
    return sorted(years)


def remarks(known: Known, before: Known, today: date) -> list[str]:
    """Return codes of what does not fit together; nothing is refused for it, since lives differ."""
    found = []
    income = value_of(known, "income")
    both = (income or 0) + (value_of(known, "spouse_income") or 0)
    if both and (value_of(known, "expenses") or 0) > both:
        found.append("expenses_over_income")
    if both and (value_of(known, "mortgage") or 0) > both * 20:
        found.append("mortgage_heavy")
    was = value_of(before, "income")
    if income and was and (income > was * 5 or was > income * 5):
        found.append("income_jump")
    if both and (value_of(known, "budget") or 0) * 5 > both:
        found.append("budget_heavy")
    if income == 0 and not both and (value_of(known, "expenses") or 0) == 0:
        found.append("nothing_comes_in")
    return found + _of_ages(known, today)


def _of_ages(known: Known, today: date) -> list[str]:
    born, children = value_of(known, "birth_year"), value_of(known, "children") or []
    if not born:
        return []
    found = ["parent_too_young"] if any(year - born < 16 for year in children) else []
    return found + (["minor_earns"] if today.year - born < 16 and value_of(known, "income") else [])
