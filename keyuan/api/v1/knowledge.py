"""Knowledge for programs: searching, reading, feedback, the way of an article (SRV-6)."""

from datetime import date, datetime
from typing import Annotated, Any

from ninja import Query
from pydantic import Field

from keyuan.api.kit.caller import ApiRequest
from keyuan.api.kit.fields import Day, Flag, Number, OneOf
from keyuan.api.kit.paging import Page, parameters_of, read_list
from keyuan.api.kit.resource import In, Out, Resource, RowId
from keyuan.platform import clock
from keyuan.platform.lists import lists
from keyuan.service import permissions
from keyuan.service.models import Article, ArticleVersion
from keyuan.service.rules.knowledge import life
from keyuan.service.selectors.knowledge import articles as read
from keyuan.service.selectors.knowledge.search import Wish, search_articles
from keyuan.service.services.knowledge import deciding, reading, writing

router = Resource("Knowledge")
ARTICLES = lists["knowledge-articles"]
COLUMNS = (
    "id", "number", "kind", "title", "summary", "tags", "category_id", "audience", "state", "valid_from",
    "valid_until", "owner_name", "review_on", "number_in_force", "published_at", "updated_at", "useful", "useless",
    "uses",
)  # fmt: skip
Typed = Annotated[str, Query(min_length=1, max_length=100)]
Limit = Annotated[int, Query(ge=1, le=50)]
Audience = Annotated[str, Query(pattern="^(INSIDE|PORTAL)?$")]
Revision = Annotated[int, Field(ge=0, strict=True, description="The save of the draft that was read; 0 begins one")]


class ArticleOut(Out):
    """An article as it is in force; `text` is what it says without marks of form."""

    id: int
    number: str
    kind: str
    title: str
    summary: str
    tags: list[str]
    category_id: int
    audience: str
    state: str
    valid_from: date | None
    valid_until: date | None
    owner_name: str
    review_on: date | None
    number_in_force: int
    published_at: datetime | None
    updated_at: datetime
    useful: int
    useless: int
    uses: int


class ArticleTextOut(ArticleOut):
    """An article with its words."""

    text: str


class ArticleHitOut(Out):
    """An article that answers, with the words around what meets the question."""

    score: float
    excerpt: str
    article: ArticleOut


class ArticleHitsOut(Out):
    """Articles valid today, the best first; `is_whole` false: none holds all of the question."""

    is_whole: bool
    rows: list[ArticleHitOut]


class ArticleVersionOut(Out):
    """A version of an article and where it stands."""

    article_id: int
    number: int
    revision: int
    state: str
    title: str


class ArticleTextIn(In):
    """What a version says; Markdown, for an official answer plain words."""

    title: Annotated[str, Field(min_length=1, max_length=120)]
    body: Annotated[str, Field(min_length=1, max_length=life.LONGEST_BODY)]
    summary: Annotated[str, Field(max_length=300)] = ""
    tags: Annotated[list[Annotated[str, Field(max_length=20)]], Field(max_length=10)] = []
    audience: Annotated[str, OneOf(life.AUDIENCES, empty=False)] = life.INSIDE
    valid_from: Day | None = None
    valid_until: Day | None = None
    product_ids: Annotated[list[Number], Field(max_length=50)] = []
    note: Annotated[str, Field(max_length=200)] = ""

    def text(self) -> writing.Text:
        """Return what the service takes."""
        names = ("title", "body", "summary", "audience", "valid_from", "valid_until", "note")
        return writing.Text(
            **{name: getattr(self, name) for name in names}, tags=tuple(self.tags),
            product_ids=tuple(self.product_ids),
        )  # fmt: skip


class NewArticleIn(ArticleTextIn):
    """An article that is begun."""

    kind: Annotated[str, OneOf(life.KINDS, empty=False)] = life.ARTICLE
    category_id: Number
    review_on: Day | None = None


class ArticleDraftIn(ArticleTextIn):
    """The next draft."""

    revision: Revision


class ArticleStepIn(In):
    """Which save is meant; `note` says why a version is sent back."""

    revision: Revision
    note: Annotated[str, Field(max_length=300)] = ""


class ArticleWithdrawIn(In):
    """Why an article is withdrawn."""

    reason: Annotated[str, Field(min_length=1, max_length=200)]


class ArticleVoiceIn(In):
    """Whether it helped."""

    is_useful: Flag
    comment: Annotated[str, Field(max_length=300)] = ""


class ArticleUseIn(In):
    """Where an article was put into an answer."""

    place: Annotated[str, OneOf(reading.PLACES, empty=False)]
    order_id: Number | None = None
    chat_id: Number | None = None
    mail_id: Number | None = None


class ArticleUseOut(Out):
    """A use as it is kept: which version."""

    id: int
    article_id: int
    number: int
    place: str
    at: datetime


def article_out(row: Article) -> dict[str, Any]:
    """Return an article's answer."""
    return {name: row.pk if name == "id" else getattr(row, name) for name in COLUMNS}


def _version_out(row: ArticleVersion) -> dict[str, Any]:
    return {name: getattr(row, name) for name in ("article_id", "number", "revision", "state", "title")}


