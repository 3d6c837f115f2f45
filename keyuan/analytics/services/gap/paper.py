"""The printed paper of a result, typeset by Typst when it is asked for (ANA-8)."""

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import typst
from django.db import transaction

from keyuan.analytics import permissions
from keyuan.analytics.selectors.gap import access_result
from keyuan.kernel.actor import Actor
from keyuan.platform.audit import Action, Subject, record

TEMPLATE = Path(__file__).resolve().parents[2] / "documents" / "gap.typ"


def print_result(*, actor: Actor, result_id: int, document: Mapping[str, Any], now: datetime) -> bytes:
    """Return the PDF of a result and note on the trail that it was taken. Raises `NotFound` out of reach."""
    actor.require(permissions.GAPS)
    result = access_result(actor, result_id, now=now)
    data = typeset(document)
    with transaction.atomic():
        record(actor, Action.EXPORT, Subject("gap_result", result.pk), customer_id=result.customer_id, now=now)
    return data


def typeset(document: Mapping[str, Any]) -> bytes:
    """Return the PDF of a paper's words."""
    inputs = {"data": json.dumps(document, ensure_ascii=False)}
    found = typst.compile(TEMPLATE.read_bytes(), format="pdf", sys_inputs=inputs)
    if not isinstance(found, bytes):
        raise TypeError("one document makes one file")
    return found
