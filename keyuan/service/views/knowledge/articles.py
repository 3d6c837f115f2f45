"""One article: reading it, saying whether it helped, writing the next version, comparing versions (SRV-6)."""

from typing import Any

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from keyuan.kernel.errors import Conflict, Refused
from keyuan.organisation.forms import explain
from keyuan.platform import clock
from keyuan.platform.files import attachments_of, download_url
from keyuan.platform.http import StaffRequest, allow, page
from keyuan.platform.subjects import Subject
from keyuan.platform.toasts import toast
from keyuan.platform.wording import say
from keyuan.products.selectors import every_product, product_names
from keyuan.service import permissions
from keyuan.service.forms import knowledge as f
from keyuan.service.forms.orders import indented
from keyuan.service.models import Article, ArticleVersion
from keyuan.service.rules.knowledge import life
from keyuan.service.rules.knowledge.comparing import compare
from keyuan.service.rules.knowledge.markup import as_html
from keyuan.service.selectors import setup
from keyuan.service.selectors.knowledge import articles as read
from keyuan.service.selectors.knowledge.reports import miss_by_id, uses_of_article
from keyuan.service.services.knowledge import deciding, reading, writing
from keyuan.service.services.knowledge.setting_up import seed
from keyuan.service.views.keeping import keep_upload
from keyuan.service.views.leading import to

#: How the service names what an answer was written in.
USED_IN = {"ORDER": "order_id", "CHAT": "chat_id", "MAIL": "mail_id"}


def article_url(article_id: int) -> str:
    """Return the address of an article."""
    return reverse("service:article", args=[article_id])


@require_safe
@allow(permissions.KNOWLEDGE)
def article(request: StaffRequest, article_id: int) -> HttpResponse:
    """Show an article; whoever edits also sees its draft, versions and what was said of it."""
    actor, today = request.actor, clock.today()
    found = read.access_article(actor, article_id, today=today)
    edits = actor.may(permissions.KNOWLEDGE_WRITE) or actor.may(permissions.KNOWLEDGE_APPROVE)
    draft = read.open_version(found.pk) if edits else None
    shown = read.version_of(found.pk, found.number_in_force) if found.number_in_force else draft
    if found.state == life.PUBLISHED:
        reading.note_read(actor=actor, article=found, today=today)
    context = {
        "article": found, "shown": shown, "html": _html(found, shown),
        # What readers do not see yet stands where its version stands.
        "state": f.state_of(draft.state if draft is not None and not found.number_in_force else found.state),
        "kind": f.KINDS[found.kind], "audience": f.AUDIENCES[found.audience],
        "products": read.products_of(found.pk), "own": read.own_feedback(found, actor.id),
        "files": [{"file": row, "url": download_url(actor, row.pk)}
                  for row in attachments_of(actor, Subject(writing.KIND, found.pk))],
        "is_valid": found.state == life.PUBLISHED and life.is_valid(found.valid_from, found.valid_until, today),
        "draft": draft, "draft_state": f.state_of(draft.state) if draft else None,
        # Beside what is in force, whoever decides has to see what is asked of them.
        "draft_html": _html(found, draft) if draft is not None and draft is not shown else "",
        "versions": [(row, f.state_of(row.state)) for row in read.versions_of(found.pk)] if edits else [],
        "comments": read.comments_of(found.pk) if edits else [],
        "uses": [(row, f.PLACES[row.place]) for row in uses_of_article(found.pk)] if edits else [],
        "may": {"write": actor.may(permissions.KNOWLEDGE_WRITE), "approve": actor.may(permissions.KNOWLEDGE_APPROVE),
                "edits": edits, "decide": bool(draft) and actor.id not in (draft.writers if draft else [])},
    }  # fmt: skip
    return page(request, "service/knowledge/article.html", context)


def _html(found: Article, version: ArticleVersion | None) -> SafeString | str:
    """Return the text as safe HTML; an official answer is plain words."""
    if version is None or found.kind == life.ANSWER:
        return version.body if version else found.plain
    return SafeString(as_html(version.body))


