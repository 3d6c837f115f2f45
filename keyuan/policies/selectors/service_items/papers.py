"""Which papers a request takes, which are there, and what is missing (POL-5)."""

from keyuan.platform.models.attachment import Attachment
from keyuan.policies.models import Policy, ServiceRequest
from keyuan.policies.rules.contract import DEATH_KINDS
from keyuan.policies.rules.service_items.catalogue import consents_for, papers_for
from keyuan.policies.selectors.service_items import consents_of, item_of
from keyuan.policies.selectors.service_items.facts import insured_of
from keyuan.policies.selectors.service_items.labels import PAPERS

KIND = "service_request"
CONSENT = "CONSENT_"


def papers_of(request: ServiceRequest) -> list[tuple[str, bool]]:
    """Return the papers that the request takes, each with whether it is there."""
    files = Attachment.objects.filter(subject_kind=KIND, subject_id=request.pk)
    there = set(files.values_list("kind", flat=True))
    wanted = papers_for(
        item_of(request), by_proxy=bool(request.proxy_name), ground=str(request.asked.get("ground", "")),
        at_home=request.face == "PORTAL",
    )  # fmt: skip
    return [(paper, paper in there) for paper in wanted]


def wanted_consents(request: ServiceRequest, policy: Policy) -> tuple[str, ...]:
    """Return whose agreement the request takes."""
    insured = {row.customer_id for row in insured_of(policy)} - {None}
    same = not insured or insured == {policy.holder_id}
    return consents_for(
        item_of(request), applicant=request.applicant_role, pays_on_death=policy.kind in DEATH_KINDS,
        holder_is_insured=same,
    )  # fmt: skip


def missing_of(request: ServiceRequest, policy: Policy) -> list[str]:
    """Return what is missing before the request can be reviewed: papers, and agreements as CONSENT_<party>."""
    papers = [paper for paper, there in papers_of(request) if not there]
    given = consents_of(request)
    return [*papers, *(f"{CONSENT}{party}" for party in wanted_consents(request, policy) if party not in given)]


def known_paper(kind: str) -> str:
    """Return the kind of a file: one of the papers, else OTHER."""
    return kind if kind in PAPERS else "OTHER"
