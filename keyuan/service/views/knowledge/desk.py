"""What the editors look after, and setting categories and synonyms up (SRV-6)."""

from datetime import timedelta
from typing import Any

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from keyuan.kernel.errors import Refused
from keyuan.organisation.forms import explain
from keyuan.platform import clock
from keyuan.platform.http import StaffRequest, allow, page
from keyuan.platform.toasts import toast
from keyuan.platform.wording import say
from keyuan.service import permissions
from keyuan.service.forms import knowledge as f
from keyuan.service.forms.orders import indented
from keyuan.service.rules.knowledge import life
from keyuan.service.selectors.knowledge import articles as read
from keyuan.service.selectors.knowledge import reports
from keyuan.service.selectors.knowledge.setup import categories_with_counts, entry, synonym_rows
from keyuan.service.services.knowledge import reading, setting_up
from keyuan.service.views.leading import to

ROWS, DAYS = 20, 90


@require_safe
@allow(permissions.KNOWLEDGE_WRITE)
def desk(request: StaffRequest) -> HttpResponse:
    """What waits: decisions, comments, unanswered searches; what is used, stale or disliked."""
    today = clock.today()
    since = today - timedelta(days=DAYS)
    long_ago = clock.start_of(today - timedelta(days=life.STALE_AFTER))
    context = {
        "waiting": [(row, f.state_of(row.state)) for row in read.waiting_versions(ROWS)],
        "comments": reports.open_comments(ROWS),
        "misses": reports.open_misses(ROWS),
        "used": reports.most_used(since, clock.start_of(since), ROWS),
        "due": reports.review_due(today, ROWS),
        "untouched": reports.untouched(today, long_ago, ROWS),
        "disliked": reports.disliked(ROWS),
        "days": DAYS, "stale": life.STALE_AFTER, "today": today,
        "may_improve": request.actor.may(permissions.IMPROVEMENT_WORK),
        "may_set_up": request.actor.may(permissions.KNOWLEDGE_SETTINGS),
    }  # fmt: skip
    return page(request, "service/knowledge/desk.html", context)


@require_POST
@allow(permissions.KNOWLEDGE_WRITE)
def comment_handle(request: StaffRequest, feedback_id: int) -> HttpResponse:
    """Write what was done about a comment."""
    try:
        reading.handle(
            actor=request.actor, feedback_id=feedback_id, answer=request.POST.get("answer", ""), now=clock.now()
        )
    except Refused as error:
        toast(request, say(error), failed=True)
    else:
        toast(request, _("Saved"))
    return to(request, reverse("service:knowledge-desk"))


@require_POST
@allow(permissions.KNOWLEDGE_WRITE)
def miss_drop(request: StaffRequest, miss_id: int) -> HttpResponse:
    """Leave an unanswered search aside."""
    reading.drop_miss(actor=request.actor, miss_id=miss_id, now=clock.now())
    toast(request, _("Saved"))
    return to(request, reverse("service:knowledge-desk"))


@require_safe
@allow(permissions.KNOWLEDGE_SETTINGS)
def settings(request: StaffRequest) -> HttpResponse:
    """Categories and synonyms."""
    setting_up.seed()
    context = {"categories": categories_with_counts(), "synonyms": synonym_rows()}
    return page(request, "service/knowledge/settings.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@allow(permissions.KNOWLEDGE_SETTINGS)
def setting_new(request: StaffRequest, know_part: str) -> HttpResponse:
    """Make a category or a group of synonyms."""
    return _edit(request, know_part, None)


@require_http_methods(["GET", "HEAD", "POST"])
@allow(permissions.KNOWLEDGE_SETTINGS)
def setting_edit(request: StaffRequest, know_part: str, entry_id: int) -> HttpResponse:
    """Change a category or a group of synonyms."""
    return _edit(request, know_part, entry_id)


def _edit(request: StaffRequest, part: str, pk: int | None) -> HttpResponse:
    if part not in ("category", "synonyms"):
        raise Http404(part)
    row = entry(part, pk) if pk else None
    form: Any = f.CategoryForm if part == "category" else f.SynonymsForm
    form = form(request.POST or None, initial=_initial(part, row) if row else None)
    if part == "category":
        form.fields["parent"].choices = [("", "--"), *indented(read.categories())]
    if request.method == "POST" and form.is_valid():
        try:
            _save(request, part, pk, form.cleaned_data)
        except Refused as error:
            explain(form, error)
        else:
            toast(request, _("Saved"))
            return to(request, reverse("service:knowledge-settings"))
    label = _("Category of articles") if part == "category" else _("Words that mean the same")
    context = {"form": form, "title": label, "cancel_url": reverse("service:knowledge-settings"), "article": None}
    return page(request, "service/knowledge/edit.html", context, status=422 if form.errors else 200)


def _initial(part: str, row: Any) -> dict[str, Any]:
    same = {"version": row.version, "is_active": row.is_active}
    if part == "category":
        return same | {"name": row.name, "parent": row.parent_id, "position": row.position}
    return same | {"words": "，".join(row.words)}


def _save(request: StaffRequest, part: str, pk: int | None, data: dict[str, Any]) -> object:
    same = {"actor": request.actor, "is_active": data["is_active"], "version": data["version"], "now": clock.now()}
    if part == "category":
        return setting_up.save_category(
            category_id=pk, name=data["name"], parent_id=int(data["parent"] or 0) or None,
            position=data["position"], **same,
        )  # fmt: skip
    return setting_up.save_synonyms(group_id=pk, words=f.split(data["words"]), **same)
