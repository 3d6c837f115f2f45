"""The letter that confirms or refuses a request, typeset by Typst when it is asked for; kept nowhere (POL-5)."""

import json
from datetime import datetime
from pathlib import Path

import typst
from django.utils import timezone

from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Refused
from keyuan.platform.audit import Action, record_read
from keyuan.platform.crypto.presenter import present
from keyuan.policies import permissions
from keyuan.policies.models import ServiceRequest
from keyuan.policies.rules.service_items.codes import State
from keyuan.policies.selectors.service_items.plain_words import CHINESE
from keyuan.policies.services.service_items.recording import subject_of

TEMPLATE = Path(__file__).resolve().parents[2] / "documents" / "service_letter.typ"
TOLD = {
    "premium": "每期保费（元）", "sum_insured": "基本保险金额（元）", "paid_out": "应付金额（元）",
    "carried": "转入新合同金额（元）", "due_on": "借款到期日", "cover_until": "保险期间届满日",
    "account": "保单账户余额（元）",
    "rider_added": "增加附加险", "rider_removed": "减少附加险", "from": "变更起始日", "copy": "补发次数",
    "extra": "已收差额（元）",
    "moved": "转换金额（元）", "waived_from": "豁免起始日", "new_policy": "新保单号", "valid_until": "证件有效期至",
}  # fmt: skip
AMOUNTS = frozenset({"premium", "sum_insured", "paid_out", "carried", "account", "extra", "moved"})


def letter_of(*, actor: Actor, request: ServiceRequest, now: datetime) -> bytes:
    """Return the PDF of a decided request, masked as the actor may read it, and note who had it made.

    Raises `Refused` request.decided for one that is not decided. No sealed value stands in it.
    """
    actor.require(permissions.SERVICE_APPLY)
    if request.status not in (State.EFFECTIVE, State.REJECTED):
        raise Refused("request.decided")
    record_read(
        actor, Action.VIEW, subject_of(request), customer_id=request.customer_id, detail={"face": "letter"}, now=now
    )
    data = {
        "request_no": request.request_no, "item": CHINESE[request.item], "product": request.policy.product.name,
        "policy_no": present(actor, request.policy.policy_no, "policy_no"),
        "holder": present(actor, request.policy.holder_name, "name"), "accepted": request.status == State.EFFECTIVE,
        "reason": request.reason, "on": (request.effective_on or now.date()).isoformat(),
        "received": timezone.localdate(request.received_at).isoformat(), "printed": now.date().isoformat(),
        "rows": [[TOLD[key], *_pair(key, value)] for key, value in request.result.items() if key in TOLD],
    }  # fmt: skip
    found = typst.compile(
        TEMPLATE.read_bytes(), format="pdf", sys_inputs={"data": json.dumps(data, ensure_ascii=False)}
    )
    if not isinstance(found, bytes):
        raise TypeError("one document makes one file")
    return found


def _pair(key: str, value: object) -> list[str]:
    before, after = value if isinstance(value, list) and len(value) == 2 else ("", value)
    return [_text(key, before), _text(key, after)]


def _text(key: str, value: object) -> str:
    if key in AMOUNTS and isinstance(value, int):
        return f"{value / 100:,.2f}"
    return "" if value is None else str(value)
