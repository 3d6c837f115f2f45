"""Sentences of the codes raised by the kernel and the platform."""

from django.utils.translation import gettext_lazy as _

from keyuan.platform import sftp_wording
from keyuan.platform.audit import wording as audit_wording
from keyuan.platform.backup import wording as backup_wording
from keyuan.platform.crypto import wording as crypto_wording
from keyuan.platform.files import wording as files_wording
from keyuan.platform.identifier_wording_table import SENTENCES
from keyuan.platform.imports import wording as imports_wording
from keyuan.platform.jobs import wording as jobs_wording
from keyuan.platform.mart import wording as mart_wording
from keyuan.platform.wording import add_sentences


def register() -> None:
    """Word the codes of kernel and platform."""
    add_sentences(SENTENCES)
    add_sentences(
        {
            "not_found": _("This record does not exist, or it is not within your reach."),
            "forbidden": _("Your post does not allow this. Ask your administrator for the permission."),
            "keys.unknown": _("This key cannot be changed."),
            "keys.unsound": _("This is not a key that can be used here. Choose another one."),
            "keys.taken": _("%(key)s is already used for “%(action)s”. Choose another key."),
            "throttle.too_many": _("That was too much within a short while. Wait a minute, then go on."),
            "conflict": _("Someone else changed this record in the meantime. Compare both versions and save again."),
        }
    )
    for part in (
        audit_wording,
        backup_wording,
        crypto_wording,
        files_wording,
        imports_wording,
        jobs_wording,
        mart_wording,
        sftp_wording,
    ):
        add_sentences(part.SENTENCES)
