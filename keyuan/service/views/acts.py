"""What can be done with an order: each act with its form, when it is offered, and the service behind it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Refused
from keyuan.platform.choosing import offer
from keyuan.service import permissions as p
from keyuan.service.forms import orders as f
from keyuan.service.forms import words
from keyuan.service.models import Complaint, WorkOrder
from keyuan.service.rules import complaints as complaint_rules
from keyuan.service.rules import machine
from keyuan.service.selectors import finding
from keyuan.service.selectors.complaints import complaint_of
from keyuan.service.selectors.desks import categories, desks
from keyuan.service.services import claiming, complaints, linking, moving, talking

Data = Mapping[str, Any]
Run = Callable[[Actor, int, Data, datetime], object]


@dataclass(frozen=True, slots=True)
class Act:
    """One act: words, permission, form (None: a button alone), service, and whether it is offered for an order."""

    key: str
    label: Any
    icon: str
    permission: str
    run: Run
    offered: Callable[[WorkOrder, Complaint | None], bool]
    form: type[forms.Form] | None = f.ReasonForm
    is_main: bool = False


def _can(act: str) -> Callable[[WorkOrder, Complaint | None], bool]:
    return lambda order, _complaint: machine.target_of(act, order.status) is not None


def _plain(service: Callable[..., object], **names: str) -> Run:
    """Return a run that hands the form's values to a service, under other names where ``names`` says so."""

    def run(actor: Actor, order_id: int, data: Data, now: datetime) -> object:
        values = {names.get(key, key): value for key, value in data.items()}
        return service(actor=actor, order_id=order_id, now=now, **values)

    return run


def _classify(actor: Actor, order_id: int, data: Data, now: datetime) -> object:
    values = {"kind": data["kind"], "subtype": data["subtype"], "category_id": int(data["category_id"] or 0)}
    return moving.classify(actor=actor, order_id=order_id, now=now, **values)


def _transfer(actor: Actor, order_id: int, data: Data, now: datetime) -> object:
    user_id, desk_id = int(data["user"] or 0) or None, int(data["desk"] or 0) or None
    return claiming.hand_on(
        actor=actor, order_ids=[order_id], user_id=user_id, desk_id=desk_id, reason=data["reason"], now=now
    )


def _other(service: Callable[..., object], name: str) -> Run:
    """Return a run that finds the order whose number was typed and hands its id over as ``name``."""

    def run(actor: Actor, order_id: int, data: Data, now: datetime) -> object:
        found = finding.order_by_number(actor, data["other"], now=now)
        if found is None:
            raise Refused("order.other", field="other")
        more = {key: value for key, value in data.items() if key != "other"}
        return service(actor=actor, order_id=order_id, now=now, **{name: found}, **more)

    return run


def _accused(actor: Actor, order_id: int, data: Data, now: datetime) -> object:
    agent_ids, user_ids, unknown = finding.people_by_number(data["accused"])
    if unknown or not (agent_ids or user_ids):
        raise Refused("complaint.unknown_person", field="accused", number=unknown or "")
    return complaints.name_accused(actor=actor, order_id=order_id, agent_ids=agent_ids, user_ids=user_ids, now=now)


def _decide(actor: Actor, order_id: int, data: Data, now: datetime) -> object:
    decision = complaints.Decision(
        data["outcome"], data["facts"], data["basis"], tuple(data["remedies"]), int((data["compensation"] or 0) * 100),
        data["responsibility"], data["improvement"], data["improvement_owner"], data["improvement_due_on"],
    )  # fmt: skip
    return complaints.decide(actor=actor, order_id=order_id, decision=decision, now=now)


def _extend(actor: Actor, order_id: int, data: Data, now: datetime) -> object:
    approve = data["approve"] == "1"
    return complaints.decide_extension(actor=actor, order_id=order_id, approve=approve, note=data["note"], now=now)


def _follow(follow: bool) -> Run:
    return lambda actor, order_id, _data, now: talking.set_following(
        actor=actor, order_id=order_id, follow=follow, now=now
    )


def _of_complaint(test: Callable[[WorkOrder, Complaint], bool]) -> Callable[[WorkOrder, Complaint | None], bool]:
    return lambda order, complaint: complaint is not None and test(order, complaint)


def _may_extend(order: WorkOrder, complaint: Complaint) -> bool:
    under_work = order.status in complaints.UNDER_WORK and not complaint.decision
    asked = any(row.status == "ASKED" for row in complaint.extensions.all())
    return under_work and not asked and complaint_rules.next_term(complaint.term) is not None


def _under_review(complaint: Complaint) -> bool:
    return any(row.decided_at is None for row in complaint.reviews.all())


def _is_open(order: WorkOrder, _complaint: Complaint | None) -> bool:
    return order.is_open


