"""How much customers were contacted of late, within an actor's reach; counted anew every night."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import QuerySet

from keyuan.contact.models import ContactBudget
from keyuan.customers.selectors.scope import lent_rows
from keyuan.kernel.actor import Actor


def budget_sources(actor: Actor, *, now: datetime) -> Sequence[QuerySet[ContactBudget]]:
    """Return the rows of the list: of customers served in scope, then of those lent to the post."""
    return lent_rows(ContactBudget.objects.all(), actor, now=now)
