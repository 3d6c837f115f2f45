"""The editors' list of articles (SRV-6)."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keyuan.kernel.actor import Actor
from keyuan.platform.lists import (
    Choice,
    ChoiceFilter,
    Column,
    Condition,
    DateRange,
    Empty,
    FilterContext,
    ListSpec,
    PageAction,
    Sort,
    TextFilter,
    View,
)
from keyuan.service import permissions
from keyuan.service.forms import knowledge as f
from keyuan.service.models import Article
from keyuan.service.rules.knowledge import life
from keyuan.service.selectors.knowledge.articles import articles_visible_to, categories

ME = "me"


class OwnerFilter(ChoiceFilter):
    """Whose articles: one's own; in addresses ``me``."""

    def conditions(self, _value: Any, context: FilterContext) -> list[Condition]:
        """Compare with the reader."""
        return [Condition(self.field, "exact", context.actor.id or 0, selective=True)]


def _categories(_actor: Actor) -> list[Choice]:
    return [Choice(str(node.pk), "　" * node.depth + node.name) for node in categories(active=False)]  # type: ignore[attr-defined]  # set by the tree


class ArticleList(ListSpec):
    """Articles in every state, the last changed first."""

    key = "knowledge-articles"
    title = pgettext_lazy("knowledge", "Articles")
    noun = pgettext_lazy("knowledge", "articles")
    permission = permissions.KNOWLEDGE_WRITE
    url_name = "service:article-list"
    columns = (
        Column(key="number", label=_("Number of the article"), value="number", width=104, first=True, kind="link"),
        Column(key="title", label=_("Title"), value="title", width=288, phone=True),
        Column(key="kind", label=_("What it is"), value=lambda row, _x: f.KINDS[row.kind], kind="badge", width=88),
        Column(key="category", label=pgettext_lazy("knowledge", "Category"),
               value=lambda row, names: names.get(row.category_id, ""), width=120),
        Column(key="state", label=_("State"), value=lambda row, _x: f.state_of(row.state), kind="status", width=120,
               phone=True),
        Column(key="audience", label=_("Who may read it"), value=lambda row, _x: f.AUDIENCES[row.audience], width=112,
               low_priority=True),
        Column(key="owner", label=pgettext_lazy("knowledge", "Owner"), value="owner_name", width=88),
        Column(key="uses", label=_("Used in answers"), value="uses", kind="number", width=96, low_priority=True),
        Column(key="until", label=_("Valid until"), value="valid_until", kind="date", width=104, low_priority=True),
        Column(key="review", label=_("Look at it again on"), value="review_on", kind="date", width=112, sort="review"),
        Column(key="updated", label=pgettext_lazy("knowledge", "Changed"), value="updated_at", kind="moment",
               width=144, sort="updated"),
    )  # fmt: skip
    filters = (
        TextFilter(key="no", label=_("Number of the article"), field="number", primary=True,
                   placeholder=_("Number of the article")),
        ChoiceFilter(key="state", label=_("State"), field="state", primary=True,
                     choices=tuple(Choice(key, f.STATES[key][0]) for key in life.STATES)),
        ChoiceFilter(key="category", label=pgettext_lazy("knowledge", "Category"), field="category_id", primary=True,
                     choices=_categories, integer=True),
        ChoiceFilter(key="kind", label=_("What it is"), field="kind",
                     choices=tuple(Choice(key, label) for key, label in f.KINDS.items())),
        ChoiceFilter(key="audience", label=_("Who may read it"), field="audience",
                     choices=tuple(Choice(key, label) for key, label in f.AUDIENCES.items())),
        OwnerFilter(key="owner", label=pgettext_lazy("knowledge", "Owner"), field="owner_id",
                    choices=(Choice(ME, _("Me")),), multiple=False),
        DateRange(key="review", label=_("Look at it again on"), field="review_on",
                  presets=(("today-365", "today+14", _("Due within two weeks")),)),
    )  # fmt: skip
    sorts = (
        Sort(key="updated", label=pgettext_lazy("knowledge", "Changed"), field="updated_at", descending=True),
        Sort(key="review", label=_("Look at it again on"), field="review_on", nullable=True),
    )
    default_sort = "-updated"
    views = (
        View(key="all", label=_("All")),
        View(key="mine", label=pgettext_lazy("knowledge", "Mine"), query="owner=me"),
        View(key="force", label=pgettext_lazy("knowledge", "In force"), query="state=PUBLISHED"),
        View(key="drafts", label=pgettext_lazy("knowledge", "Draft"), query="state=DRAFT"),
        View(key="due", label=_("Due for a look"), query="review.from=today-365&review.to=today%2B14&sort=review"),
    )
    page_actions = (
        PageAction(label=_("New article"), url_name="service:article-new", icon="plus",
                   permission=permissions.KNOWLEDGE_WRITE, primary=True),
        PageAction(label=_("What waits"), url_name="service:knowledge-desk", icon="list-check",
                   permission=permissions.KNOWLEDGE_WRITE),
    )  # fmt: skip
    empty = Empty(title=_("No articles yet"), text=_("Write the first one, or begin with an unanswered search."))

    def sources(self, actor: Actor, context: FilterContext) -> Sequence[QuerySet[Any]]:
        """Every article that the actor may open."""
        return [articles_visible_to(actor, today=context.today).defer("plain", "folded")]

    def prepare(self, _actor: Actor, _rows: Sequence[Article], _context: FilterContext) -> dict[int, str]:
        """Load the names of the categories."""
        return {node.pk: node.name for node in categories(active=False)}

    def row_url(self, row: Article) -> str:
        """The article's page."""
        return reverse("service:article", args=[row.pk])

    def panel_url(self, _row: Article) -> str:
        """Articles are read on their page."""
        return ""
