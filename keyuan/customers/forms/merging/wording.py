"""Sentences and words of the duplicates and merges (CUS-8)."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keyuan.platform.wording import add_sentences

SENTENCES = {
    "customer.merged_away": _("This customer was merged into another one; what you look for stands there."),
    "merge.reason": _("Say in a few words why."),
    "merge.same_record": _("Choose two different customers."),
    "merge.unknown_field": _("There is no such field to choose."),
    "merge.unknown_side": _("Choose whose value stands: the survivor's or the other one's."),
    "merge.gone": _("One of the two customers does not exist any more."),
    "merge.merged_already": _("One of the two customers was merged in the meantime. Open the list again."),
    "merge.kinds_differ": _("A person and an organisation cannot be one customer."),
    "merge.decided_distinct": _("It was decided that these are two. Open the pair again first, if that was wrong."),
    "merge.changed": _("One of the two customers was changed since you opened this page. Compare them once more."),
    "merge.no_pair": _(
        "This pair does not exist, or you do not see both customers. Ask the customer-resource manager."
    ),
    "merge.pair_settled": _("This pair was decided in the meantime."),
    "merge.not_found": _("This merge does not exist, or is not within your reach."),
    "merge.not_done": _("This merge was never carried out."),
    "merge.erased": _("This merge is not undone any more: the archive was erased at the person's request."),
    "merge.later_merge": _(
        "Merge %(merge)s (%(loser)s into %(survivor)s) came later and touches the same customer. Undo it first."
    ),
    "merge.order": _("Choose each criterion at most once, and at least one."),
    "merge.rules_changed": _("Somebody saved the rules in the meantime. Look at them once more."),
    "merge.batch_not_found": _("This batch does not exist, or is not within your reach."),
    "merge.batch_moved_on": _("This batch has moved on in the meantime. Look at where it stands."),
    "merge.batch_empty": _("There is no open pair above this threshold."),
    "merge.own_batch": _("Somebody else has to decide a batch that you made."),
    "merge.threshold": _("The threshold lies between 0.5 and 1. Check it and enter it again."),
    "cluster_too_large": _("More records belong together than one person may have"),
    "decided_distinct": _("It was decided that two of them are not one person"),
    "kinds_differ": _("A person and an organisation"),
    "numbers_differ": _("Their document numbers differ"),
}
BANDS: dict[str, tuple[Any, str]] = {
    "SURE": (pgettext_lazy("duplicate pair", "Sure"), "ok"),
    "LIKELY": (pgettext_lazy("duplicate pair", "Likely"), "accent"),
    "POSSIBLE": (pgettext_lazy("duplicate pair", "Possible"), "off"),
}
SOURCES: dict[str, Any] = {
    "LINKAGE": _("Comparison of the whole book"),
    "ENTRY": _("On entry"),
    "IMPORT": _("On import"),
    "HAND": _("A member of staff"),
}
STATUSES: dict[str, tuple[Any, str]] = {
    "OPEN": (pgettext_lazy("duplicate pair", "Open"), "accent"),
    "DISTINCT": (_("Not the same person"), "off"),
    "MERGED": (_("Merged"), "ok"),
}
MERGE_STATUSES: dict[str, tuple[Any, str]] = {
    "DONE": (_("Merged"), "ok"),
    "UNDONE": (_("Taken apart"), "off"),
    "PLANNED": (_("Planned"), "accent"),
    "SKIPPED": (_("Left out"), "off"),
}
BATCH_STATUSES: dict[str, tuple[Any, str]] = {
    "PLANNING": (_("Being planned"), "accent"),
    "READY": (_("Ready to merge"), "accent"),
    "WAITING": (_("Waits for approval"), "warn"),
    "REFUSED": (pgettext_lazy("merge batch", "Refused"), "off"),
    "RUNNING": (_("Merging"), "accent"),
    "DONE": (_("Merged"), "ok"),
    "UNDOING": (_("Being taken apart"), "warn"),
    "UNDONE": (_("Taken apart"), "off"),
}
#: How well a field agrees.
LEVELS: dict[str, tuple[Any, str]] = {
    "same": (_("agrees"), "ok"),
    "close": (_("close"), "warn"),
    "differs": (_("differs"), "bad"),
    "missing": (_("one says nothing"), "off"),
}
#: What decided whose value stands.
CRITERIA: dict[str, Any] = {
    "same": _("both say the same"),
    "only": _("only one says anything"),
    "verified": _("verified by a document"),
    "core": _("from a core system"),
    "newer": _("changed last"),
    "longer": _("says more"),
    "survivor": _("the survivor's"),
    "chosen": _("chosen by hand"),
}


def register() -> None:
    """Word the codes of the merges."""
    add_sentences(SENTENCES)
