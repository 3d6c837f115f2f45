"""What the duplicates hang into the registries (CUS-8)."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from keyuan.customers import permissions
from keyuan.customers.extensions import KeyLookup, Panel, key_lookups, panels
from keyuan.customers.forms.merging import wording
from keyuan.customers.selectors.merging.merges import access_merge, merge_labels, survivors_by_number
from keyuan.customers.selectors.merging.queue import open_count
from keyuan.customers.views.merging.batches import MergeBatchList
from keyuan.customers.views.merging.merges import MergeList
from keyuan.customers.views.merging.queue import DuplicateList
from keyuan.customers.views.merging.runs import LinkageRunList
from keyuan.kernel.actor import Actor
from keyuan.platform import clock
from keyuan.platform.lists import lists
from keyuan.platform.navigation import NavItem, nav_items
from keyuan.platform.subjects import SubjectKind, subject_kinds


def _address(merge_id: int) -> str:
    return f"/customers/merges/{merge_id}/"


def _access(actor: Actor, merge_id: int) -> Any:
    return access_merge(actor, merge_id, now=clock.now())


def register() -> None:
    """Fill the registries."""
    wording.register()
    for spec in (DuplicateList(), MergeList(), MergeBatchList(), LinkageRunList()):
        lists.add(spec)
    nav_items.add(
        NavItem(
            "duplicates", _("Likely duplicates"), "customers:duplicate-list", "users-group", permissions.MERGE,
            "resource", 40, count=lambda actor: open_count(actor) or None if actor.may(permissions.MERGE) else None,
        )
    )  # fmt: skip
    panels.add(Panel("merges", _("Duplicates and merges"), "customers:merges", permissions.VIEW, "", 95, tab="merges"))
    key_lookups.add(KeyLookup("merged_no", _("Number of a merged customer"), survivors_by_number))
    subject_kinds.add(SubjectKind("merge", _("Merge"), merge_labels, _address, _access))
