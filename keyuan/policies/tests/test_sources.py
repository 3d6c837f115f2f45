"""Who keeps a policy: mirrored ones are read here and changed there, unless their book was handed over (POL-7)."""

import pytest

from keyuan.kernel.actor import system_actor
from keyuan.kernel.errors import Forbidden, Refused
from keyuan.organisation.testing import NOW, make_actor
from keyuan.policies.models import Policy, SourceSystem
from keyuan.policies.selectors.sources import Keeper, keeper_of, keepers
from keyuan.policies.services.recording import editable_policy
from keyuan.policies.services.sources import set_source
from keyuan.products.models import Product

pytestmark = pytest.mark.django_db
OPERATOR = system_actor("operator")


@pytest.fixture
def mirrored():
    product = Product.objects.create(code="L1", name="终身寿险", kind="LIFE")
    return Policy.objects.create(
        product=product, kind="LIFE", policy_no="P1", source="core", source_name="core_life", created_at=NOW,
        updated_at=NOW,
    )  # fmt: skip


def say(**more):
    said = {"name": "core_life", "label": "核心业务系统", "owns_policies": True, "note": "提交保全申请"} | more
    return set_source(actor=OPERATOR, now=NOW, **said)


def test_a_source_of_which_nothing_was_said_keeps_its_policies(mirrored):
    assert keeper_of(mirrored) == Keeper("core_life", True, "")


def test_the_service_refuses_by_the_name_of_the_keeper(mirrored):
    from django.db import transaction

    say()

    with transaction.atomic(), pytest.raises(Refused) as refusal:
        editable_policy(OPERATOR, mirrored.pk, version=None, now=NOW)

    assert (refusal.value.code, refusal.value.params["system"]) == ("policy.mirrored", "核心业务系统")


def test_a_book_that_was_handed_over_is_changed_here(mirrored):
    from django.db import transaction

    say(owns_policies=False)

    with transaction.atomic():
        found = editable_policy(OPERATOR, mirrored.pk, version=None, now=NOW)

    assert (found.pk, keeper_of(found)) == (mirrored.pk, None)


def test_our_own_policies_have_no_other_keeper(mirrored, django_assert_num_queries):
    mirrored.source = "local"

    with django_assert_num_queries(0):
        assert keeper_of(mirrored) is None


def test_saying_it_twice_keeps_one_row():
    say()
    say(label="新核心")

    assert list(SourceSystem.objects.values_list("name", "label")) == [("core_life", "新核心")]
    assert keepers(["core_life"])["core_life"].note == "提交保全申请"


def test_only_those_who_change_settings_may_say_it():
    with pytest.raises(Forbidden):
        set_source(actor=make_actor("agent"), name="core_life", label="x", owns_policies=False, note="", now=NOW)

    assert not SourceSystem.objects.exists()
