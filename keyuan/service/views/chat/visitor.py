"""The visitor's page: no sign-in, a token in a cookie; works without scripts, lives with them (SRV-5, PIPL)."""

import secrets
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from keyuan.kernel.errors import NotFound, Refused
from keyuan.kernel.rates import Limit
from keyuan.organisation.forms import explain
from keyuan.platform import clock, throttle
from keyuan.platform.files import open_file
from keyuan.platform.http import public
from keyuan.platform.live.addresses import GUEST_PATH, stream_url
from keyuan.platform.wording import say, say_code
from keyuan.service.forms.chat.acts import StartForm
from keyuan.service.models import Chat
from keyuan.service.models.chat import ENDED
from keyuan.service.rules.chat.silence import may_reopen
from keyuan.service.selectors.chat.chats import all_lines, chat_by_token, has_file, last_lines, lines_after
from keyuan.service.selectors.chat.policy import chat_policy, is_open, opens_at
from keyuan.service.selectors.desks import categories
from keyuan.service.services.chat import closing, talking, verifying
from keyuan.service.services.chat.opening import Opening, begin, leave_message
from keyuan.service.services.chat.seating import HOUSE
from keyuan.service.views.chat.cookie import keep_token, token_of
from keyuan.service.views.chat.shown import VISITOR_HEAD, answered, head_shown, lines_shown, state_for_visitor

#: By address: begin, ask for codes; by token: write, send files, look.
START = Limit("chat-start", 20, 3600)
CODES = Limit("chat-code", 20, 3600)
WRITE = Limit("chat-write", 40, 60)
FILES = Limit("chat-file", 20, 600)
LOOK = Limit("chat-look", 600, 60, batch=20)


def guarded(limit: Limit, *, by_address: bool = False) -> Callable[[Callable[..., HttpResponse]], Any]:
    """Let anybody in within a limit, by the address or the token; nothing is cached or indexed."""

    def decorate(view: Callable[..., HttpResponse]) -> Any:
        @wraps(view)
        def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            whom = request.META.get("REMOTE_ADDR", "") if by_address else token_of(request)
            counts = request.method == "POST" or not by_address
            if counts and not throttle.hit(limit, whom or request.META.get("REMOTE_ADDR", "")):
                return _told(request, say_code("chat.busy"), 429)
            try:
                response = view(request, *args, **kwargs)
            except NotFound as error:
                raise Http404(error.code) from None
            response["X-Robots-Tag"] = "noindex"
            return response

        return public(never_cache(inner))

    return decorate


def _told(request: HttpRequest, sentence: str, status: int) -> HttpResponse:
    if _by_script(request):
        return JsonResponse({"error": sentence}, status=status)
    return render(request, "errors/422.html", {"sentence": sentence}, status=status)


def _by_script(request: HttpRequest) -> bool:
    return "application/json" in request.headers.get("Accept", "")


def _home() -> HttpResponse:
    return HttpResponseRedirect(reverse("chat:start"))


