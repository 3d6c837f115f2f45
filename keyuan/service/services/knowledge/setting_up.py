"""Categories and synonyms of the knowledge base, and what it begins with (SRV-6)."""

from datetime import datetime

from django.db import transaction

from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Conflict, NotFound, Refused
from keyuan.platform.audit import Action, Subject, record
from keyuan.platform.locks import hold
from keyuan.service import permissions
from keyuan.service.models import KnowledgeCategory, Synonyms

#: The first tree and synonyms (GK), to be edited like any other.
CATEGORIES = ("承保与新契约", "保全服务", "理赔服务", "续期与缴费", "产品知识", "投诉与合规", "渠道与系统操作")
SYNONYMS = (
    ("理赔", "赔付", "赔款"), ("退保", "解除合同", "解约"), ("保全", "保单变更"), ("身故", "死亡", "去世"),
    ("续期", "续费", "续交保费"), ("犹豫期", "冷静期"), ("复效", "恢复效力"), ("受益人", "收益人"),
    ("电子保单", "电子合同"), ("车险", "机动车辆保险"), ("红利", "分红"), ("住院", "入院"),
)  # fmt: skip
MOST_WORDS, LONGEST_WORD = 10, 20


def seed() -> None:
    """Make the first categories and synonyms where there are none; again it changes nothing."""
    if KnowledgeCategory.objects.exists():
        return
    with transaction.atomic():
        hold("knowledge:seed")
        if not KnowledgeCategory.objects.exists():
            KnowledgeCategory.objects.bulk_create(
                KnowledgeCategory(name=name, position=place) for place, name in enumerate(CATEGORIES)
            )
            Synonyms.objects.bulk_create(Synonyms(words=list(words)) for words in SYNONYMS)


def save_category(
    *, actor: Actor, category_id: int | None, name: str, parent_id: int | None, position: int, is_active: bool,
    version: int, now: datetime,
) -> KnowledgeCategory:  # fmt: skip
    """Make or change a category. Raises Refused for a circle, one that is in use and closed; Conflict."""
    actor.require(permissions.KNOWLEDGE_SETTINGS)
    if not name.strip():
        raise Refused("setup.name", field="name")
    with transaction.atomic():
        hold("knowledge:categories")
        row = KnowledgeCategory.objects.filter(pk=category_id).first() if category_id else KnowledgeCategory(version=0)
        if row is None:
            raise NotFound("setup.not_found")
        if row.version != version:
            raise Conflict("setup.moved_on", version=row.version)
        if not is_active and row.pk and row.articles.exists():
            raise Refused("knowledge.category_used", field="is_active")
        row.parent = _above(row, parent_id)
        row.name, row.position, row.is_active, row.version = name.strip()[:40], position, is_active, row.version + 1
        row.save()
        record(actor, Action.UPDATE, Subject("knowledge_category", row.pk), after={"name": row.name}, now=now)
    return row


def _above(row: KnowledgeCategory, parent_id: int | None) -> KnowledgeCategory | None:
    parent = KnowledgeCategory.objects.filter(pk=parent_id).first() if parent_id else None
    node = parent
    while node is not None:
        if node.pk == row.pk:
            raise Refused("setup.circle", field="parent")
        node = node.parent
    return parent


def save_synonyms(
    *, actor: Actor, group_id: int | None, words: list[str], is_active: bool, version: int, now: datetime
) -> Synonyms:
    """Make or change a group of words that stand for one another. Raises Refused for fewer than two; Conflict."""
    actor.require(permissions.KNOWLEDGE_SETTINGS)
    kept = list(dict.fromkeys(word.strip()[:LONGEST_WORD] for word in words if word.strip()))[:MOST_WORDS]
    if len(kept) < 2:
        raise Refused("knowledge.synonyms", field="words")
    with transaction.atomic():
        row = Synonyms.objects.select_for_update().filter(pk=group_id).first() if group_id else Synonyms(version=0)
        if row is None:
            raise NotFound("setup.not_found")
        if row.version != version:
            raise Conflict("setup.moved_on", version=row.version)
        row.words, row.is_active, row.version = kept, is_active, row.version + 1
        row.save()
        record(actor, Action.UPDATE, Subject("synonyms", row.pk), after={"words": kept}, now=now)
    return row
