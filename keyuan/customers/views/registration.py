"""What customers hang into the registries when the system starts."""

from django.utils.translation import gettext_lazy as _

from keyuan.customers import permissions
from keyuan.customers.extensions import MergeReference, Panel, merge_references, panels
from keyuan.customers.forms import tasks, wording
from keyuan.customers.selectors import occasions
from keyuan.customers.selectors.forgotten import forgotten_tasks
from keyuan.customers.selectors.tasks import my_task_count
from keyuan.customers.services import privacy
from keyuan.customers.views import special_lists, subjects
from keyuan.customers.views.agenda import work_list
from keyuan.customers.views.merging.references import DETAILS
from keyuan.customers.views.standards import exception_list
from keyuan.kernel.actor import Actor
from keyuan.organisation.extensions import Home, OpenRecords, homes, open_records
from keyuan.platform.audit.labels import name_programs
from keyuan.platform.chrome import UtilityItem, utility_items
from keyuan.platform.navigation import NavItem, nav_items
from keyuan.platform.palette import Command, Hit, RecordCommands, commands, record_commands

#: Our own keys to a customer and what a merge does: move to the survivor, keep the survivor's own row, rebuild from
#: the facts, or follow (the pointer of an older merge).
MERGES = {
    "customers.AllocationItem.customer": "move",
    "customers.Assignment.customer": "move",
    "customers.BackupContact.customer": "move",
    "customers.BankAccount.customer": "move",
    "customers.BatchQueryRow.customer": "move",
    "customers.ClassChange.customer": "move",
    "customers.Cleansing.customer": "keep",
    "customers.ContactPoint.customer": "move",
    "customers.Customer.merged_into": "follow",
    "customers.CustomerScore.customer": "rebuild",
    "customers.CustomerSummary.customer": "rebuild",
    "customers.CustomerTag.customer": "move",
    "customers.DuplicatePair.a": "pairs",
    "customers.DuplicatePair.b": "pairs",
    "customers.EntitlementUse.customer": "move",
    "customers.Feedback.customer": "move",
    "customers.FirstContact.customer": "move",
    "customers.Grant.customer": "move",
    "customers.Household.head": "move",
    "customers.HouseholdMember.customer": "move",
    "customers.IdentityDocument.customer": "move",
    "customers.Interaction.customer": "move",
    "customers.KeyAccount.customer": "move",
    "customers.LifeEvent.customer": "move",
    "customers.Membership.customer": "keep",
    "customers.Merge.loser": "stay",
    "customers.Merge.survivor": "stay",
    "customers.NameGram.customer": "rebuild",
    "customers.NameKey.customer": "rebuild",
    "customers.Need.customer": "move",
    "customers.OrganisationProfile.customer": "keep",
    "customers.OrganisationYear.customer": "move",
    "customers.OrphanCase.customer": "move",
    "customers.OtherCover.customer": "move",
    "customers.RecordQuality.customer": "rebuild",
    "customers.Relation.customer": "move",
    "customers.Relation.other": "move",
    "customers.SegmentMember.customer": "move",
    "customers.ServiceException.customer": "move",
    "customers.ServicePairing.customer": "move",
    "customers.SharedCustomer.customer": "rebuild",
    "customers.SourceKey.customer": "move",
    "customers.Task.customer": "move",
    "customers.TierChange.customer": "move",
    "customers.WatchListing.customer": "move",
}
#: What works by itself, by the name under which it stands in the trail.
PROGRAMS = {
    "classification": _("Classification"),
    "data quality": _("Data quality"),
    "linkage": _("Comparison of the whole book"),
    "orphans": _("Orphans"),
    "segments": _("Segments"),
    "task rules": _("Task rules"),
    "tiers": _("Tiers"),
}
VIEW = permissions.VIEW
PANELS = (
    Panel("archive", _("Archive"), "customers:archive", VIEW, "left", 0, tab="archive"),
    Panel("contacts", _("Contact data"), "customers:contacts", VIEW, "left", 10),
    Panel("family", _("Family"), "customers:family", VIEW, "left", 20, tab="family", organisations=True),
    Panel("service", _("Service people"), "customers:service", VIEW, "left", 30),
    Panel("timeline", _("Timeline"), "customers:timeline", VIEW, "middle", 0, tab="timeline"),
    Panel("next_steps", _("Next steps"), "customers:next-steps", VIEW, "right", 0, tab="tasks"),
    Panel("entitlements", _("Service standard"), "customers:entitlements", VIEW, "right", 50, tab="entitlements"),
    Panel("key_account", _("Key account"), "customers:key-account", VIEW, "left", 35, tab="key_account"),
    Panel("watch", _("Claims watch list"), "customers:watch", permissions.WATCH_VIEW, "left", 45, tab="watch"),
    Panel("needs", _("Needs and circumstances"), "customers:needs", VIEW, "right", 60),
    Panel("tags", _("Tags"), "customers:tags", VIEW, "right", 70),
    Panel("files", _("Files"), "customers:files", VIEW, "right", 80, tab="files"),
    Panel("health", _("Health"), "customers:health", permissions.HEALTH, "left", 40, organisations=False),
    Panel("changes", _("Change history"), "customers:changes", VIEW, "", 90, tab="changes"),
    Panel("looks", _("Who looked"), "customers:looks", permissions.WHO_LOOKED, "", 91, tab="looks"),
    Panel("recent", _("Last contacts"), "customers:recent", VIEW, "", 99),
)