@guarded(START, by_address=True)
@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest) -> HttpResponse:
    """Begin a conversation, or go on with the one whose token the browser holds."""
    now = clock.now()
    chat = chat_by_token(token_of(request))
    if request.method != "POST" and chat is not None and not (request.GET.get("new") and chat.status == ENDED):
        return _conversation(request, chat)
    policy = chat_policy()
    closed = not is_open(policy, now)
    subjects = [(node.pk, node.name) for node in categories() if node.parent_id is None]
    initial = {"name": chat.visitor_name if chat else ""}
    form = StartForm(request.POST or None, subjects=subjects, closed=closed, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            return _begun(request, form, closed)
        except Refused as error:
            explain(form, error)
    context = {
        "form": form, "closed": closed, "policy": policy, "opens": opens_at(policy, now) if closed else None,
        "key": request.POST.get("key") or secrets.token_hex(16), "language_url": reverse("organisation:language"),
    }  # fmt: skip
    return render(request, "service/chat/start.html", context, status=422 if form.errors else 200)


def _begun(request: HttpRequest, form: StartForm, closed: bool) -> HttpResponse:
    data, now = form.cleaned_data, clock.now()
    opening = Opening(
        data["name"], data["question"], data["consent"], int(data["category"] or 0) or None,
        translation.get_language() or "zh-hans", request.POST.get("key", "")[:40],
    )  # fmt: skip
    if closed:
        order = leave_message(opening=opening, contact=data["contact"], now=now)
        return render(request, "service/chat/left.html", {"order": order})
    _chat, token = begin(opening=opening, now=now)
    return keep_token(_home(), token)


def _conversation(request: HttpRequest, chat: Chat) -> HttpResponse:
    now, policy = clock.now(), chat_policy()
    lines = last_lines(chat.pk, for_visitor=True)
    talking.visitor_read(chat=chat, now=now)
    state = state_for_visitor(chat, now)
    context = {
        **state,
        **head_shown(request, VISITOR_HEAD, state),
        "lines": lines_shown(lines, seen=chat.staff_seq),
        "last": lines[-1].seq if lines else 0,
        "is_over": chat.status == ENDED,
        "may_return": chat.status == ENDED and may_reopen(chat.ended_at, policy.reopen_minutes, now),
        "may_rate": chat.status == ENDED and chat.answered_at is not None,
        "scores": closing.SCORES,
        "live_url": stream_url(request, GUEST_PATH),
        "language_url": reverse("organisation:language"),
        "error": request.GET.get("error", "") and say_code(request.GET["error"][:40]),
    }
    return render(request, "service/chat/visitor.html", context)


@guarded(LOOK)
@require_safe
def lines(request: HttpRequest) -> HttpResponse:
    """What is new since line ``after``, for the page's script; it says that the visitor is there and has read it."""
    chat = chat_by_token(token_of(request))
    if chat is None:
        raise NotFound("chat.not_found")
    now, after = clock.now(), request.GET.get("after", "")
    found = lines_after(chat.pk, int(after) if after.isdecimal() and len(after) < 9 else 0, for_visitor=True)
    talking.visitor_read(chat=chat, now=now)
    context = state_for_visitor(chat, now)
    body = answered(request, chat, found, head=VISITOR_HEAD, context=context, seen=chat.staff_seq)
    return JsonResponse(body)


@guarded(WRITE)
@require_POST
def say_line(request: HttpRequest) -> HttpResponse:
    """Say something."""
    text, key = request.POST.get("text", ""), request.POST.get("key", "")
    return _done(request, lambda: talking.visitor_says(token=token_of(request), text=text, key=key, now=clock.now()))


def _done(request: HttpRequest, act: Callable[[], object]) -> HttpResponse:
    """Do something and go back to the conversation; a refusal says why, and nothing typed is lost."""
    try:
        act()
    except Refused as error:
        if _by_script(request):
            return JsonResponse({"error": say(error)}, status=422)
        return _told(request, say(error), 422)
    return JsonResponse({"ok": True}) if _by_script(request) else _home()


@guarded(WRITE)
@require_POST
def typing(request: HttpRequest) -> HttpResponse:
    """Tell the desk that the visitor is typing."""
    chat = chat_by_token(token_of(request))
    if chat is not None:
        talking.visitor_types(chat=chat)
    return HttpResponse(status=204)


@guarded(FILES)
@require_POST
def file_add(request: HttpRequest) -> HttpResponse:
    """Send a file."""
    upload = request.FILES.get("file")
    key = request.POST.get("key", "")

    def act() -> object:
        if upload is None:
            raise Refused("file.empty", field="file")
        name = upload.name or ""
        return talking.visitor_sends_file(token=token_of(request), name=name, file=upload, key=key, now=clock.now())

    return _done(request, act)


@guarded(FILES)
@require_safe
def file_get(request: HttpRequest, attachment_id: int) -> HttpResponse:
    """Give a file of one's own conversation back, once it was scanned; always to be saved, never shown in place."""
    chat = chat_by_token(token_of(request))
    if chat is None or not has_file(chat.pk, attachment_id):
        raise NotFound("chat.not_found")
    try:
        file, blocks = open_file(HOUSE, attachment_id)
    except Refused as error:
        return _told(request, say(error), 422)
    response = HttpResponse(b"".join(blocks), content_type="application/octet-stream")
    response.headers["Content-Disposition"] = "attachment"
    response.headers["X-File-Size"] = str(file.size)
    return response


@guarded(CODES, by_address=True)
@require_POST
def code_send(request: HttpRequest) -> HttpResponse:
    """Ask for a one-time code; the answer is the same for every number."""
    phone = request.POST.get("phone", "")
    return _done(request, lambda: verifying.send_code(token=token_of(request), phone=phone, now=clock.now()))


@guarded(CODES, by_address=True)
@require_POST
def code_check(request: HttpRequest) -> HttpResponse:
    """Enter the code."""
    code = request.POST.get("code", "")[:12]
    return _done(request, lambda: verifying.check_code(token=token_of(request), code=code, now=clock.now()))


@guarded(WRITE)
@require_POST
def end(request: HttpRequest) -> HttpResponse:
    """End one's conversation."""
    return _done(request, lambda: closing.visitor_ends(token=token_of(request), now=clock.now()))


@guarded(WRITE)
@require_POST
def come_back(request: HttpRequest) -> HttpResponse:
    """Go on with a conversation that ended a short while ago."""
    return _done(request, lambda: closing.visitor_returns(token=token_of(request), now=clock.now()))


@guarded(WRITE)
@require_POST
def rate(request: HttpRequest) -> HttpResponse:
    """Say how it was."""
    score, note = request.POST.get("score", ""), request.POST.get("note", "")
    number = int(score) if score.isdecimal() and len(score) < 3 else 0
    return _done(request, lambda: closing.rate(token=token_of(request), score=number, note=note, now=clock.now()))


@guarded(FILES)
@require_safe
def transcript(request: HttpRequest) -> HttpResponse:
    """Everything that was said, as a text to keep."""
    chat = chat_by_token(token_of(request))
    if chat is None:
        raise NotFound("chat.not_found")
    rows = [
        f"{timezone.localtime(item['row'].at):%Y-%m-%d %H:%M:%S}  {_who(item, chat)}: {item['text']}"
        for item in lines_shown(all_lines(chat.pk))
    ]
    text = "\r\n".join([chat.number, *rows, ""])
    response = HttpResponse("\ufeff" + text, content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{chat.number}.txt"'
    return response


def _who(item: dict[str, Any], chat: Chat) -> str:
    if item["side"] == "system":
        return _("System")
    return chat.visitor_name if item["side"] == "visitor" else item["row"].staff_name
