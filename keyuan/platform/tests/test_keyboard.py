"""Keys can be changed, and a conflict is refused by name (ui.md "Keyboard", PLT-17)."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from keyuan.kernel.actor import Actor, ActorKind
from keyuan.kernel.errors import Conflict, Refused
from keyuan.platform.keyboard import change_key, key_groups, keys_of

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 24, 9, 12, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture
def clerk():
    return Actor(ActorKind.STAFF, 7, "林晓岚", staff_no="10482")


def test_a_changed_key_is_this_persons_alone(clerk):
    change_key(actor=clerk, action="next", key="N", now=NOW)

    assert keys_of(clerk)["next"] == "N"
    assert keys_of(Actor(ActorKind.STAFF, 8, "杜晓峰"))["next"] == "J"


def test_a_taken_key_is_refused_and_names_who_has_it(clerk):
    with pytest.raises(Conflict) as refusal:
        change_key(actor=clerk, action="next", key="K", now=NOW)

    assert refusal.value.code == "keys.taken"
    assert refusal.value.params["key"] == "K"
    assert keys_of(clerk)["next"] == "J"


def test_a_key_that_begins_a_sequence_is_taken(clerk):
    with pytest.raises(Conflict):
        change_key(actor=clerk, action="edit", key="G", now=NOW)


def test_a_key_is_free_once_its_action_has_another(clerk):
    change_key(actor=clerk, action="previous", key="P", now=NOW)

    change_key(actor=clerk, action="next", key="K", now=NOW)

    assert keys_of(clerk)["next"] == "K"


def test_the_default_key_forgets_the_change(clerk):
    change_key(actor=clerk, action="next", key="N", now=NOW)

    change_key(actor=clerk, action="next", key="J", now=NOW)

    assert keys_of(clerk)["next"] == "J"


@pytest.mark.parametrize(
    "action, key, code",
    [("nothing", "N", "keys.unknown"), ("next", "ab", "keys.unsound"), ("next", "", "keys.unsound")],
)
def test_what_is_no_action_or_no_key_is_refused(clerk, action, key, code):
    with pytest.raises(Refused) as refusal:
        change_key(actor=clerk, action=action, key=key, now=NOW)

    assert refusal.value.code == code


def test_the_sheet_leaves_out_pages_that_the_post_does_not_have(clerk):
    actions = {row.action for group in key_groups(clerk) for row in group.keys}

    assert {"help", "next", "open"} <= actions
    assert "go-qa" not in actions
