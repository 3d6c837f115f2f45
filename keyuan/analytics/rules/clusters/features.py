"""What a customer's need for protection is judged by: stage of life and cover in force (ANA-4).

Whole numbers throughout: ages in years, sums insured and premiums in yuan. NULL means unknown. Sex is left out: a
group that stands for women or men would decide by it.
"""

from datetime import date

import ibis
import ibis.expr.types as ir
from ibis import _

from keyuan.analytics.rules.features.behaviour import CNY, IN_FORCE
from keyuan.analytics.rules.value.assumptions import Assumptions
from keyuan.analytics.rules.value.scoring import scores

PERSON, MARRIED = "P", "20"
FEN = 100
YEAR = 365.25
#: Need → kinds of product that meet it.
COVERS = {
    "life": ("LIFE", "ENDOWMENT"),
    "illness": ("CRITICAL_ILLNESS",),
    "medical": ("MEDICAL",),
    "accident": ("ACCIDENT",),
    "pension": ("ANNUITY",),
    "motor": ("MOTOR",),
}


def protection(customers: ir.Table, policies: ir.Table, *, as_of: date) -> ir.Table:
    """One row for each person of the book: age, whether married, cover of each kind, premium (ANA-4)."""
    people = customers.filter(_.kind == PERSON)
    people = people.mutate(
        age=(ibis.literal(as_of).delta(people.birth_on, unit="day") / YEAR).floor().cast("int64"),
        married=ibis.ifelse(people.marriage == "", None, (people.marriage == MARRIED).cast("int64")),
    ).select("customer_id", "age", "married")
    joined = people.left_join(_cover(policies), "customer_id").drop("customer_id_right")
    return joined.mutate(**{name: joined[name].fill_null(0) for name in (*COVERS, "premium")})


def _cover(policies: ir.Table) -> ir.Table:
    """Sums insured in yuan by need, and the yearly premium, of contracts in force in CNY."""
    held = policies.filter(_.status == IN_FORCE, _.currency == CNY)
    sums = {
        # A contract without a sum still is cover: it counts with one yuan.
        need: (ibis.greatest(held.sum_insured.fill_null(0) // FEN, 1)).sum(where=held.product_kind.isin(kinds))
        for need, kinds in COVERS.items()
    }
    return held.group_by("customer_id").aggregate(**sums, premium=(held.annual_premium.fill_null(0) // FEN).sum())


def scores_with_clusters(
    behaviour: ir.Table, lifetime: ir.Table, clusters: ir.Table, *, as_of: date, terms: Assumptions
) -> ir.Table:
    """The scores as they are written back, each with the group of its customer; empty where there is none."""
    made = scores(behaviour, lifetime, as_of=as_of, terms=terms)
    joined = made.left_join(clusters.select("customer_id", "cluster"), "customer_id").drop("customer_id_right")
    return joined.mutate(cluster=joined.cluster.fill_null(""))
