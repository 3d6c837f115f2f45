"""Buttons of lists lead somewhere: nobody is offered what the page behind it refuses (PLT-4)."""

from dataclasses import replace

import pytest
from django.urls import reverse

from keyuan.kernel.actor import Actor, ActorKind, Reach, Scope
from keyuan.organisation.services.default_roles import DEFAULT_ROLES
from keyuan.platform.http import may_open
from keyuan.platform.lists import PageAction, lists
from keyuan.platform.lists.spec import permitted

POST = Actor(ActorKind.STAFF, 1, "周经理", scope=Scope(Reach.ALL))


def every_permission():
    return frozenset(name for pair in offered(None) for name in (pair[0].permission, pair[1].permission) if name)


def offered(actor):
    """The buttons of every list that the post may open, of an empty one too; without a post all."""
    return [
        (spec, action)
        for spec in lists
        if actor is None or not spec.permission or actor.may(spec.permission)
        for action in (*spec.page_actions, *([spec.empty.action] if spec.empty and spec.empty.action else []))
        if actor is None or action.is_for(actor)
    ]


def test_a_button_is_for_posts_with_the_permission_and_the_reach():
    button = PageAction(label="x", url_name="home", permission="p", shown=lambda actor: actor.scope.reach is Reach.ALL)
    holder = replace(POST, permissions=frozenset({"p"}))

    shown = [permitted([button], actor) for actor in (holder, POST, replace(holder, scope=Scope(Reach.UNIT)))]

    assert shown == [[button], [], []]


@pytest.mark.parametrize("code", DEFAULT_ROLES)
def test_no_role_is_offered_a_closed_door(code):
    actor = replace(POST, role_code=code, permissions=DEFAULT_ROLES[code].all_permissions())

    closed = [
        (spec.key, action.url_name) for spec, action in offered(actor) if not may_open(actor, reverse(action.url_name))
    ]

    assert closed == []


def test_what_concerns_the_whole_book_is_offered_to_posts_that_reach_it():
    everything = replace(POST, permissions=every_permission())
    of_a_branch = replace(everything, scope=Scope(Reach.UNIT, unit_id=1, unit_level="branch"))

    names = [{action.url_name for _spec, action in offered(actor)} for actor in (everything, of_a_branch)]

    assert names[0] - names[1] == {
        "policies:refund-batch-create", "policies:refund-batches", "policies:suspense-create", "policies:money-rules",
        "policies:premium-ladder", "policies:debit-create", "policies:dividend-rates", "policies:benefits-again",
        "policies:clocks-run", "api:webhook-policy",
    }  # fmt: skip
