"""Bringing requests of policy service to where a test wants them."""

from keyuan.platform import clock
from keyuan.platform.models.attachment import Attachment
from keyuan.policies.rules.service_items.drafts import RequestDraft
from keyuan.policies.selectors.service_items.papers import papers_of
from keyuan.policies.services.service_items import deciding
from keyuan.policies.services.service_items import entering as taking

ACCOUNT = "6222021234567890128"
PAYEE = {"payee_account": ACCOUNT, "payee_bank": "工商银行", "payee_name": "周国栋"}


def files(request):
    """Let every paper be there, as if it had been uploaded."""
    for number, (paper, there) in enumerate(papers_of(request)):
        if not there:
            Attachment.objects.create(
                subject_kind="service_request", subject_id=request.pk, name="x.pdf", kind=paper, size=1,
                content_type="application/pdf", sha256="0" * 64, storage_name=f"pos-{request.pk}-{number}",
                wrapped_key=b"x", uploaded_at=clock.now(),
            )  # fmt: skip


def draft_for(policy, item, typed=None, **more):
    return RequestDraft(policy.pk, item, typed or {}, **more)


def at(request):
    request.refresh_from_db()
    return {"request_id": request.pk, "version": request.version, "now": clock.now()}


def complete(actor, policy, item, typed=None, **more):
    """Take a request in with everything, so that it waits for review."""
    request = taking.create_request(actor=actor, draft=draft_for(policy, item, typed, **more), now=clock.now())
    files(request)
    if request.status == "ACCEPTED":
        taking.submit_request(actor=actor, **at(request))
    request.refresh_from_db()
    return request


def carry_out(clerk, head, policy, item, typed=None, *, pass_with=None, **more):
    """Bring a request to its effect: taken in, reviewed, approved where that takes a second person."""
    request = complete(clerk, policy, item, typed, **more)
    deciding.take_request(actor=clerk, **at(request))
    deciding.pass_request(actor=clerk, **at(request), **(pass_with or {}))
    request.refresh_from_db()
    if request.awaits_approval:
        deciding.approve_request(actor=head, **at(request))
    policy.refresh_from_db()
    request.refresh_from_db()
    return request


def reverse(clerk, head, policy, request):
    return carry_out(
        clerk, head, policy, "REVERSE", {"reverses": str(request.pk), "note": "录入错误"}, applicant_role="STAFF"
    )
