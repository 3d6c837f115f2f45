"""What the knowledge base hangs into the contexts below (SRV-6)."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keyuan.kernel.actor import Actor
from keyuan.platform import clock
from keyuan.platform.audit.labels import name_programs
from keyuan.platform.help import add_help
from keyuan.platform.keyboard import KeyAction, key_actions
from keyuan.platform.lists import lists
from keyuan.platform.navigation import NavItem, nav_items
from keyuan.platform.numbers import NumberSeries, number_series
from keyuan.platform.subjects import SubjectKind, subject_kinds
from keyuan.service import permissions
from keyuan.service.forms import knowledge as words
from keyuan.service.models import Article
from keyuan.service.selectors.knowledge.articles import access_article, articles_visible_to
from keyuan.service.services.knowledge.writing import KIND, NUMBERS
from keyuan.service.views.knowledge.lists import ArticleList

HELP = (
    (
        "service:knowledge",
        _(
            "Search in Chinese words, single characters, pinyin or its initials; words that mean the same are found "
            "too. Only what is valid today is shown. If nothing fits, say so: the editors see the question, not who "
            "asked."
        ),
    ),
    (
        "service:article",
        _(
            "Say below whether it helped. Whoever edits sees the draft, its versions and what readers wrote; a second "
            "person approves every version."
        ),
    ),
    (
        "service:article-list",
        _("Articles in every state, the last changed first. Owners are reminded two weeks before the date of review."),
    ),
    (
        "service:knowledge-desk",
        _(
            "What waits for a decision, what readers wrote, what they did not find, and which articles are used, "
            "stale or disliked."
        ),
    ),
    ("service:knowledge-settings", _("Categories of articles, and words that mean the same in searches.")),
)  # fmt: skip


def register() -> None:
    """Fill the registries; called once when Django is ready."""
    words.register()
    add_help(HELP)
    name_programs({"knowledge": _("Keeper of the knowledge base")})
    lists.add(ArticleList())
    number_series.add(NumberSeries(NUMBERS, "K", 6))
    subject_kinds.add(SubjectKind(KIND, pgettext_lazy("knowledge", "Article"), labels, address, access))
    key_actions.add(KeyAction("knowledge", _("Answering"), _("Search the knowledge base"), "Alt+K"))
    for item in (
        NavItem("knowledge", _("Knowledge base"), "service:knowledge", "book", permissions.KNOWLEDGE, "service", 30),
        NavItem("knowledge_desk", _("Editing knowledge"), "service:knowledge-desk", "writing",
                permissions.KNOWLEDGE_WRITE, "service", 31),
        NavItem("knowledge_settings", _("Set up the knowledge base"), "service:knowledge-settings", "settings",
                permissions.KNOWLEDGE_SETTINGS, "service", 91),
    ):  # fmt: skip
        nav_items.add(item)


def labels(actor: Actor, ids: list[int]) -> dict[int, str]:
    """Name articles that the actor may open by their title."""
    rows = articles_visible_to(actor, today=clock.today()).filter(pk__in=ids)
    return dict(rows.values_list("pk", "title"))


def address(article_id: int) -> str:
    """Return the page of an article."""
    return reverse("service:article", args=[article_id])


def access(actor: Actor, article_id: int) -> Article:
    """Return the article; raises NotFound for one that the actor may not open."""
    return access_article(actor, article_id, today=clock.today())
