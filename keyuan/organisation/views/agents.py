"""Agents, to read: their data come from the sales systems (decision 5)."""

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from keyuan.organisation import permissions as p
from keyuan.organisation.extensions import person_actions
from keyuan.organisation.models import Agent
from keyuan.organisation.selectors.agents import access_agent, licences_of
from keyuan.organisation.selectors.labels import SALES_CHANNEL_LABELS
from keyuan.organisation.selectors.units import ancestors_of
from keyuan.organisation.views.lists import AGENT_STATES
from keyuan.platform.http import StaffRequest, allow, page


@allow(p.AGENTS_VIEW)
@require_GET
def agent(request: StaffRequest, agent_id: int) -> HttpResponse:
    """One agent; as a page or in the side panel."""
    found = access_agent(request.actor, agent_id)
    word, tone = AGENT_STATES[Agent.Status(found.status)]
    context = {
        "agent": found,
        "state_word": word,
        "state_tone": tone,
        "channel": SALES_CHANNEL_LABELS.get(found.sales_channel),
        "line": ancestors_of(found.unit),
        "licences": licences_of(found),
        "more_actions": [
            (action, action.url(found.pk, found.user_id))
            for action in person_actions
            if request.actor.may(action.permission)
        ],
    }
    template = "agent_panel" if "panel" in request.GET else "agent"
    return page(request, f"organisation/{template}.html", context)