def _commands_of(actor: Actor, customer_id: int) -> list[Hit]:
    """Return what the palette offers on a customer's page."""
    hits = [
        (permissions.INTERACT, _("Record a contact"), "customers:interaction-add", "writing"),
        (permissions.INTERACT, _("Arrange"), "customers:task-add", "calendar"),
        (permissions.EDIT, _("Edit the archive"), "customers:customer-edit", "edit"),
        (permissions.ASSIGN, _("Assign"), "customers:assign", "user-share"),
        (permissions.VIEW, _("Printable summary"), "customers:print", "printer"),
    ]
    return [
        Hit(label, subjects.address(url_name, customer_id), icon)
        for permission, label, url_name, icon in hits
        if actor.may(permission)
    ]


def register() -> None:
    """Fill the registries of platform, organisation and our own."""
    wording.register()
    name_programs(PROGRAMS)
    open_records.add(OpenRecords("tasks", _("Tasks long past their day"), permissions.VIEW, forgotten_tasks, 30))
    subjects.register()
    tasks.register()
    occasions.register()
    work_list.register()
    exception_list.register()
    special_lists.register()
    for name, rule in MERGES.items():
        model, _dot, field = name.rpartition(".")
        merge_references.add(MergeReference(name, model, field, rule, **DETAILS.get(name, {})))
    privacy.register()
    for name, label in (("platform.Attachment.subject_id", _("Files")), ("customers.TaskOrigin.subject_id", "")):
        model, _dot, field = name.rpartition(".")
        merge_references.add(MergeReference(name, model, field, label=label, kind_field="subject_kind"))
    for panel in PANELS:
        panels.add(panel)
    for key in ("", "today", "desk", "board"):
        homes.add(Home(key, "customers:today"))
    nav_items.add(NavItem("home", _("Today"), "customers:today", "sun", None, "", 0, count=_count, phone=True))
    utility_items.add(
        UtilityItem("tasks", _("Tasks"), "list-check", "customers:task-panel", VIEW, order=10, count=_count)
    )
    commands.add(
        Command("customer-enter", _("Enter a customer"), "user-plus", "customers:enter", permissions.CREATE, order=10)
    )
    record_commands.add(RecordCommands("customer", _commands_of))


def _count(actor: Actor) -> int | None:
    """Return how many tasks wait; nothing for posts without tasks."""
    return my_task_count(actor) or None if actor.may(VIEW) else None
