"""Answers that lists give to scripts: a toast, a closed dialog, a list that reloads."""

import json
from typing import Any

from django.http import HttpResponse

from keyuan.kernel.errors import KeyuanError
from keyuan.platform.wording import say


def done(text: str, *, undo: str = "", reload: bool = True) -> HttpResponse:
    """Say what happened in a toast, close the dialog and, unless told otherwise, let the list reload itself."""
    toast: dict[str, Any] = {"text": text, "level": "success"}
    if undo:
        toast["undo"] = undo
    events: dict[str, Any] = {"toast": toast, "dialog:close": ""}
    if reload:
        events["records:changed"] = ""
    return HttpResponse(status=204, headers={"HX-Trigger": json.dumps(events)})


def failed(error: KeyuanError) -> HttpResponse:
    """Say in a toast why not."""
    events = {"toast": {"text": say(error), "level": "error"}}
    return HttpResponse(status=204, headers={"HX-Trigger": json.dumps(events)})
