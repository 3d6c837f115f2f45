"""Articles of the knowledge base with their versions and the tables they are found by (SRV-6)."""

from django.db import models
from django.db.models import Q

from keyuan.platform.textfield import CodePointField
from keyuan.products.models import Product
from keyuan.service.models.work_order import WorkOrder


class KnowledgeCategory(models.Model):
    """One node of the tree that articles stand in."""

    name = models.CharField(max_length=40)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    position = models.PositiveSmallIntegerField(default=0)
    is_active = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1)

    def __str__(self) -> str:
        return self.name


class Article(models.Model):
    """An article, or an official answer (统一口径). It repeats the version in force; before the first one, the draft.

    ``plain`` is the text without marks of form, ``folded`` title, tags and text as they are searched. ``useful``,
    ``useless`` and ``uses`` repeat what readers said and did, for the rank.
    """

    number = models.CharField(max_length=20, unique=True)
    kind = models.CharField(max_length=8, default="ARTICLE")
    title = models.CharField(max_length=120)
    summary = models.CharField(max_length=300, blank=True, default="")
    plain = models.TextField(blank=True, default="")
    folded = models.TextField(blank=True, default="")
    tags = models.JSONField(default=list, blank=True)
    category = models.ForeignKey(KnowledgeCategory, models.PROTECT, related_name="articles", db_index=False)
    audience = models.CharField(max_length=8, default="INSIDE")
    state = models.CharField(max_length=10, default="DRAFT")
    valid_from = models.DateField(null=True, blank=True)
    valid_until = models.DateField(null=True, blank=True)
    owner_id = models.BigIntegerField(null=True, blank=True)
    owner_name = models.CharField(max_length=80, blank=True, default="")
    review_on = models.DateField(null=True, blank=True)
    reminded_on = models.DateField(null=True, blank=True)
    number_in_force = models.PositiveIntegerField(default=0)
    published_at = models.DateTimeField(null=True, blank=True)
    updated_at = models.DateTimeField()
    useful = models.PositiveIntegerField(default=0)
    useless = models.PositiveIntegerField(default=0)
    uses = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [
            models.Index(fields=["updated_at", "id"], name="know_updated"),
            models.Index(fields=["state", "updated_at", "id"], name="know_state"),
            models.Index(fields=["category", "updated_at", "id"], name="know_category"),
            models.Index(fields=["kind", "updated_at", "id"], name="know_kind"),
            models.Index(fields=["audience", "updated_at", "id"], name="know_audience"),
            models.Index(fields=["owner_id", "updated_at", "id"], name="know_owner"),
            models.Index(fields=["review_on", "id"], name="know_review"),
            models.Index(fields=["state", "uses", "id"], name="know_used"),
            models.Index(fields=["valid_until"], name="know_until", condition=Q(state="PUBLISHED")),
        ]

    def __str__(self) -> str:
        return self.title


class ArticleVersion(models.Model):
    """What an article says in one version; ``revision`` counts saves of the draft, so that two editors notice."""

    article = models.ForeignKey(Article, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=10, default="DRAFT")
    revision = models.PositiveIntegerField(default=1)
    title = models.CharField(max_length=120)
    summary = models.CharField(max_length=300, blank=True, default="")
    body = models.TextField()
    tags = models.JSONField(default=list, blank=True)
    audience = models.CharField(max_length=8, default="INSIDE")
    valid_from = models.DateField(null=True, blank=True)
    valid_until = models.DateField(null=True, blank=True)
    product_ids = models.JSONField(default=list, blank=True)
    note = models.CharField(max_length=200, blank=True, default="")
    written_by_id = models.BigIntegerField(null=True, blank=True)
    written_by_name = models.CharField(max_length=80, blank=True, default="")
    writers = models.JSONField(default=list, blank=True)
    written_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True, blank=True)
    decided_by_id = models.BigIntegerField(null=True, blank=True)
    decided_by_name = models.CharField(max_length=80, blank=True, default="")
    decided_at = models.DateTimeField(null=True, blank=True)
    decision_note = models.CharField(max_length=300, blank=True, default="")
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["article", "number"], name="know_version_once"),
            models.UniqueConstraint(
                fields=["article"], condition=Q(state__in=("DRAFT", "REVIEW", "APPROVED")), name="know_one_open"
            ),
        ]
        indexes = [
            models.Index(
                fields=["state", "written_at"], name="know_waits", condition=Q(state__in=("REVIEW", "APPROVED"))
            )
        ]


