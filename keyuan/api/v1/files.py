"""Files of customers and policies: list, add, fetch, delete (PLT-16)."""

from datetime import datetime
from typing import Annotated, Any, cast

from django.http import HttpResponse, StreamingHttpResponse
from django.utils.http import content_disposition_header
from ninja import File, Query
from ninja.files import UploadedFile
from pydantic import Field

from keyuan.api.kit.caller import ApiRequest
from keyuan.api.kit.fields import OneOf
from keyuan.api.kit.resource import Out, Resource, RowId
from keyuan.customers import permissions as of_customers
from keyuan.customers.selectors import access_customer
from keyuan.customers.views.files import KINDS as CUSTOMER_KINDS
from keyuan.kernel.errors import NotFound
from keyuan.platform import clock
from keyuan.platform.files import Attachment, access_attachment, attachments_of, delete_attachment, open_file, store
from keyuan.platform.http import SIGNED_IN
from keyuan.platform.subjects import Subject
from keyuan.policies import permissions as of_policies
from keyuan.policies.selectors import access_policy
from keyuan.policies.views.files import KINDS as POLICY_KINDS

router = Resource("Files")
MOST = 200
#: Kind of record → permission that keeps and deletes its files.
OWNERS = {"customer": of_customers.EDIT, "policy": of_policies.EDIT}
Upload = Annotated[UploadedFile, File(description="At most 50 MB; recognised by its content")]
CustomerFile = Annotated[str, OneOf(CUSTOMER_KINDS, empty=False), Query("other", description="What the file is")]
PolicyFile = Annotated[str, OneOf(POLICY_KINDS, empty=False), Query("other", description="What the file is")]
Reason = Annotated[str, Query(min_length=1, max_length=200)]
COLUMNS = (
    "id", "subject_kind", "subject_id", "name", "content_type", "size", "sha256", "kind", "uploaded_by_name",
    "uploaded_at", "scan",
)  # fmt: skip


class FileOut(Out):
    """A file of a record."""

    id: int
    subject_kind: str
    subject_id: int
    name: str
    content_type: str
    size: int = Field(description="Bytes")
    sha256: str
    kind: str
    uploaded_by_name: str
    uploaded_at: datetime
    scan: str = Field(description="What the virus scan said; empty where none is set up")


class Files(Out):
    """Files, newest first, at most 200."""

    rows: list[FileOut]


def file_out(file: Attachment) -> dict[str, Any]:
    """Return a file's facts."""
    return {name: getattr(file, name) for name in COLUMNS}


def _listed(request: ApiRequest, subject: Subject) -> dict[str, Any]:
    return {"rows": [file_out(file) for file in attachments_of(request.actor, subject)[:MOST]]}


def _kept(request: ApiRequest, subject: Subject, file: UploadedFile, kind: str, customer_id: int | None) -> Any:
    return file_out(
        store(
            actor=request.actor,
            subject=subject,
            name=file.name or "",
            file=file,
            now=clock.now(),
            kind=kind,
            customer_id=customer_id,
        )
    )


@router.get("/customers/{int:customer_id}/files", of_customers.VIEW, Files)
def list_customer_files(request: ApiRequest, customer_id: RowId) -> Any:
    """List a customer's files."""
    access_customer(request.actor, customer_id, now=clock.now())
    return _listed(request, Subject("customer", customer_id))


@router.post("/customers/{int:customer_id}/files", of_customers.EDIT, FileOut)
def add_customer_file(request: ApiRequest, customer_id: RowId, file: Upload, kind: CustomerFile) -> Any:
    """Keep a file with a customer."""
    access_customer(request.actor, customer_id, now=clock.now())
    return _kept(request, Subject("customer", customer_id), file, kind, customer_id)


@router.get("/policies/{int:policy_id}/files", of_policies.VIEW, Files)
def list_policy_files(request: ApiRequest, policy_id: RowId) -> Any:
    """List a policy's files."""
    access_policy(request.actor, policy_id, now=clock.now())
    return _listed(request, Subject("policy", policy_id))


@router.post("/policies/{int:policy_id}/files", of_policies.EDIT, FileOut)
def add_policy_file(request: ApiRequest, policy_id: RowId, file: Upload, kind: PolicyFile) -> Any:
    """Keep a file with a policy; with mirrored ones, too."""
    policy = access_policy(request.actor, policy_id, now=clock.now())
    return _kept(request, Subject("policy", policy_id), file, kind, policy.holder_id)


@router.get("/files/{int:file_id}", SIGNED_IN, FileOut)
def get_file(request: ApiRequest, file_id: RowId) -> Any:
    """Get a file's facts, while its record is in reach."""
    return file_out(access_attachment(request.actor, file_id))


@router.get("/files/{int:file_id}/content", SIGNED_IN, None, media_type="application/octet-stream")
def get_file_content(request: ApiRequest, file_id: RowId) -> HttpResponse:
    """Fetch a file, while its record is in reach."""
    file, blocks = open_file(request.actor, file_id)
    response = StreamingHttpResponse(blocks, content_type="application/octet-stream")
    response["Content-Disposition"] = content_disposition_header(True, file.name) or "attachment"
    response["Content-Length"] = str(file.size)
    response["X-Content-Type-Options"] = "nosniff"
    # Django types the two kinds of answer apart; to whoever calls they are one.
    return cast(HttpResponse, response)


@router.delete("/files/{int:file_id}", SIGNED_IN)
def delete_file(request: ApiRequest, file_id: RowId, reason: Reason) -> None:
    """Delete a file for good."""
    file = access_attachment(request.actor, file_id)
    permission = OWNERS.get(file.subject_kind)
    if permission is None:
        raise NotFound
    request.actor.require(permission)
    customer_id = file.subject_id if file.subject_kind == "customer" else None
    delete_attachment(
        actor=request.actor, attachment_id=file_id, reason=reason, now=clock.now(), customer_id=customer_id
    )
