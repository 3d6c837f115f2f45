"""The sentences of segments and tags (CUS-6)."""

from django.utils.translation import gettext_lazy as _

SENTENCES = {
    "segment.unreadable": _("This condition cannot be read. Build it again, or take an earlier version."),
    "segment.empty": _("Without a condition a segment would mean everybody. Add at least one."),
    "segment.empty_group": _("This group is empty: add a condition to it or remove it."),
    "segment.too_many_rows": _("A segment holds at most %(most)s conditions. Divide it into several segments."),
    "segment.too_deep": _("Groups stand at most %(most)s levels deep. Move this one further out."),
    "segment.no_field": _("This field does not exist any more or is not open to your post. Choose another one."),
    "segment.no_operator": _("%(label)s: choose how to compare."),
    "segment.choose": _("%(label)s: choose at least one value of the list."),
    "segment.too_many_values": _("%(label)s: choose at most %(most)s values."),
    "segment.number": _("%(label)s: enter a whole number."),
    "segment.age": _("%(label)s: enter an age between 0 and 150."),
    "segment.share": _("Enter a confidence above 0 and up to 100 per cent."),
    "segment.order": _("%(label)s: the first value must not exceed the second."),
    "segment.day": _("%(label)s: enter a date."),
    "segment.text": _("%(label)s: enter up to %(most)s characters."),
    "segment.circle": _("This segment would lead back to itself. Remove the condition that names the other segment."),
    "segment.other_gone": _("The condition names a segment that you do not see. Choose another one."),
    "segment.name": _("Enter a name of at most %(most)s characters."),
    "segment.over": _("This day is past, or the segment has ended. Choose a later day or another segment."),
    "segment.changed": _(
        "Somebody else saved this segment in the meantime. Open it again, or save yours as a new one."
    ),
    "segment.in_use": _("A rule of tags stands on this segment. Stop the rule first."),
    "segment.frozen": _("This segment is frozen already: clone it to build on its condition."),
    "segment.not_found": _("This segment does not exist any more, or it is not shared with your unit."),
    "segment.mart_outdated": _("The snapshot does not hold this field yet. It will from the next night on."),
    "tag.retired": _("This tag is retired. Choose another one."),
    "tag.expired": _("The last day is past. Choose a later one or leave it empty."),
    "tag.name": _("Enter a name of at most 40 characters."),
    "tag.name_taken": _("Another tag of this family bears the name. Choose another one."),
    "tag.family": _("Choose risk, value or need."),
    "tag.days": _("Enter between 1 and %(most)s days, or leave it empty."),
    "tag.code": _("A code begins with a letter and holds only A–Z, 0–9 and underscores, at most 40 of them."),
    "tag.code_taken": _("Another tag bears this code. Choose another one."),
    "tag.changed": _("Somebody else changed this tag in the meantime. Open it again and compare."),
    "tag.on_already": _("Somebody put this tag on again in the meantime."),
}
#: Words of what the trail records of segments and tags.
WORDS = {
    "condition": _("Condition"),
    "shared_unit_id": _("Shared with"),
    "valid_until": _("Valid until"),
    "keeps_members": _("Members written down"),
    "family": _("Family of tags"),
    "valid_days": _("Valid for (days)"),
    "retired": _("Retired"),
    "rule_segment": _("Whoever is in the segment"),
    "rule_days": _("Each setting holds (days)"),
    "rule_active": _("Rule active"),
    "confidence_bp": _("Confidence (basis points)"),
    "explanation": _("Explanation"),
    "source": _("Source"),
    "expires_on": _("Expires on"),
}
