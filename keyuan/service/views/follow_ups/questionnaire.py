"""The questionnaire as a customer answers it on a phone: no sign-in, and nothing about anybody (SRV-8, PIPL 6).

Whoever finds the link reads questions; those about a contract open with the policyholder's date of birth alone.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.views.decorators.http import require_http_methods

from keyuan.contact.selectors.messages.providers import policy as message_policy
from keyuan.kernel.errors import Refused
from keyuan.kernel.han import traditional
from keyuan.kernel.rates import Limit
from keyuan.platform import clock
from keyuan.platform.token_pages import by_token
from keyuan.platform.wording import say, say_code
from keyuan.service.rules.follow_ups import questions as rules
from keyuan.service.rules.follow_ups.questions import Question
from keyuan.service.selectors.follow_ups.links import link_by_token
from keyuan.service.services.follow_ups import by_link
from keyuan.service.services.follow_ups.by_link import Sheet, Unfinished

#: Visits from one address: a token cannot be guessed, and behind one address of a mobile network stand many phones.
LIMIT = Limit("questionnaire", 120, 600)
PAGE = "service/follow_ups/page.html"
Given = Mapping[str, Sequence[str]]


def _over(request: HttpRequest) -> HttpResponse:
    return render(request, PAGE, _frame(request) | {"state": "gone"}, status=404)


@by_token(LIMIT, over=_over)
@require_http_methods(["GET", "HEAD", "POST"])
def questionnaire_page(request: HttpRequest, token: str) -> HttpResponse:
    """Show the questions of a link, take the date of birth, take the answers."""
    now = clock.now()
    if request.method != "POST":
        return _shown(request, by_link.open_link(token=token, now=now))
    sheet = by_link.sheet_of(link_by_token(token, now))
    if sheet.is_answered or sheet.is_over:
        return redirect("service:questionnaire-page", token=token)
    if "birth" in request.POST:
        return _proved(request, token, sheet)
    try:
        by_link.submit(token=token, proof=request.POST.get("proof", ""), values=_given(request, sheet), now=now)
    except Unfinished as unfinished:
        return _shown(request, sheet, request.POST.get("proof", ""), unfinished.codes)
    except Refused:
        # The proof ran out while the page lay open: it is asked for again, and nothing typed is lost.
        return _shown(request, sheet)
    return redirect("service:questionnaire-page", token=token)


def _proved(request: HttpRequest, token: str, sheet: Sheet) -> HttpResponse:
    try:
        proof = by_link.prove(token=token, birth=request.POST.get("birth", ""), now=clock.now())
    except Refused as error:
        return _shown(request, sheet, "", {"birth": error.code}, status=422, problem=say(error))
    return _shown(request, sheet, proof)


def _given(request: HttpRequest, sheet: Sheet) -> dict[str, list[str]]:
    return {one.key: request.POST.getlist(f"q-{one.key}") for one in sheet.questions}


def _shown(
    request: HttpRequest, sheet: Sheet, proof: str = "", faults: Mapping[str, str] | None = None, status: int = 0,
    problem: str = "",
) -> HttpResponse:  # fmt: skip
    given, faults = _given(request, sheet), faults or {}
    context = _frame(request) | {
        "state": _state(sheet, proof),
        "proof": proof,
        "until": sheet.link.expires_at,
        "problem": problem,
        "typed": [(f"q-{key}", value) for key, values in given.items() for value in values],
        "questions": [
            _question(number, one, given[one.key], faults.get(one.key, ""))
            for number, one in enumerate(sheet.questions, 1)
        ],
        "faults": len(faults),
    }  # fmt: skip
    return render(request, PAGE, context, status=status or (422 if faults else 200))


def _state(sheet: Sheet, proof: str) -> str:
    if sheet.is_answered:
        return "thanks"
    if sheet.is_over:
        return "over"
    return "questions" if proof or not sheet.asks_birth else "birth"


def _frame(request: HttpRequest) -> dict[str, Any]:
    house = message_policy()
    return {
        "company": in_language(house.company, ""), "hotline": house.hotline, "path": request.path,
        "language_url": reverse("organisation:language"),
    }  # fmt: skip


def in_language(text: str, english: str) -> str:
    """Return what the house wrote as its reader reads it: in English where there is any, else in their characters."""
    language = (translation.get_language() or "").lower()
    if language.startswith("en"):
        return english or text
    return traditional(text) if language.startswith("zh-hant") else text


def _question(number: int, question: Question, value: Sequence[str], fault: str) -> dict[str, Any]:
    options = question.options
    english = dict(question.english_options)
    if question.kind == rules.SCALE:
        options = tuple((str(mark), str(mark)) for mark in range(rules.HIGHEST + 1))
    return {
        "number": number,
        "question": question,
        "name": f"q-{question.key}",
        "text": in_language(question.text, question.english),
        "options": [(code, in_language(label, english.get(code, "")), code in value) for code, label in options],
        "many": question.kind == rules.MULTIPLE,
        "typed": value[0] if value and question.kind == rules.TEXT else "",
        "after": question.after,
        "after_in": ",".join(question.after_in),
        "error": say_code(fault, {"most": rules.LONGEST_TEXT}) if fault else "",
    }