@require_http_methods(["GET", "HEAD", "POST"])
@allow(permissions.KNOWLEDGE_WRITE)
def article_new(request: StaffRequest) -> HttpResponse:
    """Begin an article; from an unanswered search with its words."""
    seed()
    miss_id = _number(request.GET.get("miss", ""))
    asked = miss_by_id(miss_id).text if miss_id else ""
    initial = {"title": asked, "kind": request.GET.get("kind", life.ARTICLE)}
    form = f.NewForm(request.POST or None, categories=indented(read.categories()), initial=initial)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            made = writing.create_article(
                actor=request.actor, kind=data["kind"], category_id=int(data["category"]), text=_text(data),
                review_on=data["review_on"], miss_id=miss_id, now=clock.now(),
            )  # fmt: skip
        except Refused as error:
            explain(form, error)
        else:
            toast(request, _("Saved"))
            return to(request, article_url(made.pk))
    context = {"form": form, "cancel_url": reverse("service:knowledge"), "title": _("New article"), "article": None}
    return page(request, "service/knowledge/edit.html", context, status=422 if form.errors else 200)


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 12 else None


def _text(data: dict[str, Any]) -> writing.Text:
    codes = [code.upper() for code in f.split(data["products"])]
    ids = dict(every_product().filter(code__in=codes).values_list("code", "pk"))
    if set(codes) - set(ids):
        raise Refused("knowledge.product", field="products")
    names = ("title", "body", "summary", "audience", "valid_from", "valid_until", "note")
    return writing.Text(
        **{name: data[name] for name in names}, tags=tuple(f.split(data["tags"])),
        product_ids=tuple(sorted(ids.values())),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@allow(permissions.KNOWLEDGE_WRITE)
def article_edit(request: StaffRequest, article_id: int) -> HttpResponse:
    """Write the draft of the next version; two editors at once notice each other and lose nothing."""
    found = read.access_article(request.actor, article_id, today=clock.today())
    versions = read.versions_of(found.pk)
    draft = next((row for row in versions if row.state in life.OPEN), None)
    base = draft or versions[0]
    form = f.DraftForm(request.POST or None, initial=_initial(base, draft.revision if draft else 0))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            writing.save_draft(
                actor=request.actor, article_id=found.pk, text=_text(data), revision=data["revision"], now=clock.now()
            )
        except Refused as error:
            explain(form, error)
            if isinstance(error, Conflict) and draft is not None:
                # Saved once more, the own words count: what was read is now what stands there.
                form.data = {**form.data.dict(), "revision": str(draft.revision)}  # type: ignore[attr-defined]  # typed by a browser
        else:
            toast(request, _("The draft was saved"))
            return to(request, article_url(found.pk))
    rows = compare(base.body, form.data.get("body", "")) if form.errors and form.is_bound else []
    context = {
        "form": form, "cancel_url": article_url(found.pk), "title": found.title, "article": found,
        "locked": bool(draft) and draft.state != life.DRAFT if draft else False,
        "rows": rows if any(row.kind != "same" for row in rows) else [],
    }  # fmt: skip
    return page(request, "service/knowledge/edit.html", context, status=422 if form.errors else 200)


def _initial(version: ArticleVersion, revision: int) -> dict[str, Any]:
    names = ("title", "summary", "body", "audience", "valid_from", "valid_until")
    ids = version.product_ids
    codes = every_product().filter(pk__in=ids).values_list("code", flat=True) if ids else []
    more = {"tags": "，".join(version.tags), "products": ",".join(codes), "note": version.note if revision else ""}
    return {name: getattr(version, name) for name in names} | more | {"revision": revision}


@require_safe
@allow(permissions.KNOWLEDGE_WRITE)
def article_versions(request: StaffRequest, article_id: int) -> HttpResponse:
    """Two versions side by side; without a choice the last two."""
    found = read.access_article(request.actor, article_id, today=clock.today())
    versions = read.versions_of(found.pk)
    numbers = [row.number for row in versions]
    new = _number(request.GET.get("new", "")) or numbers[0]
    old = _number(request.GET.get("old", "")) or next((number for number in numbers if number < new), new)
    left, right = read.version_of(found.pk, old), read.version_of(found.pk, new)
    context = {
        "article": found, "versions": versions, "left": left, "right": right, "left_label": f"V{old}",
        "right_label": f"V{new}",
        "rows": compare(left.body, right.body),
        "facts": [row for row in zip(_facts(left), _facts(right), strict=True) if row[0] != row[1]],
    }  # fmt: skip
    return page(request, "service/knowledge/versions.html", context)


def _facts(row: ArticleVersion) -> list[tuple[str, str]]:
    return [
        (_("Title"), row.title), (_("Answer in short"), row.summary), (_("Tags"), "，".join(row.tags)),
        (_("Who may read it"), str(f.AUDIENCES[row.audience])), (_("Valid from"), str(row.valid_from or "")),
        (_("Valid until"), str(row.valid_until or "")),
        (_("Products"), "，".join(product_names(row.product_ids).values())),
    ]  # fmt: skip


#: The acts, with what is said when one is done.
DONE = {
    "submit": pgettext_lazy("knowledge", "Handed to a second person for approval"),
    "approve": pgettext_lazy("knowledge", "Approved; it can be published"),
    "send_back": pgettext_lazy("knowledge", "Sent back to its writer"),
    "publish": pgettext_lazy("knowledge", "Published; readers find it from now on"),
    "withdraw": pgettext_lazy("knowledge", "Withdrawn; readers do not see it any more"),
    "restore": pgettext_lazy("knowledge", "A draft was begun from this version"),
    "discard": pgettext_lazy("knowledge", "The draft was thrown away"),
}


@require_POST
@allow(permissions.KNOWLEDGE)
def article_act(request: StaffRequest, article_id: int, know_act: str) -> HttpResponse:
    """Bring a version on its way; each act asks for its own permission in its service."""
    if know_act not in DONE:
        raise Http404(know_act)
    read.access_article(request.actor, article_id, today=clock.today())
    try:
        _run(request, article_id, know_act)
    except Refused as error:
        toast(request, say(error), failed=True)
    else:
        toast(request, DONE[know_act])
    return to(request, article_url(article_id))


def _run(request: StaffRequest, article_id: int, act: str) -> object:
    actor, now = request.actor, clock.now()
    revision = _number(request.POST.get("revision", "")) or 0
    reason = request.POST.get("reason", "")
    if act in ("approve", "send_back"):
        return deciding.decide(
            actor=actor, article_id=article_id, revision=revision, approve=act == "approve", note=reason, now=now
        )
    if act == "withdraw":
        return deciding.withdraw(actor=actor, article_id=article_id, reason=reason, now=now)
    if act == "restore":
        number = _number(request.POST.get("number", "")) or 0
        return writing.restore(actor=actor, article_id=article_id, number=number, now=now)
    if act == "discard":
        writing.discard_draft(actor=actor, article_id=article_id, revision=revision, now=now)
        return None
    service = deciding.submit if act == "submit" else deciding.publish
    return service(actor=actor, article_id=article_id, revision=revision, now=now)


@require_http_methods(["GET", "HEAD", "POST"])
@allow(permissions.KNOWLEDGE_WRITE)
def article_custody(request: StaffRequest, article_id: int) -> HttpResponse:
    """Set owner, category and review date."""
    found = read.access_article(request.actor, article_id, today=clock.today())
    initial = {"owner": setup.staff_no_of(found.owner_id), "category": found.category_id, "review_on": found.review_on}
    form = f.CustodyForm(request.POST or None, categories=indented(read.categories()), initial=initial)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            owner = setup.user_of(data["owner"]) if data["owner"] else None
            writing.set_custody(
                actor=request.actor, article_ids=[found.pk], owner_id=owner, review_on=data["review_on"],
                category_id=int(data["category"] or 0) or None, now=clock.now(),
            )  # fmt: skip
        except Refused as error:
            explain(form, error)
        else:
            toast(request, _("Saved"))
            return to(request, article_url(found.pk))
    context = {"form": form, "cancel_url": article_url(found.pk), "title": found.title, "article": None}
    return page(request, "service/knowledge/edit.html", context, status=422 if form.errors else 200)


@require_POST
@allow(permissions.KNOWLEDGE)
def article_say(request: StaffRequest, article_id: int) -> HttpResponse:
    """Say whether an article helped."""
    try:
        reading.say(
            actor=request.actor, article_id=article_id, is_useful=request.POST.get("useful") == "1",
            comment=request.POST.get("comment", ""), now=clock.now(),
        )  # fmt: skip
    except Refused as error:
        toast(request, say(error), failed=True)
    else:
        toast(request, _("Thank you"))
    return to(request, article_url(article_id))


@require_POST
@allow(permissions.KNOWLEDGE)
def article_use(request: StaffRequest, article_id: int) -> HttpResponse:
    """Note that an article was put into an answer or copied; the page puts the text in by itself."""
    place, about = request.POST.get("place", "COPY"), _number(request.POST.get("about", ""))
    where = {USED_IN[place]: about} if place in USED_IN else {}
    try:
        reading.use(actor=request.actor, article_id=article_id, place=place, now=clock.now(), **where)
    except Refused as error:
        toast(request, say(error), failed=True)
    return HttpResponse(status=204)


@require_POST
@allow(permissions.KNOWLEDGE_WRITE)
def article_file(request: StaffRequest, article_id: int) -> HttpResponse:
    """Keep a file with an article."""
    found = read.access_article(request.actor, article_id, today=clock.today())
    keep_upload(request, Subject(writing.KIND, found.pk), "article")
    return to(request, article_url(found.pk))
