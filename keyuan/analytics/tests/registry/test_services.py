"""Versions of models and objections: each once, refused where they must be (ANA-11; PIPL 24)."""

from datetime import date, timedelta

import pytest

from keyuan.analytics.extensions import Automated, automated
from keyuan.analytics.models import AutomationObjection, ModelCard
from keyuan.analytics.selectors.objections import objecting_among, objecting_ids, objects
from keyuan.analytics.selectors.registry import challenger, champion
from keyuan.analytics.services.objections.noting import Said, note_objection, withdraw_objection
from keyuan.analytics.services.objections.privacy import collect, erase
from keyuan.analytics.services.registry import folder_of, record_version
from keyuan.customers.testing import make_customer
from keyuan.kernel.actor import system_actor
from keyuan.kernel.errors import Forbidden, NotFound, Refused
from keyuan.organisation.testing import make_actor, small_tree
from keyuan.platform import clock

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 1)


def recorded(settings, number=1, **more):
    """Record version ``number`` of a model."""
    facts = {
        "actor": system_actor("night run"), "key": "churn.life.12", "data_date": TODAY + timedelta(days=number),
        "features": ["age"], "metrics": {"auc": 0.7}, "protocol": {"seed": 1},
        "folder": settings.VAR_DIR / "models" / f"churn-{number}", "at": clock.now(),
    }  # fmt: skip
    return record_version(**facts | more)


def test_the_first_version_scores_and_later_ones_are_compared_with_it(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    versions = [recorded(settings, number) for number in (1, 2, 3)]
    again = recorded(settings, 3)

    for version in versions:
        version.refresh_from_db()
    assert [(one.number, one.status) for one in versions] == [(1, "CHAMPION"), (2, "CANDIDATE"), (3, "CHALLENGER")]
    assert again == versions[2]
    assert (champion("churn.life.12"), challenger("churn.life.12")) == (versions[0], versions[2])
    assert (champion("offers.LIFE"), challenger("offers.LIFE")) == (None, None)
    assert versions[0].features == [{"name": "age"}]
    assert folder_of(versions[0]) == tmp_path / "models" / "churn-1"
    assert ModelCard.objects.get().key == "churn.life.12"


def test_a_version_needs_the_right_and_a_folder_of_ours(settings, tmp_path):
    settings.VAR_DIR = tmp_path / "var"

    with pytest.raises(Refused) as outside:
        recorded(settings, folder=tmp_path / "elsewhere")
    with pytest.raises(Forbidden):
        recorded(settings, actor=make_actor("management"))

    assert outside.value.code == "model.folder"


@pytest.fixture
def dropped(monkeypatch):
    """A part that judges customers by program, which remembers whom it dropped."""
    gone = []

    def drop(ids):
        gone.extend(ids)
        return len(ids)

    monkeypatch.setattr(automated, "_items", {"test": Automated("test", lambda customer_id: [], drop)})
    return gone


def test_an_objection_drops_what_is_stored_once_and_is_taken_back(dropped):
    agent = make_actor("agent")
    customer, other = make_customer(agent, "周国栋"), make_customer(agent, "许静")
    said, now = Said(clock.today(), "PHONE", "不要自动判断"), clock.now()

    first = [note_objection(actor=agent, customer_id=customer.pk, said=said, now=now) for _time in range(2)]

    assert (first[0], dropped) == (first[1], [customer.pk])
    assert objecting_ids() == objecting_among([customer.pk, other.pk]) == {customer.pk}
    assert (objects(customer.pk), objects(other.pk)) == (True, False)
    before = Said(said.on - timedelta(days=1), "PHONE", "改变主意")
    with pytest.raises(Refused) as early:
        withdraw_objection(actor=agent, customer_id=customer.pk, said=before, now=now)
    withdraw_objection(actor=agent, customer_id=customer.pk, said=said, now=now)
    with pytest.raises(Refused) as twice:
        withdraw_objection(actor=agent, customer_id=customer.pk, said=said, now=now)
    note_objection(actor=agent, customer_id=customer.pk, said=said, now=now)
    assert (early.value.code, twice.value.code) == ("objection.before", "objection.none")
    assert AutomationObjection.objects.filter(customer=customer).count() == 2


@pytest.mark.parametrize(
    "change, code",
    [({"channel": "RUMOUR"}, "objection.channel"), ({"on": clock.today() + timedelta(days=2)}, "objection.future")],
)
def test_what_cannot_have_been_said_is_refused(change, code):
    agent = make_actor("agent")
    customer = make_customer(agent, "周国栋")
    said = Said(**{"on": clock.today(), "channel": "PHONE", **change})

    with pytest.raises(Refused) as refused:
        note_objection(actor=agent, customer_id=customer.pk, said=said, now=clock.now())

    assert refused.value.code == code


def test_strangers_organisations_and_posts_without_the_right_are_refused():
    agent = make_actor("agent")
    customer, firm = make_customer(agent, "周国栋"), make_customer(agent, "德清机械", kind="O")
    said = Said(clock.today(), "PHONE")
    cases = (
        (make_actor("agent", unit=small_tree().west), customer, NotFound),
        (make_actor("analyst"), customer, Forbidden),
        (agent, firm, Refused),
    )

    for actor, whom, error in cases:
        with pytest.raises(error):
            note_objection(actor=actor, customer_id=whom.pk, said=said, now=clock.now())
    assert not objecting_ids()


def test_objections_are_in_the_copy_of_data_and_go_with_the_person(dropped):
    agent = make_actor("agent")
    customer = make_customer(agent, "周国栋")
    said, now = Said(clock.today(), "COUNTER", "书面"), clock.now()
    note_objection(actor=agent, customer_id=customer.pk, said=said, now=now)

    table = collect(customer.pk)["automation_objections"]
    partly, whole = erase(customer.pk, False, now), erase(customer.pk, True, now)

    assert [(row["channel"], row["words"]) for row in table] == [("COUNTER", "书面")]
    assert (partly["automation_objection"], whole["automation_objection"]) == (0, 1)
