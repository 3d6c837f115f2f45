"""Web chat for programs: reading conversations and their lines, answering as the desk (SRV-5)."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from keyuan.api.kit.caller import ApiRequest
from keyuan.api.kit.paging import Page, parameters_of, read_list
from keyuan.api.kit.resource import In, Out, Resource, RowId
from keyuan.platform import clock
from keyuan.platform.lists import lists
from keyuan.service import permissions
from keyuan.service.models import Chat, ChatMessage
from keyuan.service.selectors.chat.chats import access_chat, last_lines, lines_after
from keyuan.service.services.chat import talking

router = Resource("Web chat")
CHATS = lists["chats"]
COLUMNS = (
    "id", "number", "status", "visitor_name", "language", "customer_id", "verified_at", "desk_id", "owner_name",
    "started_at", "answered_at", "ended_at", "ended_by", "last_seq", "rating", "order_id", "version",
)  # fmt: skip


class ChatOut(Out):
    """A conversation: `verified_at` says when the visitor proved who they are, `last_seq` how many lines there are."""

    id: int
    number: str
    status: str
    visitor_name: str
    language: str
    customer_id: int | None
    verified_at: datetime | None
    desk_id: int
    owner_name: str
    started_at: datetime
    answered_at: datetime | None
    ended_at: datetime | None
    ended_by: str
    last_seq: int
    rating: int | None
    order_id: int | None
    version: int


class ChatLineOut(Out):
    """A line of a visitor, of STAFF, among colleagues (NOTE) or of the SYSTEM, whose `code` says what happened."""

    id: int
    seq: int
    kind: str
    code: str
    text: str
    staff_name: str
    at: datetime


class ChatLines(Out):
    """Lines behind a number, oldest first, two hundred at most."""

    rows: list[ChatLineOut]


class ChatLineIn(In):
    """An answer; `key` names it, so that sent again it is one line. `is_confirmed` sends words that warn."""

    text: Annotated[str, Field(min_length=1, max_length=2000)]
    key: Annotated[str, Field(max_length=40)] = ""
    is_confirmed: bool = False


def chat_out(row: Chat) -> dict[str, Any]:
    """Return a conversation's answer."""
    return {name: row.pk if name == "id" else getattr(row, name) for name in COLUMNS}


def line_out(row: ChatMessage) -> dict[str, Any]:
    """Return a line's answer."""
    return {name: row.pk if name == "id" else getattr(row, name) for name in ChatLineOut.model_fields}


@router.get("/chats", permissions.CHAT_VIEW, Page[ChatOut], parameters=parameters_of(CHATS))
def list_chats(request: ApiRequest) -> Any:
    """List conversations in reach, newest first."""
    found = read_list(request, CHATS)
    return {"rows": [chat_out(row) for row in found.records], **found.more}


@router.get("/chats/{int:chat_id}", permissions.CHAT_VIEW, ChatOut)
def get_chat(request: ApiRequest, chat_id: RowId) -> Any:
    """Get a conversation and where it stands."""
    return chat_out(access_chat(request.actor, chat_id, now=clock.now()))


@router.get("/chats/{int:chat_id}/lines", permissions.CHAT_VIEW, ChatLines)
def list_chat_lines(request: ApiRequest, chat_id: RowId, after: int = 0) -> Any:
    """List the lines behind number `after`; without one, the last two hundred."""
    found = access_chat(request.actor, chat_id, now=clock.now())
    rows = lines_after(found.pk, after) if after > 0 else last_lines(found.pk)
    return {"rows": [line_out(row) for row in rows]}


@router.post("/chats/{int:chat_id}/lines", permissions.CHAT_SERVE, ChatLineOut, status=201)
def add_chat_line(request: ApiRequest, chat_id: RowId, body: ChatLineIn) -> Any:
    """Answer the visitor as the owner or a helper of the conversation."""
    line = talking.staff_says(
        actor=request.actor, chat_id=chat_id, text=body.text, key=body.key, now=clock.now(),
        is_confirmed=body.is_confirmed,
    )  # fmt: skip
    return line_out(line)
