"""``keyuan connectors``: rehearsal from a sample to a reconciled book (PLT-14)."""

import pytest
from django.core.management import call_command

from keyuan.integrations.models import Connector, Delivery
from keyuan.integrations.tests.world import policy, run
from keyuan.kernel.errors import NotFound, Refused
from keyuan.policies.models import Policy

pytestmark = pytest.mark.django_db


@pytest.fixture
def book(core, connector):
    core.deliver(1, policy(1), policy(2, premium="2000.00"))
    run(connector)


def ended(*arguments):
    """Return the exit status of the command."""
    try:
        call_command("connectors", *arguments)
    except SystemExit as end:
        return end.code
    return 0


def test_a_rehearsal_from_sample_to_book(book, capsys):
    assert ended("sample", "--rows", "5", "--unit", "T-0") == 0
    assert ended("run", "sample") == 0

    found = Delivery.objects.get(connector__key="sample")
    assert (found.state, found.rows_claimed, found.created) == ("loaded", 5, 5)
    assert Policy.objects.filter(source_name="sample").count() == 5
    assert "SAMPLE-000001: loaded, rows 5, created 5" in capsys.readouterr().out


def test_a_second_sample_changes_what_the_first_brought(book):
    ended("sample", "--rows", "5", "--unit", "T-0")
    ended("run", "sample")

    ended("sample", "--rows", "5", "--extra", "100")
    ended("run", "sample")

    found = Delivery.objects.get(connector__key="sample", sequence=2)
    assert (found.created, found.updated) == (0, 5)


def test_the_status_says_what_needs_a_person(book, core, connector, capsys):
    assert ended("status") == 0
    core.deliver(2, policy(1), entry={"totals": {"期交保费": 1}})

    assert ended("run", "core") == 3
    assert ended("status") == 3

    assert "in quarantine 1" in capsys.readouterr().out


def test_a_connector_that_cannot_work_says_why(book, connector, capsys):
    Connector.objects.update(config={"folder": "nothing"})

    assert ended("run", "core") == 1

    assert "交换目录" in capsys.readouterr().err


def test_wrong_words_are_refused(book):
    with pytest.raises(NotFound):
        call_command("connectors", "run", "unknown")
    with pytest.raises(Refused):
        call_command("connectors", "sample")
    Connector.objects.update(is_active=False)
    with pytest.raises(Refused):
        call_command("connectors", "run", "core")


def test_an_empty_book_gives_no_sample(connector, db):
    with pytest.raises(Refused) as refusal:
        call_command("connectors", "sample", "--unit", "T-0")

    assert refusal.value.code == "connector.nothing_to_sample"
