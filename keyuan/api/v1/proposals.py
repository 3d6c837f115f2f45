"""Proposals: list, make, further versions, links by which the customer reads them (PRD-5)."""

from datetime import datetime
from typing import Annotated, Any

from django.urls import reverse
from pydantic import Field

from keyuan.api.kit.caller import ApiRequest
from keyuan.api.kit.fields import OneOf
from keyuan.api.kit.paging import Page, parameters_of, read_list
from keyuan.api.kit.resource import Id, In, Out, Resource, RowId
from keyuan.api.v1.applications import Amount, Term, Version
from keyuan.platform import clock
from keyuan.platform.lists import lists
from keyuan.policies import permissions
from keyuan.policies.models import Proposal, ProposalLink, ProposalVersion
from keyuan.policies.selectors.proposals import access_proposal, links_of, versions_of
from keyuan.policies.services.proposals.making import ProposalDraft, add_version, make_proposal
from keyuan.policies.services.proposals.sharing import LONGEST_DAYS, revoke, share
from keyuan.products.selectors.labels import PAY_MODES

router = Resource("Proposals")
LIST = lists["proposals"]
COLUMNS = (
    "id", "proposal_no", "customer_id", "product_id", "title", "agent_id", "made_by_name", "last_version", "read_at",
    "created_at", "updated_at",
)  # fmt: skip
VERSION = ("number", "state", "note", "document", "made_by_name", "made_at")
LINK = ("id", "expires_at", "revoked_at", "made_by_name", "made_at")
MOST_LINKS = 50


class ProposalRow(Out):
    """A proposal; `read_at` is when a link to it was opened first."""

    id: int
    proposal_no: str
    customer_id: int
    product_id: int
    title: str
    agent_id: int | None
    made_by_name: str
    last_version: int
    read_at: datetime | None
    created_at: datetime
    updated_at: datetime


class ProposalVersionOut(Out):
    """A version, which never changes; the paper is the file `file_id` once `state` is READY.

    `document` is everything that the paper says: figures in minor units, disclosures, the seller.
    """

    number: int
    state: str
    note: str
    document: dict[str, Any]
    file_id: int | None
    made_by_name: str
    made_at: datetime


class ProposalReadingOut(Out):
    """What was done by a link: OPEN, PDF (the paper was fetched), CONFIRM (of the disclosures)."""

    act: str
    at: datetime


class ProposalLinkOut(Out):
    """A link to one version and what was done by it; its address is told once."""

    id: int
    version_number: int
    expires_at: datetime
    revoked_at: datetime | None
    made_by_name: str
    made_at: datetime
    readings: list[ProposalReadingOut]


class ProposalLinkMade(ProposalLinkOut):
    """A link that was just made, with its address."""

    address: str


class ProposalOut(ProposalRow):
    """A proposal with its versions and the last 50 links, newest first."""

    version: int
    versions: list[ProposalVersionOut]
    links: list[ProposalLinkOut]


class ProposalTerms(In):
    """What is proposed; ``age`` only where no birth date is known. Promises and superlatives in a note are refused."""

    product_id: Id
    sum_insured: Amount
    cover_term: Term = ""
    pay_term: Term = ""
    pay_mode: Annotated[str, OneOf(PAY_MODES, empty=False)] = "05"
    plan: Annotated[str, Field(max_length=20)] = ""
    occupation: Annotated[str, Field(max_length=1)] = ""
    age: Annotated[int, Field(ge=0, le=120, strict=True)] | None = None
    note: Annotated[str, Field(max_length=300)] = ""


class ProposalIn(ProposalTerms):
    """A new proposal for a customer."""

    customer_id: Id


class ProposalVersionIn(ProposalTerms):
    """A further version; ``version`` is that of the proposal that was read."""

    version: Version


