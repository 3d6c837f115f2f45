"""Who asks about a customer waits for whoever asked before: one row each is locked until the transaction ends."""

from collections.abc import Iterable

from keyuan.contact.models import ContactBudget


def lock_budgets(customer_ids: Iterable[int]) -> None:
    """Lock the budgets of these customers, in the order of their ids, inside the caller's transaction.

    On SQLite the transaction itself excludes every other writer; the rows are made all the same.
    """
    ids = sorted(set(customer_ids))
    found = set(_locked(ids))
    missing = [pk for pk in ids if pk not in found]
    if missing:
        ContactBudget.objects.bulk_create([ContactBudget(customer_id=pk) for pk in missing], ignore_conflicts=True)
        _locked(missing)


def _locked(ids: list[int]) -> list[int]:
    rows = ContactBudget.objects.filter(pk__in=ids).order_by("pk").select_for_update(of=("self",))
    return list(rows.values_list("pk", flat=True))
