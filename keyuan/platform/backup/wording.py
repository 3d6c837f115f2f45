"""Sentences about backups: what is wrong with one, and what to do."""

from django.utils.translation import gettext_lazy as _

SENTENCES = {
    "backup.config": _("The file of backup destinations %(path)s cannot be used: %(why)s."),
    "backup.no_destination": _(
        "No backup destination is configured. Name at least two in the file of KEYUAN_BACKUP_DESTINATIONS."
    ),
    "backup.few_places": _("Backup destinations configured: %(count)s. Name at least %(least)s, in different places."),
    "backup.place_unknown": _("There is no backup destination %(name)s. Known are: %(known)s."),
    "backup.busy": _("Another backup or verification is running. Wait for its end."),
    "backup.none": _("There is no such backup to verify."),
    "backup.none_there": _("%(place)s holds no backup %(name)s. The newest there: %(found)s."),
    "backup.recipient": _("%(text)s is no public key that starts with age1."),
    "backup.recovery_missing": _("There is no recovery key file %(path)s. Name it with --recovery."),
    "backup.recovery_broken": _("%(path)s is no recovery key file, or part of it is missing."),
    "backup.recovery_needed": _(
        "Backup %(name)s can be opened with the recovery key only. Name its file with --recovery."
    ),
    "backup.recovery_here": _(
        "The recovery key stands in %(path)s. Move it away from this machine and keep two copies."
    ),
    "backup.recovery_away": _("The recovery key is not on this machine (%(path)s), which is right."),
    "backup.occupied": _("%(path)s holds a book already (%(found)s). Name another folder, or use --replace."),
    "backup.alive": _("The book in %(path)s is in use. Stop the system first."),
    "backup.restored": _("%(name)s was restored to %(path)s."),
    "backup.not_all_proven": _("Not every copy is proven; see above."),
    "backup.interrupted": _("The process was ended before the copy had arrived."),
    "backup.failed": _("The backup failed: %(why)s."),
    "backup.unreachable": _("%(place)s does not answer or broke off: %(why)s."),
    "backup.pgbackrest": _("pgBackRest failed: %(why)s."),
    "backup.pgbackrest_missing": _(
        "PostgreSQL is backed up by pgBackRest. Say in the file of destinations how to call it ([postgresql])."
    ),
    "backup.notice_failed": _("Backup %(name)s failed, or not every copy is proven."),
    "backup.notice_old": _("The last proven backup is older than %(days)s days."),
    "backup.notice_never": _("No backup was ever proven."),
    "backup.warn.config": _("The file of backup destinations cannot be used."),
    "backup.warn.no_place": _("No backup destination is configured: nothing is backed up."),
    "backup.warn.few_places": _("Only one backup destination is configured. Two in different places are needed."),
    "backup.warn.same_disk": _("Every backup destination lies on the disk of the book."),
    "backup.warn.recovery_here": _("The recovery key is still on this machine. Move it away and keep two copies."),
    "backup.warn.last_failed": _("The last backup failed, or not every copy is proven."),
    "backup.flaw.head": _("%(name)s: its head is no head of a backup."),
    "backup.flaw.format": _("%(name)s was made by a newer version (format %(format)s)."),
    "backup.flaw.forged": _("%(name)s: the signature of its head is wrong. Somebody changed it."),
    "backup.flaw.stranger": _("%(name)s was signed by another machine than the recovery key names."),
    "backup.flaw.swapped": _("%(name)s: another backup lies in its place (%(other)s)."),
    "backup.flaw.absent": _("%(name)s is not there, or was not sent completely."),
    "backup.flaw.missing": _("%(part)s is missing."),
    "backup.flaw.truncated": _("%(part)s has %(found)s bytes instead of %(expected)s."),
    "backup.flaw.altered": _("%(part)s is not what was sent."),
    "backup.flaw.path": _("%(part)s points out of the data folder."),
    "backup.flaw.old_key": _("The backup was made for other keys (%(wanted)s); given was %(given)s."),
    "backup.flaw.wrong_key": _("%(part)s cannot be opened with the recovery key given."),
    "backup.flaw.unreadable": _("%(part)s cannot be read."),
    "backup.flaw.tables": _("%(file)s has other tables than the book had: %(names)s."),
    "backup.flaw.rows": _("Table %(table)s has %(found)s rows instead of %(expected)s."),
    "backup.flaw.digest": _("Table %(table)s holds other values than the book did."),
    "backup.flaw.integrity": _("%(file)s is damaged: %(why)s."),
    "backup.flaw.foreign_keys": _("%(file)s: rows of %(table)s point to %(parent)s that are not there."),
    "backup.flaw.audit": _("The audit trail is broken (%(breach)s, %(chain)s %(sequence)s %(note)s)."),
    "backup.flaw.sealed": _("A sealed value of %(column)s does not open with key %(key)s of the ring."),
    "backup.flaw.file": _("File %(file)s cannot be opened: %(why)s."),
    "backup.flaw.cluster": _("The restored PostgreSQL cluster does not start (%(folder)s)."),
    "backup.flaw.command": _("keyuan %(command)s failed on the restored book: %(why)s"),
}
