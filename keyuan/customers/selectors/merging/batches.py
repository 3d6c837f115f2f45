"""What a batch would merge, and what it left out (CUS-8)."""

from django.db.models import Count

from keyuan.customers.models import Merge, MergeBatch

SHOWN = 20


def sample_of(batch: MergeBatch) -> list[Merge]:
    """Return some merges of a batch, spread over its plan."""
    rows = Merge.objects.filter(batch=batch).select_related("loser", "pair")
    return list(rows.order_by("status", "position", "pk")[:SHOWN])


def skipped_reasons(batch: MergeBatch) -> list[tuple[str, int]]:
    """Return why merges of a batch were left out, and how many."""
    rows = Merge.objects.filter(batch=batch).exclude(skipped_because="").order_by()
    return list(rows.values_list("skipped_because").annotate(rows=Count("pk")).order_by("skipped_because"))