class ArticleProduct(models.Model):
    """A product that the version in force is about."""

    article = models.ForeignKey(Article, models.CASCADE, related_name="product_ties")
    product = models.ForeignKey(Product, models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["article", "product"], name="know_product_once")]


class ArticleTerm(models.Model):
    """A term by which an article is found: pairs of characters and words (``B`` anywhere, ``T`` title and tags),
    spelling (``P``) and initials (``I``) of pairs of the title. Written in the transaction that changes the text.
    """

    place = models.CharField(max_length=1)
    gram = CodePointField(max_length=16)
    article = models.ForeignKey(Article, models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["place", "gram", "article"], name="know_term_once")]


class Synonyms(models.Model):
    """Words that stand for one another in searches."""

    words = models.JSONField(default=list)
    is_active = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1)


class ArticleFeedback(models.Model):
    """What one person said of one version: useful or not, and why; an editor handles what was written."""

    article = models.ForeignKey(Article, models.CASCADE, related_name="feedback")
    number = models.PositiveIntegerField()
    user_id = models.BigIntegerField()
    user_name = models.CharField(max_length=80, blank=True, default="")
    is_useful = models.BooleanField()
    comment = models.CharField(max_length=300, blank=True, default="")
    at = models.DateTimeField()
    is_open = models.BooleanField(default=False)
    answer = models.CharField(max_length=300, blank=True, default="")
    handled_by_name = models.CharField(max_length=80, blank=True, default="")
    handled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["article", "number", "user_id"], name="know_said_once")]
        indexes = [models.Index(fields=["at", "id"], name="know_said_open", condition=Q(is_open=True))]


class ArticleRead(models.Model):
    """Somebody read an article on a day: once a day, so that a busy article is no busy row."""

    article = models.ForeignKey(Article, models.CASCADE, related_name="+", db_index=False)
    user_id = models.BigIntegerField()
    day = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["article", "day", "user_id"], name="know_read_once")]
        indexes = [models.Index(fields=["day", "article"], name="know_read_day")]


class ArticleUse(models.Model):
    """An article was put into an answer: which version, where (``ORDER``, ``CHAT``, ``MAIL`` …), by whom."""

    article = models.ForeignKey(Article, models.CASCADE, related_name="+")
    number = models.PositiveIntegerField()
    place = models.CharField(max_length=8)
    order = models.ForeignKey(WorkOrder, models.CASCADE, null=True, blank=True, related_name="knowledge_uses")
    chat_id = models.BigIntegerField(null=True, blank=True)
    user_id = models.BigIntegerField(null=True, blank=True)
    user_name = models.CharField(max_length=80, blank=True, default="")
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["at", "article"], name="know_use_at"),
            models.Index(fields=["chat_id"], name="know_use_chat", condition=Q(chat_id__isnull=False)),
        ]


class SearchMiss(models.Model):
    """A question that found nothing, without what could be a person's; how often, and what became of it."""

    text = CodePointField(max_length=60, unique=True)
    count = models.PositiveIntegerField(default=0)
    first_on = models.DateField()
    last_on = models.DateField()
    state = models.CharField(max_length=8, default="OPEN")
    article = models.ForeignKey(Article, models.SET_NULL, null=True, blank=True, related_name="+", db_index=False)

    class Meta:
        indexes = [models.Index(fields=["state", "count", "id"], name="know_miss_count")]