ACTS: dict[str, Act] = {
    act.key: act
    for act in (
        Act("classify", _("Classify"), "tags", p.WORK, _classify, _can("classify"), f.ClassifyForm, is_main=True),
        Act("take", _("Take it"), "hand-stop", p.WORK, _plain(claiming.take), _can("take"), None, is_main=True),
        Act(
            "acknowledge", _("Acknowledge"), "mail-forward", p.WORK, _plain(complaints.acknowledge),
            _of_complaint(lambda order, complaint: order.is_open and complaint.acknowledged_at is None), f.TellForm,
        ),
        Act(
            "decide", _("Decide the complaint"), "gavel", p.COMPLAINTS, _decide,
            _of_complaint(lambda order, complaint: order.status == "IN_PROGRESS" and not complaint.decision),
            f.DecideForm, is_main=True,
        ),
        Act(
            "resolve", _("Resolve"), "check", p.WORK, _plain(moving.resolve),
            lambda order, complaint: order.status == "IN_PROGRESS" and (complaint is None or bool(complaint.decision)),
            f.SolutionForm, is_main=True,
        ),
        Act("resume", _("Go on"), "player-play", p.WORK, _plain(moving.resume), _can("resume"), f.NoteForm,
            is_main=True),
        Act("tell", _("Tell the customer"), "send", p.WORK, _plain(moving.tell), _can("tell"), f.TellForm,
            is_main=True),
        Act("confirm", _("Note the confirmation"), "checks", p.WORK, _plain(moving.confirm), _can("confirm"),
            f.ConfirmForm, is_main=True),
        Act("close", _("Close the order"), "archive", p.WORK, _plain(moving.close), _can("close"), f.CloseForm,
            is_main=True),
        Act("wait", _("Wait for the customer"), "clock-pause", p.WORK, _plain(moving.wait), _can("wait"), f.WaitForm),
        Act("extend", _("Ask for more time"), "clock", p.WORK, _plain(complaints.ask_extension),
            _of_complaint(_may_extend)),
        Act(
            "decide-extension", _("Decide on more time"), "clock", p.VIEW, _extend,
            _of_complaint(lambda _order, complaint: any(row.status == "ASKED" for row in complaint.extensions.all())),
            f.ExtensionForm,
        ),
        Act("transfer", _("Hand on"), "user-share", p.WORK, _transfer, _can("transfer"), f.TransferForm),
        Act("give_back", _("Give back"), "arrow-back-up", p.WORK, _plain(moving.give_back), _can("give_back")),
        Act("rework", _("Work on it again"), "refresh", p.WORK, _plain(moving.rework), _can("rework")),
        Act("chase", pgettext_lazy("work order", "Press for it"), "bell", p.VIEW, _plain(claiming.chase), _is_open,
            None),
        Act("accused", _("Name whom it is about"), "user-off", p.WORK, _accused,
            _of_complaint(lambda order, _complaint: order.is_open), f.AccusedForm),
        Act("review", _("Take in a review"), "repeat", p.WORK, _plain(complaints.ask_review),
            _of_complaint(lambda _order, complaint: bool(complaint.decision) and not _under_review(complaint))),
        Act(
            "decide-review", _("Decide the review"), "scale", p.APPROVE, _plain(complaints.decide_review),
            _of_complaint(lambda _order, complaint: _under_review(complaint)),
            f.ReviewForm,
        ),
        Act("reopen", _("Open again"), "rotate", p.WORK, _plain(moving.reopen), _can("reopen")),
        Act("merge", _("Merge into another order"), "git-merge", p.WORK, _other(linking.merge, "into_id"),
            _can("merge"), f.MergeForm),
        Act("parent", _("Put below another order"), "sitemap", p.WORK,
            _other(linking.set_parent, "parent_id"), _is_open, f.OtherForm),
        Act("unparent", _("Take out from below the other order"), "link-off", p.WORK, _plain(linking.leave_parent),
            lambda order, _complaint: order.parent_id is not None, None),
        Act("withdraw", _("The customer took it back"), "circle-x", p.WORK, _plain(moving.withdraw), _can("withdraw")),
        Act("follow", _("Follow"), "eye", p.VIEW, _follow(True), lambda _order, _complaint: True, None),
        Act("unfollow", _("Stop following"), "eye-off", p.VIEW, _follow(False), lambda _order, _complaint: True, None),
    )
}  # fmt: skip


def offered_acts(actor: Actor, order: WorkOrder, complaint: Complaint | None, *, follows: bool) -> list[Act]:
    """Return the legal next acts of an order for this post, the main ones first."""
    hidden = {"follow" if follows else "unfollow"}
    if order.owner_id is not None and order.owner_id != actor.id:
        hidden.add("take")
    if not (actor.may(p.APPROVE) or actor.may(p.SENIOR)):
        hidden.add("decide-extension")
    found = [
        act
        for act in ACTS.values()
        if act.key not in hidden and actor.may(act.permission) and act.offered(order, complaint)
    ]
    return sorted(found, key=lambda act: not act.is_main)


def _tell_term(form: forms.Form, order: WorkOrder) -> None:
    """Say below the first field how long the law allows and who decides; to whoever decides also who asks and why."""
    complaint = complaint_of(order.pk)
    if complaint is None:
        return
    asked = next((row for row in complaint.extensions.all() if row.status == "ASKED"), None)
    term = asked.term if asked else complaint_rules.next_term(complaint.term)
    because = _("%(who)s asks for it: %(why)s") % {"who": asked.asked_by_name, "why": asked.reason} if asked else ""
    next(iter(form.fields.values())).help_text = f"{words.TERMS.get(term, '')} {because}".strip()


def form_for(act: Act, order: WorkOrder, data: Any, *, other: str = "") -> forms.Form:
    """Return the form of an act, filled with what is known; ``other`` is the number that the address names."""
    if act.form is None:
        return forms.Form(data if data is not None else None)
    form = act.form(data)
    if "other" in form.fields:
        form.initial = {"other": other[:20]}
    if act.key == "classify":
        form.initial = {"kind": order.kind, "subtype": order.subtype}
        offer(form, "category_id", f.indented(categories()))
    if act.key in ("extend", "decide-extension"):
        _tell_term(form, order)
    if act.key == "transfer":
        offer(form, "user", finding.seated_people(), or_nothing=True)
        offer(form, "desk", ((desk.pk, desk.name) for desk in desks()), or_nothing=True)
    return form
