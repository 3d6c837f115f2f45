"""What policies say to allocation and hand-over: grades of what is held, and the policies a leaver serves."""

from django.utils.translation import gettext_lazy as _

from keyuan.customers.extensions import GradeSource, HandoverPart, grade_sources, handover_parts
from keyuan.policies.selectors.grades import grades_of
from keyuan.policies.services import handing_over


def register() -> None:
    """Fill the registries of customers."""
    grade_sources.add(GradeSource("policies", grades_of))
    handover_parts.add(
        HandoverPart(
            "policies", _("Policies served"), "file-text", handing_over.held, handing_over.count, handing_over.move, 20
        )
    )
