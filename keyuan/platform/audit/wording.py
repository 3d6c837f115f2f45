"""Sentences of the audit trail."""

from django.utils.translation import gettext_lazy as _

SENTENCES = {
    "audit.chain_broken": _("Part of the audit trail (%(chain)s) is missing. Run “keyuan audit verify”."),
    "audit.anomaly.mass": _("%(name)s opened %(count)s different customers within an hour. Look at the trail."),
    "audit.anomaly.walk": _("%(name)s opened %(count)s customers one after the other by number. Look at the trail."),
    "audit.anomaly.night_export": _("%(name)s exported %(count)s times outside office hours. Look at the trail."),
    "audit.sealed": _("%(count)s events were chained."),
    "audit.whole": _("The audit trail is whole: %(links)s links verified, %(unsealed)s new events wait to be chained."),
    "audit.breach.event_changed": _("Chain %(chain)s, link %(sequence)s: event %(event)s was changed or forged."),
    "audit.breach.event_deleted": _("Chain %(chain)s, link %(sequence)s: event %(event)s was deleted."),
    "audit.breach.event_inserted": _("Chain %(chain)s: event %(event)s was put in by other means than the program."),
    "audit.breach.link_missing": _("Chain %(chain)s, link %(sequence)s is missing; next comes event %(event)s."),
    "audit.breach.link_changed": _(
        "Chain %(chain)s, link %(sequence)s (event %(event)s) was changed, inserted or moved."
    ),
    "audit.breach.tail_cut": _("Chain %(chain)s ends at link %(sequence)s, but anchor %(note)s has seen more."),
    "audit.breach.chain_replaced": _("Chain %(chain)s, link %(sequence)s differs from anchor %(note)s."),
    "audit.breach.anchor_forged": _("Chain %(chain)s: anchor %(note)s was tampered with."),
    "audit.breach.anchor_missing": _("Chain %(chain)s has no anchors: the folder of anchors was emptied."),
}
