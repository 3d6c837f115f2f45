"""Whatever a program sends, the answer is one that the document promises, and never a 500 (PLT-14)."""

import logging
import os
from typing import Any

import pytest
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from schemathesis.core.failures import FailureGroup

from keyuan.api.testing import Program
from keyuan.api.tests.fuzz import CASES, MODES, USUAL_CASES, operations, probe
from keyuan.customers.models import Relation, Task
from keyuan.customers.services.batch_query import ask_batch
from keyuan.customers.services.households import create_household
from keyuan.customers.testing import NOW, entering, make_customer
from keyuan.organisation.models import Role
from keyuan.organisation.services.provision import write_powers
from keyuan.organisation.testing import make_actor, small_tree
from keyuan.platform.catalogue import catalogue

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.sqlite_only("half the time goes into making requests up; PostgreSQL's turn is the long run"),
]


@pytest.fixture
def quiet() -> Any:
    """Thousands of log lines would hide the one that matters; connections stay open between requests in one process."""
    logging.disable(logging.CRITICAL)
    request_started.disconnect(close_old_connections)
    request_finished.disconnect(close_old_connections)
    yield
    request_started.connect(close_old_connections)
    request_finished.connect(close_old_connections)
    logging.disable(logging.NOTSET)


@pytest.fixture
def program() -> Program:
    """A client that may do everything in its branch: what it is refused is refused for what it says."""
    made = Program("customer_resource_manager", unit=small_tree().east)
    role = Role.objects.get(code="customer_resource_manager")
    write_powers(role, {permission.key for permission in catalogue}, {})
    role.version += 1
    role.save()
    return made


def records(program: Program) -> dict[str, int]:
    """Something behind each parameter of an address."""
    agent = make_actor("agent")
    first = make_customer(agent, "张晓明", phone="13800138000", identity_number="11010519491231002X")
    second = make_customer(agent, "李思")
    relation = Relation.objects.create(customer=first, other=second, kind="01", created_at=NOW)
    household = create_household(actor=entering(agent), head_id=first.pk, now=NOW)
    task = Task.objects.create(customer=first, kind="CALL", title="回访", due_at=NOW, created_at=NOW)
    batch = ask_batch(actor=program.actor, name="", lines=["张三"], now=NOW)
    return {
        "customer_id": first.pk,
        "contact_id": first.contact_points.get().pk,
        "relation_id": relation.pk,
        "household_id": household.pk,
        "member_id": first.household_places.get().pk,
        "task_id": task.pk,
        "query_id": batch.pk,
    }


def test_every_answer_is_one_that_the_document_promises(quiet, program):
    found = list(operations())
    each = max(2, int(os.environ.get(CASES, USUAL_CASES)) // (len(found) * len(MODES)))
    ids = records(program)

    wrong = []

    for operation in found:
        for mode in MODES:
            try:
                probe(operation, mode, key=program.key, ids=ids, cases=each)
            except FailureGroup as failure:
                wrong.append(f"{operation.label} {mode}: {failure}")

    assert not wrong, "\n\n".join(wrong)
