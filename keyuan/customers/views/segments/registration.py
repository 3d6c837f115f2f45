"""What segments and tags hang into the registries (CUS-6)."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from keyuan.customers import permissions
from keyuan.customers.selectors.segments import own_fields
from keyuan.customers.selectors.segments.reading import access_segment, names_of_segments
from keyuan.customers.selectors.tags import names_of_tags
from keyuan.customers.services.segments.tagging import access_tag
from keyuan.customers.views.segments.lists import SegmentList, TagList
from keyuan.customers.views.segments.wording import SENTENCES, WORDS
from keyuan.kernel.actor import Actor
from keyuan.platform.audit.labels import word_fields
from keyuan.platform.lists import lists
from keyuan.platform.navigation import NavItem, nav_items
from keyuan.platform.palette import Command, commands
from keyuan.platform.subjects import SubjectKind, subject_kinds
from keyuan.platform.wording import add_sentences


def _tag_names(_actor: Actor, ids: list[int]) -> dict[int, str]:
    return names_of_tags(ids)


def _access_tag(_actor: Actor, tag_id: int) -> object:
    return access_tag(tag_id)


def register() -> None:
    """Fill the registries; called once when Django is ready."""
    own_fields.register()
    add_sentences(SENTENCES)
    word_fields(WORDS)
    lists.add(SegmentList())
    lists.add(TagList())
    subject_kinds.add(
        SubjectKind(
            "segment",
            _("Segment"),
            names_of_segments,
            lambda pk: reverse("customers:segment", args=[pk]),
            access_segment,
        )
    )
    subject_kinds.add(
        SubjectKind("tag", _("Customer tag"), _tag_names, lambda pk: reverse("customers:tag", args=[pk]), _access_tag)
    )
    nav_items.add(
        NavItem("segments", _("Segments"), "customers:segment-list", "filter", permissions.SEGMENTS, "resource", 50)
    )
    nav_items.add(NavItem("tags", _("Tag catalogue"), "customers:tag-list", "tags", permissions.VIEW, "resource", 55))
    commands.add(
        Command("segment-new", _("New segment"), "filter", "customers:segment-create", permissions.SEGMENTS, order=40)
    )
