"""Templates, providers and addresses that the tests of messages stand on."""

from collections.abc import Sequence
from typing import Any

from keyuan.contact.drivers.senders import Parcel
from keyuan.contact.models import MessageProvider, MessageTemplate, TemplateVersion
from keyuan.contact.rules.messages.outcomes import Outcome, Result
from keyuan.contact.services.messages.templates import (
    TemplateContents,
    create_template,
    decide_template,
    submit_template,
)
from keyuan.contact.testing import MORNING
from keyuan.customers.models import ContactPoint, Customer
from keyuan.customers.testing import make_customer
from keyuan.kernel.actor import Actor, system_actor

WRITER, APPROVER = system_actor("writer"), system_actor("approver")
DUE = ({"name": "customer_name", "source": "SALUTATION"}, {"name": "due_on", "kind": "DATE", "sample": "2026-04-01"})


def make_template(
    channel: str = "SMS",
    purpose: str = "RENEWAL",
    body: str = "尊敬的{customer_name}，您的保费将于{due_on}到期。",
    variables: Sequence[dict[str, Any]] = DUE,
    code: str = "renewal",
    subject: str = "",
) -> MessageTemplate:
    """Write a template and have it approved."""
    texts = {"zh-hans": {"subject": subject, "body": body}}
    template = create_template(
        actor=WRITER,
        code=code,
        name="续期提醒",
        channel=channel,
        purpose=purpose,
        contents=TemplateContents(texts, variables),
        now=MORNING,
    )
    submit_template(actor=WRITER, template_id=template.pk, version=1, now=MORNING)
    decide_template(actor=APPROVER, template_id=template.pk, version=2, approve=True, note="", now=MORNING)
    template.refresh_from_db()
    return template


def version_in_use(template: MessageTemplate) -> TemplateVersion:
    """Return the approved version."""
    return TemplateVersion.objects.get(template=template, status=TemplateVersion.Status.APPROVED)


def make_provider(channel: str = "SMS", kind: str = "OUTBOX", **more: Any) -> MessageProvider:
    """Add a provider without asking the service."""
    values = {"key": f"p-{channel.lower()}", "name": "测试通道", "created_at": MORNING, **more}
    return MessageProvider.objects.create(channel=channel, kind=kind, **values)


def reachable(actor: Actor, name: str = "周国栋", phone: str = "13812345678", email: str = "") -> Customer:
    """Make a customer with a mobile and, if wanted, a mailbox."""
    customer = make_customer(actor, name, phone=phone, sex="1")
    if email:
        ContactPoint.objects.create(customer=customer, kind="EMAIL", email=email, created_at=MORNING)
    return customer


class Scripted:
    """A way out that answers as told and remembers what it got."""

    def __init__(self, *results: Result, repeats_safely: bool = False) -> None:
        self.results, self.repeats_safely, self.sent = list(results), repeats_safely, list[Parcel]()

    def send(self, parcel: Parcel) -> Outcome:
        """Answer with the next result; the last one for ever."""
        self.sent.append(parcel)
        result = self.results.pop(0) if len(self.results) > 1 else self.results[0]
        return Outcome(result, reference=f"ref-{len(self.sent)}", code="x")

    def check(self) -> Outcome:
        """Answer well."""
        return Outcome(Result.ACCEPTED)

    def close(self) -> None:
        """Nothing is open."""
