"""What the pages and lists of batches have in common, for premiums collected and refunds paid (POL-3)."""

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Conflict, Refused
from keyuan.platform import clock
from keyuan.platform.http import StaffRequest
from keyuan.platform.lists import ChoiceFilter, Column, Sort, Status, View, choices_of
from keyuan.platform.toasts import toast
from keyuan.platform.wording import say
from keyuan.policies.models.bank import BankBatch
from keyuan.policies.views.cells import WholePageList

States = Mapping[str, tuple[str, Any]]


class BatchAct(Protocol):
    """A step of a batch: releasing or cancelling."""

    def __call__(self, *, actor: Actor, batch_id: int, version: int, now: Any) -> Any:
        """Take it."""


def typed_version(request: StaffRequest) -> int:
    """Return the version that the form was made of; 0 for anything that is none."""
    typed = request.POST.get("version", "")
    return int(typed) if typed.isdecimal() and len(typed) < 9 else 0


def act_on_batch(request: StaffRequest, batch_id: int, act: BatchAct, *, done: str, back: str) -> HttpResponse:
    """Take a step of a batch within reach and go ``back`` with a word about it."""
    try:
        act(actor=request.actor, batch_id=batch_id, version=typed_version(request), now=clock.now())
    except (Refused, Conflict) as error:
        toast(request, say(error), failed=True)
    else:
        toast(request, done)
    return HttpResponseRedirect(back)


def hand_out(
    request: StaffRequest, batch_id: int, make: Callable[..., tuple[str, bytes]], *, back: str
) -> HttpResponse:
    """Answer the file for the bank, which no cache may keep; a refusal is said on the page ``back``."""
    try:
        name, content = make(actor=request.actor, batch_id=batch_id, version=typed_version(request), now=clock.now())
    except (Refused, Conflict) as error:
        toast(request, say(error), failed=True)
        return HttpResponseRedirect(back)
    response = HttpResponse(content, content_type="application/octet-stream")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response


def content_of(upload: "UploadedFile[Any]", *, most_bytes: int, most_lines: int) -> bytes:
    """Return what was uploaded. Raises `Refused` debit.too_long (field ``file``) for more than a batch can answer."""
    if (upload.size or 0) > most_bytes:
        raise Refused("debit.too_long", field="file", most=most_lines)
    content: bytes = upload.read()
    return content


def may_do(batch: BankBatch, actor: Actor, *, releases: bool, acts: bool) -> dict[str, bool]:
    """Return what the actor, who ``releases`` or ``acts`` by right, may do with a batch in its state."""
    state, own = batch.state, batch.made_by_id == actor.id
    return {
        "may_release": state == "DRAFT" and releases and not own,
        "is_own": state == "DRAFT" and own,
        "may_fetch": state in ("RELEASED", "SENT") and acts,
        "may_answer": state in ("SENT", "DONE") and acts,
        "may_cancel": state in ("DRAFT", "RELEASED") and acts,
    }


def state_column(states: States, **more: Any) -> Column:
    """Return the column of the state, in the tone and word of ``states``."""

    def value(row: Any, _extras: Any) -> Status:
        tone, word = states[row.state]
        return Status(word, tone)

    return Column(key="state", label=_("State"), value=value, kind="status", phone=True, **more)


def state_filter(states: States) -> ChoiceFilter:
    """Return the filter by state."""
    return ChoiceFilter(
        key="state", label=_("State"), field="state", primary=True, dense=True,
        choices=choices_of({state: word for state, (_tone, word) in states.items()}),
    )  # fmt: skip


def batch_columns(states: States, *, day: Column, lines: Any, paid: Any) -> tuple[Column, ...]:
    """Return the columns of a list of batches: the bank's ``day``, the words for ``lines`` and what is ``paid``."""
    return (
        Column(key="number", label=pgettext_lazy("direct debit", "Batch"), value="batch_no", width=150, first=True),
        state_column(states, width=120),
        day,
        Column(key="lines", label=lines, value="lines_count", kind="number", width=90),
        Column(key="amount", label=_("Amount (yuan)"), value="amount", kind="money", width=130, phone=True),
        Column(key="paid", label=paid, value="paid_amount", kind="money", width=130),
        Column(key="maker", label=_("Made by"), value="made_by_name", width=100, low_priority=True),
        Column(
            key="releaser", label=pgettext_lazy("direct debit", "Released by"), value="released_by_name", width=100,
            low_priority=True,
        ),
        Column(key="made", label=_("Made"), value="created_at", kind="moment", width=150, sort="made"),
    )  # fmt: skip


class BatchList(WholePageList):
    """Batches, the newest first."""

    noun = _("batches")
    sorts = (Sort(key="made", label=_("Made"), field="created_at", descending=True),)
    default_sort = "-made"
    views = (
        View(key="all", label=_("All batches")),
        View(key="release", label=_("Waits for release"), query="state=DRAFT"),
        View(key="bank", label=_("At the bank"), query="state=SENT"),
    )
