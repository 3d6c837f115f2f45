"""Sentences of the codes that connectors raise, and of their notices."""

from django.utils.translation import gettext_lazy as _

MANIFEST = {
    "manifest.no_json": _("The manifest is no JSON text. It may still be written; otherwise have it sent again."),
    "manifest.format": _("The manifest does not say that it is of the form %(expected)s."),
    "manifest.files": _("The manifest must name 1 to %(limit)s files."),
    "manifest.name_twice": _("The manifest names a file twice."),
    "manifest.entry": _("The entry “%(entry)s” of the manifest is missing or makes no sense."),
    "manifest.hostile_name": _("The manifest names a file by a path or by signs that no file name may have."),
    "manifest.large": _("The manifest is larger than %(limit)s KiB."),
}
DELIVERY = {
    "delivery.not_found": _("This delivery does not exist."),
    "delivery.folder": _("The exchange folder %(folder)s is missing or cannot be read."),
    "delivery.folder_full": _("The exchange folder holds more than %(limit)s names. Have old files taken away."),
    "delivery.folder_closed": _("This folder lies outside those that operators opened for exchange."),
    "delivery.secret_name": _("Name keys, passwords and known hosts by a plain file name in the folder of secrets."),
    "delivery.forbidden": _("The file %(name)s may not be read."),
    "delivery.not_regular": _("%(name)s is a link or a folder, not a file."),
    "delivery.file_missing": _("The file %(name)s has not arrived yet."),
    "delivery.size": _("The file %(name)s has %(found)s bytes instead of %(claimed)s; it may still be written."),
    "delivery.digest": _("The content of %(name)s does not match the digest in the manifest. Have it sent again."),
    "delivery.gap": _("Delivery number %(expected)s is missing; number %(sequence)s waits for it."),
    "delivery.old_sequence": _("Number %(sequence)s is not behind number %(last)s, which was dealt with already."),
    "delivery.changed_content": _("A delivery of this name was dealt with already, with another content."),
    "delivery.target": _("This connector does not deliver into “%(target)s”."),
    "delivery.mapping_unknown": _("There is no mapping “%(mapping)s” into %(target)s. Save one in an import first."),
    "delivery.keyless": _("The mapping “%(mapping)s” does not say by which key of the source a row is found again."),
    "delivery.encoding": _("The file is written in %(found)s, the manifest says %(claimed)s."),
    "delivery.rows": _("The manifest says %(claimed)s rows, the file has %(read)s."),
    "delivery.total": _("The manifest says a total of %(claimed)s for “%(column)s”, the file comes to %(read)s."),
    "delivery.total_unmapped": _(
        "The manifest gives a total for “%(column)s”, which the mapping reads into no amount."
    ),
    "delivery.refused": _("%(refused)s of %(rows)s rows are refused."),
    "delivery.import_gone": _("The import of this delivery was removed."),
    "delivery.import_broken": _("The import of this delivery was cancelled or failed."),
    "delivery.decided": _("This delivery does not wait for a decision any more."),
    "delivery.reason_missing": _("Say why; the reason stays with the delivery."),
    "delivery.not_waivable": _("This cannot be waived. Have it mended and try again, or reject the delivery."),
}
CONNECTOR = {
    "connector.not_found": _("This connector does not exist."),
    "connector.kind": _("This way of delivery is not available."),
    "connector.key_taken": _("Another connector has this key; enter a different one."),
    "connector.setting_missing": _("Enter this for the chosen way of delivery."),
    "connector.secret_missing": _("Name the file of a key or of a password."),
    "connector.paused": _("The connector is paused. Resume it first."),
    "connector.running": _("The connector is at work already."),
    "connector.owned": _(
        "This connector still brings policies of the source; pause it before the policies are kept here."
    ),
    "connector.quarantined": _("%(connector)s: delivery %(delivery)s is in quarantine and waits for a decision."),
    "connector.differs": _("%(connector)s: delivery %(delivery)s was loaded with differences."),
    "connector.late": _("%(connector)s: the delivery of %(day)s is overdue."),
    "connector.trouble": _("%(connector)s cannot work. Open it to see why."),
    "connector.nothing_to_sample": _("The book holds no policy of which a sample could be made."),
    "connector.unreachable": _("The other system does not answer."),
}
SENTENCES = MANIFEST | DELIVERY | CONNECTOR
