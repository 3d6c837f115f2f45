"""Word to the customer about a request: one row a notice; a message where a template and a permit allow (PLT-11)."""

from collections.abc import Mapping
from datetime import datetime

from keyuan.contact.models import MessageTemplate
from keyuan.contact.selectors.messages.templates import usable_version, variables_of
from keyuan.contact.services.messages.queueing import Draft
from keyuan.kernel.actor import system_actor
from keyuan.policies.models import RequestNotice, ServiceRequest
from keyuan.policies.selectors.service_items.plain_words import CHINESE
from keyuan.policies.services.noticing import queue_notice
from keyuan.policies.services.service_items.recording import subject_of

ACTOR = system_actor("policy service")


def give_notice(
    request: ServiceRequest, kind: str, now: datetime, values: Mapping[str, str] | None = None
) -> RequestNotice:
    """Note that ``kind`` (RECEIVED, PAPERS, EFFECTIVE, REJECTED, REVERSED) is owed, and queue its message.

    The message template is ``pos-<kind>`` in lower case; without an approved one, without address or permit the notice
    says why none went out, and is given by letter or in person. New addresses and accounts never stand in it.
    """
    notice = RequestNotice(request=request, kind=kind, made_at=now)
    receiver = request.applicant_id or request.customer_id
    template = MessageTemplate.objects.filter(code=f"pos-{kind.lower()}", is_retired=False).first()
    version = usable_version(template) if template else None
    if template is None or version is None or receiver is None:
        notice.because = "no_template" if receiver is not None else "no_customer"
    else:
        said = {"request_no": request.request_no, "item": CHINESE[request.item], **(values or {})}
        wanted = {variable.name for variable in variables_of(version)}
        _send(notice, int(template.pk), receiver, kind, now, {name: said[name] for name in said if name in wanted})
    notice.save()
    return notice


def _send(
    notice: RequestNotice, template_id: int, receiver: int, kind: str, now: datetime, values: Mapping[str, str]
) -> None:
    request = notice.request
    key = f"policy-service:{request.pk}:{kind}:{request.version}"
    draft = Draft(receiver, values=values, key=key, subject=subject_of(request))
    queue_notice(notice, actor=ACTOR, template_id=template_id, draft=draft, now=now)
