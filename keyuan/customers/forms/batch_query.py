"""The form of a batch query: pasted lines, or the first column of a small file."""

import io
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from keyuan.customers.services.batch_query import MOST_LINES
from keyuan.kernel.errors import Refused
from keyuan.platform.imports.streams import find_encoding, kind_of
from keyuan.platform.imports.workbooks import check_archive, read_sheet, read_whole, sheet_names
from keyuan.platform.wording import say

LARGEST_FILE = 10 * 1024 * 1024


def lines_of(upload: "UploadedFile[Any]") -> list[str]:
    """Return the first cell of every line of a CSV, text or Excel file. Raises `Refused` naming what is wrong."""
    data = upload.read()
    if kind_of(data[:8]) == "xlsx":
        check_archive(data)
        whole = read_whole(io.BytesIO(data))
        return [cells[0] for _number, cells in read_sheet(whole, sheet_names(whole)[0])]
    text = data.decode(find_encoding(lambda: io.BytesIO(data)))
    return [line.lstrip("\ufeff").replace("\t", ",").split(",", 1)[0] for line in text.splitlines()]


class BatchQueryForm(forms.Form):
    """Up to 100,000 identifiers, one a line."""

    name = forms.CharField(label=_("Name of the list"), max_length=80, required=False)
    lines = forms.CharField(
        label=_("Identifiers, one a line"),
        required=False,
        max_length=LARGEST_FILE,
        widget=forms.Textarea(attrs={"rows": 10, "spellcheck": "false", "autocomplete": "off"}),
        help_text=_(
            "Identity, phone, customer, policy and plate numbers, or names; each line is recognised by itself."
        ),
    )
    file = forms.FileField(label=_("Or a file (CSV, text, Excel): its first column"), required=False)

    def clean(self) -> dict[str, Any]:
        """Bring both ways of entering to one list of lines."""
        data = dict(super().clean() or {})
        upload = data.get("file")
        if upload and upload.size > LARGEST_FILE:
            raise forms.ValidationError({"file": _("The file is larger than 10 MB; divide it.")})
        found = str(data.get("lines") or "").splitlines()
        if upload:
            try:
                found += lines_of(upload)
            except Refused as error:
                raise forms.ValidationError({"file": say(error)}) from error
        if len(found) > MOST_LINES + 1:
            raise forms.ValidationError(say(Refused("batch.too_many", most=MOST_LINES)))
        data["found"] = found
        return data
