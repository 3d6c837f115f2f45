"""Row scope as a filter: equality on the column of the post's own level (decision 2)."""

from django.db.models import Q

from keyuan.kernel.actor import Actor, Reach, Scope

#: Matches nothing; the database sees it at planning time.
NOTHING = Q(pk__in=())


def scope_q(scope: Scope, prefix: str = "") -> Q:
    """Return the filter for rows that carry the level columns, optionally behind ``prefix`` such as ``summary__``."""
    if scope.reach is Reach.ALL:
        return Q()
    if scope.reach is Reach.SELF:
        return Q(**{f"{prefix}servicing_agent_id": scope.agent_id}) if scope.agent_id else NOTHING
    if scope.unit_id is None:
        return NOTHING
    within = Q(**{f"{prefix}{scope.unit_level}_id": scope.unit_id})
    if scope.unit_level == "head_office":
        within = Q()
    if scope.reach is Reach.CHANNEL:
        return within & Q(**{f"{prefix}sales_channel": scope.sales_channel})
    return within


def in_scope(actor: Actor, prefix: str = "") -> Q:
    """Return `scope_q` of the actor's scope."""
    return scope_q(actor.scope, prefix)
