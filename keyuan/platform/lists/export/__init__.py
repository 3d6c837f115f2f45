"""Exports: the rows of a list as CSV or XLSX, with permission, reason, watermark, expiry and trail (PLT-9)."""

from keyuan.platform.lists.export.requests import EXPORT_LIMIT, access_export, exports_of, request_export
from keyuan.platform.lists.export.serving import expire_exports, export_path, hand_out

__all__ = [
    "EXPORT_LIMIT",
    "access_export",
    "expire_exports",
    "export_path",
    "exports_of",
    "hand_out",
    "request_export",
]
