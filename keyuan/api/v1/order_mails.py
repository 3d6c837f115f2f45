"""Mails of work orders for programs: reading a thread, answering (SRV-5)."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from keyuan.api.kit.caller import ApiRequest
from keyuan.api.kit.fields import Number, OneOf
from keyuan.api.kit.resource import In, Out, Resource, RowId
from keyuan.platform import clock
from keyuan.platform.crypto.presenter import present
from keyuan.service import permissions
from keyuan.service.models import Mail
from keyuan.service.rules.mail import writing
from keyuan.service.selectors.mail.mails import thread_of
from keyuan.service.selectors.orders import access_order
from keyuan.service.services.mail.drafting import Words, answer, take_back

router = Resource("Mails of work orders")


class MailPartyOut(Out):
    """Somebody of a mail; name as it stood there, address masked. `ref` names them as a recipient."""

    ref: str
    role: str
    name: str
    address: str
    is_bounced: bool


class MailOut(Out):
    """A mail of a thread: `status` as in the mail log, `because` a code."""

    id: int
    is_out: bool
    kind: str
    status: str
    because: str
    at: datetime
    subject: str
    text: str
    is_automatic: bool
    parties: list[MailPartyOut]


class MailThread(Out):
    """The mails of an order, oldest first, 200 at most."""

    rows: list[MailOut]


class MailIn(In):
    """An answer; `to` and `cc` are `ref` of people of the thread, or addresses of the house.

    Without `to` it goes to the sender of the mail that it answers. The same `key` again is the same mail.
    """

    kind: Annotated[str, OneOf(writing.WRITTEN, empty=False)] = writing.REPLY
    mail_id: Number | None = None
    text: Annotated[str, Field(min_length=1, max_length=50_000)]
    subject: Annotated[str, Field(max_length=240)] = ""
    to: Annotated[list[Annotated[str, Field(max_length=254)]], Field(max_length=30)] = []
    cc: Annotated[list[Annotated[str, Field(max_length=254)]], Field(max_length=30)] = []
    key: Annotated[str, Field(max_length=40)] = ""


def mail_out(request: ApiRequest, mail: Mail) -> dict[str, Any]:
    """Return a mail's answer, its addresses masked."""
    parties = [
        {
            "ref": f"p{row.pk}", "role": row.role, "name": row.name, "address": present(request.actor, row.email),
            "is_bounced": row.is_bounced,
        }
        for row in sorted(mail.parties.all(), key=lambda row: row.pk)
    ]  # fmt: skip
    names = ("is_out", "kind", "status", "because", "at", "subject", "text", "is_automatic")
    return {"id": mail.pk, **{name: getattr(mail, name) for name in names}, "parties": parties}


@router.get("/work-orders/{int:order_id}/mails", permissions.VIEW, MailThread)
def list_work_order_mails(request: ApiRequest, order_id: RowId) -> Any:
    """List the mails of a work order."""
    order = access_order(request.actor, order_id, now=clock.now())
    return {"rows": [mail_out(request, mail) for mail in thread_of(order.pk)]}


@router.post("/work-orders/{int:order_id}/mails", permissions.WORK, MailOut, status=201)
def send_work_order_mail(request: ApiRequest, order_id: RowId, body: MailIn) -> Any:
    """Answer in a work order, or write a new mail: it leaves ten seconds later."""
    made = answer(
        actor=request.actor, order_id=order_id, kind=body.kind, answers_id=body.mail_id,
        words=Words(body.subject, body.text, tuple(body.to), tuple(body.cc)),
        key=f"api:{request.actor.id}:{body.key}" if body.key else "", now=clock.now(),
    )  # fmt: skip
    return mail_out(request, made)


@router.post("/work-orders/mails/{int:mail_id}/take-back", permissions.WORK, MailOut)
def take_work_order_mail_back(request: ApiRequest, mail_id: RowId) -> Any:
    """Take a mail back that has not left: it is a draft again."""
    return mail_out(request, take_back(actor=request.actor, mail_id=mail_id, now=clock.now()))