class ProposalLinkIn(In):
    """Which version is read, and for how many days."""

    number: Annotated[int, Field(ge=1, le=32_767, strict=True)]
    days: Annotated[int, Field(ge=1, le=LONGEST_DAYS, strict=True)] = 14


def row_out(row: Proposal) -> dict[str, Any]:
    """Return a proposal's row."""
    return {name: getattr(row, name) for name in COLUMNS}


def proposal_out(request: ApiRequest, proposal_id: int) -> dict[str, Any]:
    """Return a proposal in reach with versions, links and its own version."""
    proposal = access_proposal(request.actor, proposal_id)
    request.record_version = proposal.version
    return row_out(proposal) | {
        "version": proposal.version,
        "versions": [_version(row) for row in versions_of(proposal)],
        "links": [_link(row) for row in links_of(proposal)[:MOST_LINKS]],
    }


def _version(row: ProposalVersion) -> dict[str, Any]:
    return {name: getattr(row, name) for name in VERSION} | {"file_id": row.attachment_id}


def _link(row: ProposalLink) -> dict[str, Any]:
    readings = [{"act": reading.act, "at": reading.at} for reading in row.readings.all()]
    return {name: getattr(row, name) for name in LINK} | {"version_number": row.version.number, "readings": readings}


def _draft(body: ProposalTerms, customer_id: int) -> ProposalDraft:
    terms = {name: getattr(body, name) for name in ProposalTerms.model_fields}
    return ProposalDraft(customer_id=customer_id, **terms)


@router.get("/proposals", permissions.VIEW, Page[ProposalRow], parameters=parameters_of(LIST))
def list_proposals(request: ApiRequest) -> Any:
    """List proposals in reach, the newest first."""
    found = read_list(request, LIST)
    return {"rows": [row_out(row) for row in found.records], **found.more}


@router.get("/proposals/{int:proposal_id}", permissions.VIEW, ProposalOut, tagged=True)
def get_proposal(request: ApiRequest, proposal_id: RowId) -> Any:
    """Get a proposal with its versions, links and readings."""
    return proposal_out(request, proposal_id)


@router.post("/proposals", permissions.APPLY, ProposalOut, tagged=True)
def create_proposal(request: ApiRequest, body: ProposalIn) -> Any:
    """Make a proposal; its paper is typeset right after."""
    made = make_proposal(actor=request.actor, draft=_draft(body, body.customer_id), now=clock.now())
    return proposal_out(request, made.pk)


@router.post("/proposals/{int:proposal_id}/versions", permissions.APPLY, ProposalOut, tagged=True)
def add_proposal_version(request: ApiRequest, proposal_id: RowId, body: ProposalVersionIn) -> Any:
    """Add a version with other terms; those before stay as they were read."""
    proposal = access_proposal(request.actor, proposal_id)
    add_version(
        actor=request.actor, proposal_id=proposal.pk, draft=_draft(body, proposal.customer_id), version=body.version,
        now=clock.now(),
    )  # fmt: skip
    return proposal_out(request, proposal.pk)


@router.post("/proposals/{int:proposal_id}/links", permissions.APPLY, ProposalLinkMade)
def create_proposal_link(request: ApiRequest, proposal_id: RowId, body: ProposalLinkIn) -> Any:
    """Make a link by which the customer reads a version without sign-in; the address is told once."""
    request.never_kept = True
    link, token = share(
        actor=request.actor, proposal_id=proposal_id, number=body.number, days=body.days, now=clock.now()
    )  # fmt: skip
    return _link(link) | {"address": request.build_absolute_uri(reverse("policies:shared-proposal", args=[token]))}


@router.delete("/proposals/{int:proposal_id}/links/{int:link_id}", permissions.APPLY)
def end_proposal_link(request: ApiRequest, proposal_id: RowId, link_id: RowId) -> None:
    """End a link at once; ending it twice changes nothing."""
    revoke(actor=request.actor, proposal_id=proposal_id, link_id=link_id, now=clock.now())
