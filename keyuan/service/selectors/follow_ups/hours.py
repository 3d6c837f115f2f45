"""From when on follow-ups may be called: quiet hours by purpose and place, and what was agreed (SRV-8, MKT-9)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from keyuan.contact.selectors.hours import Hours, hours_in_force
from keyuan.organisation.models import LEVEL_COLUMNS
from keyuan.service.models import FollowUp, FollowUpPlan
from keyuan.service.rules.follow_ups import plans
from keyuan.service.rules.follow_ups.results import is_expected
from keyuan.service.rules.follow_ups.ways import PHONE

SURVEY, SERVICE, NOTICE = (
    plans.purpose_of(plans.VISIT, plans.DORMANT),
    plans.purpose_of(plans.VISIT, plans.SURRENDER_ATTEMPT),
    plans.purpose_of(plans.CALLBACK, plans.RECEIPT),
)


@dataclass(frozen=True, slots=True)
class CallHours:
    """Hours of calling, read once for any number of follow-ups; ``triggers`` are those of the plans by their key."""

    hours: Hours
    triggers: Mapping[int, str]

    def open_from(self, row: FollowUp, at: datetime) -> datetime:
        """Return the first moment from ``at`` on at which this customer may be called."""
        if is_expected(row.status, row.next_at, at):
            return at
        purpose = plans.purpose_of(row.kind, self.triggers.get(row.plan_id, ""))
        units = [unit for column in LEVEL_COLUMNS if (unit := getattr(row, column))]
        return self.hours.open_from(purpose=purpose, channel=PHONE, units=units, at=at)

    def call_from(self, row: FollowUp, now: datetime) -> datetime:
        """Return from when on a follow-up can be called, as lists say it: when it is due, after quiet hours."""
        due = max(row.next_at, now)
        opens = self.open_from(row, due)
        return opens if opens > due else row.next_at

    def general_from(self, at: datetime) -> datetime:
        """Return the first moment from ``at`` on at which anybody may be called, whatever for."""
        return min(self._everywhere(purpose, at) for purpose in (NOTICE, SERVICE, SURVEY))

    def _everywhere(self, purpose: str, at: datetime) -> datetime:
        return self.hours.open_from(purpose=purpose, channel=PHONE, units=(), at=at)

    def closed_q(self, at: datetime) -> Q:
        """Return the condition of the rows that quiet hours of the whole company keep from being called at ``at``.

        Whoever takes the next one passes them over in the database, however many stand in front.
        """
        of_surrender = [key for key, trigger in self.triggers.items() if trigger == plans.SURRENDER_ATTEMPT]
        parts = {
            NOTICE: ~Q(kind=plans.VISIT),
            SERVICE: Q(kind=plans.VISIT, plan_id__in=of_surrender),
            SURVEY: Q(kind=plans.VISIT) & ~Q(plan_id__in=of_surrender),
        }
        found = Q(pk__in=())
        for purpose, part in parts.items():
            if self._everywhere(purpose, at) > at:
                found |= part
        return found


def call_hours() -> CallHours:
    """Return the hours of calling in force, in three small queries."""
    return CallHours(hours_in_force(), dict(FollowUpPlan.objects.values_list("pk", "trigger")))
