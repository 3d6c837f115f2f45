"""Notices of new business to the customer: one row a notice; a message where a template and a permit allow (PLT-11)."""

from collections.abc import Mapping
from datetime import datetime

from keyuan.contact.services.messages.queueing import Draft
from keyuan.kernel.actor import system_actor
from keyuan.platform.subjects import Subject
from keyuan.policies.models import Application, ApplicationNotice
from keyuan.policies.selectors.applications.templates import template_for
from keyuan.policies.services.noticing import queue_notice

ACTOR = system_actor("new business")


def give_notice(
    application: Application, kind: str, now: datetime, values: Mapping[str, str] | None = None
) -> ApplicationNotice:
    """Note that ``kind`` is owed to the holder and queue its message, inside the caller's transaction.

    The message template is ``uw-<kind>`` in lower case; without an approved one, without address or permit the notice
    says why no message went out, and is given by letter or in person. Nothing of the health declaration stands in it.
    """
    notice = ApplicationNotice(application=application, kind=kind, made_at=now)
    template = template_for(kind)
    if template is None:
        notice.because = "no_template"
    else:
        said = {"application_no": application.application_no, "product": application.product.name, **(values or {})}
        _send(notice, template[0], kind, now, {name: said[name] for name in said if name in template[1]})
    notice.save()
    return notice


def _send(notice: ApplicationNotice, template_id: int, kind: str, now: datetime, values: Mapping[str, str]) -> None:
    application = notice.application
    draft = Draft(
        application.holder_id,
        values=values,
        key=f"application:{application.pk}:{kind}:{application.version}",
        subject=Subject("application", application.pk),
    )
    queue_notice(notice, actor=ACTOR, template_id=template_id, draft=draft, now=now)
