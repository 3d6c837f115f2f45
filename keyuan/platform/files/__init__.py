"""Attachments: checked by content, encrypted at rest, seen by whoever may see their record (PLT-16)."""

from keyuan.platform.files.attachments import (
    access_attachment,
    attachments_of,
    delete_attachment,
    download_url,
    open_file,
    store,
)
from keyuan.platform.models.attachment import Attachment

__all__ = [
    "Attachment",
    "access_attachment",
    "attachments_of",
    "delete_attachment",
    "download_url",
    "open_file",
    "store",
]
