"""What the people of the desk traffic work on, and taking back what they wrote.

    python -m benchmarks.inside.desk plan
    python -m benchmarks.inside.desk marks
    python -m benchmarks.inside.desk undo INTERACTION TASK

``marks`` are the ids above which everything in these tables was written by the benchmark; ``undo`` deletes it and
brings the customers' summaries back.
"""

import random
import sys
from typing import Any

from django.db import transaction
from django.db.models import Max

from benchmarks.inside.django_ready import answer
from benchmarks.inside.people import visitor
from benchmarks.inside.searches import FORMS, names
from keyuan.customers.models import CustomerSummary, Interaction, Task
from keyuan.customers.permissions import INTERACT
from keyuan.customers.services.summary import count_open_items, refresh
from keyuan.platform import clock

#: Demo people at work, and how many sessions each has; one session is one desk.
DESKS = {
    "10482": 8,  # agent
    "10015": 2,  # telesales
    "10011": 4,  # contact centre
    "10013": 3,  # policy service
    "10014": 2,  # claims
    "10006": 3,  # customer resources of a branch
    "10009": 1,  # director, the whole book
    "10001": 1,  # management, the whole book
}
OWN, TYPED = 60, 40
TYPED_FORMS = ("substring", "whole name", "pinyin", "initials", "phone's end")


def plan() -> dict[str, Any]:
    """Return for each person what they may open and type."""
    people: dict[str, Any] = {}
    everybody = names(TYPED)
    for staff_no, sessions in DESKS.items():
        person, dice = visitor(staff_no, staff_no, OWN), random.Random(staff_no)
        own = CustomerSummary.objects.filter(pk__in=person.ids.get("customer_id", []), kind="P")
        mine = [name for name in own.values_list("name", flat=True) if 2 <= len(name) <= 3 and not name.isascii()]
        known = (mine or everybody) * 2 + everybody[: TYPED // 4]
        people[staff_no] = {
            "sessions": sessions,
            "writes": person.actor.may(INTERACT),
            "typed": [FORMS[dice.choice(TYPED_FORMS)](dice.choice(known)) for _ in range(TYPED)],
            **{key: person.ids.get(f"{key}_id", []) for key in ("customer", "policy", "claim")},
        }
    return people


def marks() -> dict[str, int]:
    """Return the largest ids there are."""
    rows = {"interaction": Interaction, "task": Task}
    return {name: model._default_manager.aggregate(last=Max("pk"))["last"] or 0 for name, model in rows.items()}


def undo(interaction: int, task: int) -> dict[str, int]:
    """Delete what was written above the marks and refresh the customers it was about."""
    contacts, tasks = Interaction.objects.filter(pk__gt=interaction), Task.objects.filter(pk__gt=task)
    touched = {*contacts.values_list("customer_id", flat=True), *tasks.values_list("customer_id", flat=True)}
    counts = {"interactions": contacts.count(), "tasks": tasks.count(), "customers": len(touched)}
    with transaction.atomic():
        contacts.delete()
        tasks.delete()
        refresh(sorted(touched), clock.now())
        for pk in touched:
            count_open_items(pk)
    return counts


if __name__ == "__main__":
    if sys.argv[1] == "plan":
        answer(plan())
    elif sys.argv[1] == "marks":
        answer(marks())
    else:
        answer(undo(int(sys.argv[2]), int(sys.argv[3])))
