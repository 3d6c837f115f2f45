"""The step that counts what became of offers, beside those who were chosen alike and shown to nobody (ANA-7)."""

from datetime import timedelta

from keyuan.analytics.extensions import Done
from keyuan.analytics.models import OfferSpell, OfferUptake
from keyuan.analytics.selectors.terms import OFFERS
from keyuan.analytics.services.night.cells import UNITS, keep
from keyuan.analytics.services.night.work import Night
from keyuan.platform.mart import Extract
from keyuan.policies.models import Proposal

#: Offers that began within a year count, once the time for a purchase is over.
SPAN_DAYS = 365
SPELLS, PROPOSALS = "counted_spells", "proposals_made"
NAMES = ("unit_id", "family", "is_shown", "offered", "proposed", "bought")
_EACH = """
SELECT {unit} AS unit_id, s.family, s.is_shown, count(*) AS offered,
       count(*) FILTER (EXISTS (SELECT 1 FROM {proposals} p WHERE p.customer_id = s.customer_id
           AND p.family = s.family AND p.made_on BETWEEN s.begun_on AND s.begun_on + {days})) AS proposed,
       count(*) FILTER (EXISTS (SELECT 1 FROM policies q WHERE q.customer_id = s.customer_id
           AND q.product_kind = s.family AND q.previous_policy_id IS NULL
           AND q.issued_on BETWEEN s.begun_on AND s.begun_on + {days})) AS bought
FROM (SELECT customer_id, family, min(begun_on) AS begun_on, arg_min(is_shown, begun_on) AS is_shown
      FROM {spells} GROUP BY customer_id, family) s JOIN customers USING (customer_id)
WHERE {unit} IS NOT NULL GROUP BY ALL
"""


def count_uptake(night: Night) -> Done:
    """Keep, for each unit and family, how many were offered, had a proposal, and bought in time."""
    days = OFFERS.in_force()[0].counted_days
    last = night.day - timedelta(days=days)
    begun = OfferSpell.objects.filter(begun_on__gt=last - timedelta(days=SPAN_DAYS), begun_on__lte=last)
    own = {name: name for name in ("customer_id", "family", "is_shown", "begun_on")}
    night.copied(Extract(SPELLS, begun.all, own))
    made = Proposal.objects.filter(created_at__gte=night.now - timedelta(days=SPAN_DAYS + 2 * days))
    columns = {"customer_id": "customer_id", "family": "product__kind", "created_at": "created_at"}
    night.copied(Extract(PROPOSALS, made.all, columns))
    proposals = f"(SELECT customer_id, family, created_at::DATE AS made_on FROM {PROPOSALS})"  # noqa: S608 - names of our own
    parts = [_EACH.format(unit=unit, spells=SPELLS, proposals=proposals, days=days) for unit in UNITS]
    return keep(night, OfferUptake, NAMES, " UNION ALL ".join(f"({part})" for part in parts), ("policies", "customers"))