@router.get("/knowledge/search", permissions.KNOWLEDGE, ArticleHitsOut)
def search_knowledge(request: ApiRequest, q: Typed, limit: Limit = 10, audience: Audience = "") -> Any:
    """Search the articles valid today; what finds nothing is counted without who asked."""
    del request  # Whoever may read is shown the same.
    today = clock.today()
    found = search_articles(q.strip(), Wish(today, audience), limit=limit)
    if not found.hits:
        reading.note_miss(typed=q, today=today)
    rows = [
        {
            "score": hit.score,
            "excerpt": "".join(text for text, _meets in hit.excerpt),
            "article": article_out(hit.article),
        }
        for hit in found.hits
    ]
    return {"is_whole": found.is_whole, "rows": rows}


@router.get("/knowledge/articles", permissions.KNOWLEDGE_WRITE, Page[ArticleOut], parameters=parameters_of(ARTICLES))
def list_articles(request: ApiRequest) -> Any:
    """List articles in every state, the last changed first."""
    found = read_list(request, ARTICLES)
    return {"rows": [article_out(row) for row in found.records], **found.more}


@router.get("/knowledge/articles/{int:article_id}", permissions.KNOWLEDGE, ArticleTextOut)
def get_article(request: ApiRequest, article_id: RowId) -> Any:
    """Get an article as it is in force."""
    row = read.access_article(request.actor, article_id, today=clock.today())
    return {**article_out(row), "text": row.plain}


@router.post("/knowledge/articles", permissions.KNOWLEDGE_WRITE, ArticleOut, status=201)
def add_article(request: ApiRequest, body: NewArticleIn) -> Any:
    """Begin an article with the draft of its first version."""
    made = writing.create_article(
        actor=request.actor, kind=body.kind, category_id=body.category_id, text=body.text(),
        review_on=body.review_on, now=clock.now(),
    )  # fmt: skip
    return article_out(made)


@router.post("/knowledge/articles/{int:article_id}/draft", permissions.KNOWLEDGE_WRITE, ArticleVersionOut)
def save_article_draft(request: ApiRequest, article_id: RowId, body: ArticleDraftIn) -> Any:
    """Save the draft of the next version; 409 when somebody saved in the meantime."""
    row = writing.save_draft(
        actor=request.actor, article_id=article_id, text=body.text(), revision=body.revision, now=clock.now()
    )
    return _version_out(row)


@router.post("/knowledge/articles/{int:article_id}/submit", permissions.KNOWLEDGE_WRITE, ArticleVersionOut)
def submit_article(request: ApiRequest, article_id: RowId, body: ArticleStepIn) -> Any:
    """Hand the draft to a second person."""
    row = deciding.submit(actor=request.actor, article_id=article_id, revision=body.revision, now=clock.now())
    return _version_out(row)


@router.post("/knowledge/articles/{int:article_id}/approve", permissions.KNOWLEDGE_APPROVE, ArticleVersionOut)
def approve_article(request: ApiRequest, article_id: RowId, body: ArticleStepIn) -> Any:
    """Approve what somebody else wrote."""
    return _version_out(_decide(request, article_id, body, approve=True))


@router.post("/knowledge/articles/{int:article_id}/send-back", permissions.KNOWLEDGE_APPROVE, ArticleVersionOut)
def send_article_back(request: ApiRequest, article_id: RowId, body: ArticleStepIn) -> Any:
    """Send a version back; `note` says why."""
    return _version_out(_decide(request, article_id, body, approve=False))


def _decide(request: ApiRequest, article_id: int, body: ArticleStepIn, *, approve: bool) -> ArticleVersion:
    return deciding.decide(
        actor=request.actor, article_id=article_id, revision=body.revision, approve=approve, note=body.note,
        now=clock.now(),
    )  # fmt: skip


@router.post("/knowledge/articles/{int:article_id}/publish", permissions.KNOWLEDGE_WRITE, ArticleOut)
def publish_article(request: ApiRequest, article_id: RowId, body: ArticleStepIn) -> Any:
    """Let an approved version be what readers see."""
    return article_out(
        deciding.publish(actor=request.actor, article_id=article_id, revision=body.revision, now=clock.now())
    )


@router.post("/knowledge/articles/{int:article_id}/withdraw", permissions.KNOWLEDGE_APPROVE, ArticleOut)
def withdraw_article(request: ApiRequest, article_id: RowId, body: ArticleWithdrawIn) -> Any:
    """Take an article away from readers."""
    return article_out(
        deciding.withdraw(actor=request.actor, article_id=article_id, reason=body.reason, now=clock.now())
    )


@router.post("/knowledge/articles/{int:article_id}/feedback", permissions.KNOWLEDGE, ArticleOut)
def say_of_article(request: ApiRequest, article_id: RowId, body: ArticleVoiceIn) -> Any:
    """Say whether an article helped; again it changes what one said."""
    reading.say(
        actor=request.actor, article_id=article_id, is_useful=body.is_useful, comment=body.comment, now=clock.now()
    )
    return article_out(read.access_article(request.actor, article_id, today=clock.today()))


@router.post("/knowledge/articles/{int:article_id}/uses", permissions.KNOWLEDGE, ArticleUseOut, status=201)
def use_article(request: ApiRequest, article_id: RowId, body: ArticleUseIn) -> Any:
    """Note that the version in force was put into an answer."""
    row = reading.use(
        actor=request.actor, article_id=article_id, place=body.place, order_id=body.order_id, chat_id=body.chat_id,
        mail_id=body.mail_id, now=clock.now(),
    )  # fmt: skip
    return {"id": row.pk, "article_id": row.article_id, "number": row.number, "place": row.place, "at": row.at}
