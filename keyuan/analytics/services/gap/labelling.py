"""Need labels from open gaps (CUS-6, ANA-3)."""

from datetime import date, datetime

from django.utils import timezone

from keyuan.analytics import permissions
from keyuan.analytics.selectors.gap import access_result, needs_of
from keyuan.customers.models import Tag
from keyuan.customers.services.segments.tagging import TagDraft, put_tag
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Refused
from keyuan.policies.rules.gap.needs import DEATH, EDUCATION, ILLNESS, MEDICAL, MORTGAGE, PENSION

#: Need → label of the catalogue; one that the insurer does not keep is passed over.
TAGS = {
    ILLNESS: "NEED_HEALTH", MEDICAL: "NEED_HEALTH", PENSION: "NEED_PENSION", EDUCATION: "NEED_EDUCATION",
    MORTGAGE: "NEED_MORTGAGE", DEATH: "NEED_FAMILY",
}  # fmt: skip


def put_need_tags(*, actor: Actor, result_id: int, today: date, now: datetime) -> list[str]:
    """Put the labels of a result's open gaps on the customer and return their names; said twice, nothing changes twice.

    Raises `NotFound`, `Refused` gap.no_tags where the catalogue has none that fit.
    """
    actor.require(permissions.GAP_ASK)
    result = access_result(actor, result_id, now=now)
    codes = {TAGS[need.kind] for need in needs_of(result) if need.gap and need.kind in TAGS}
    tags = list(Tag.objects.filter(code__in=codes, family=Tag.Family.NEED, retired_at__isnull=True).order_by("code"))
    if not tags:
        raise Refused("gap.no_tags")
    for tag in tags:
        draft = TagDraft(tag.pk, explanation=f"保障缺口测算 {timezone.localdate(result.made_at)}")
        put_tag(actor=actor, customer_id=result.customer_id, draft=draft, today=today, now=now)
    return [tag.name for tag in tags]
