"""Giving a file to whoever may see its record (PLT-16)."""

from typing import cast

from django.http import HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from keyuan.kernel.errors import Refused
from keyuan.platform.files import access_attachment, download_url, open_file
from keyuan.platform.files.attachments import check_link
from keyuan.platform.files.content import SHOWN
from keyuan.platform.http import SIGNED_IN, StaffRequest, allow

#: A file shown in a window of its own runs nothing, loads nothing, and is framed by nobody.
FILE_POLICY = (
    "default-src 'none'; img-src 'self'; object-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'; sandbox"
)


@require_safe
@allow(SIGNED_IN)
def file_download(request: StaffRequest, attachment_id: int) -> HttpResponse:
    """Send a file: by a fresh signed link of one's own, and only while its record is in reach.

    A link of one's own that grew old on an open page is followed by a fresh one, if the record is still in reach.
    """
    try:
        purpose = check_link(request.actor, attachment_id, request.GET.get("t", ""))
    except Refused:
        access_attachment(request.actor, attachment_id)
        return HttpResponseRedirect(download_url(request.actor, attachment_id))
    attachment, blocks = open_file(request.actor, attachment_id)
    response = StreamingHttpResponse(blocks, content_type=attachment.content_type)
    as_attachment = attachment.content_type not in SHOWN or purpose == "save" or "save" in request.GET
    response["Content-Disposition"] = content_disposition_header(as_attachment, attachment.name) or "attachment"
    response["Content-Length"] = str(attachment.size)
    response["Cache-Control"] = "private, no-store"
    # Whatever the content, a browser must neither guess its type nor run anything in it.
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = FILE_POLICY
    # Django types the two kinds of answer apart; to whoever calls a view they are one.
    return cast(HttpResponse, response)
