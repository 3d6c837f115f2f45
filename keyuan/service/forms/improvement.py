"""Words and forms of improvement items, monthly reviews and service stars (SRV-11)."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keyuan.platform.choosing import offer
from keyuan.platform.lists import Status
from keyuan.platform.wording import add_sentences
from keyuan.service.forms.orders import Choices, area, one_of
from keyuan.service.rules import improvement as rules

SOURCES = {
    "COMPLAINT": pgettext_lazy("improvement", "Complaint"),
    "ORDER": pgettext_lazy("improvement", "Work order"),
    "FOLLOW_UP": pgettext_lazy("improvement", "Call-back"),
    "KNOWLEDGE": pgettext_lazy("improvement", "Knowledge gap"),
    "SURVEY": pgettext_lazy("improvement", "Survey"),
    "CLAIM": pgettext_lazy("improvement", "Claim"),
    "QA": pgettext_lazy("improvement", "Quality inspection"),
    "OWN": pgettext_lazy("improvement", "Own proposal"),
}
STATES = {
    rules.OPEN: (pgettext_lazy("improvement", "Open"), ""),
    rules.IN_PROGRESS: (pgettext_lazy("improvement", "In progress"), "warn"),
    rules.MEASURED: (pgettext_lazy("improvement", "Measured"), "warn"),
    rules.CLOSED: (pgettext_lazy("improvement", "Closed with effect"), "ok"),
    rules.INEFFECTIVE: (pgettext_lazy("improvement", "Without effect"), "bad"),
}
ACTS = {
    "create": pgettext_lazy("improvement act", "entered"),
    "change": pgettext_lazy("improvement act", "changed"),
    "start": pgettext_lazy("improvement act", "began"),
    "measure": pgettext_lazy("improvement act", "measured"),
    "close": pgettext_lazy("improvement act", "closed with effect"),
    "fail": pgettext_lazy("improvement act", "found without effect"),
    "reopen": pgettext_lazy("improvement act", "opened again"),
    "note": pgettext_lazy("improvement act", "noted"),
}


def state_of(state: str) -> Status:
    """Return a state with its tone."""
    label, tone = STATES[state]
    return Status(label, tone)


def _day(label: Any, *, required: bool = False) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=required, widget=widget)


class ItemForm(forms.Form):
    """An improvement item."""

    sections = (
        ("what", pgettext_lazy("improvement", "What is to be improved"), ["title", "source", "cause", "measure"]),
        ("who", _("By whom and when"), ["owner", "due_on"]),
        (
            "figure",
            _("How it is measured"),
            ["indicator", "category", "unit", "product", "before_from", "before_until", "after_from", "after_until"],
        ),
    )

    version = forms.IntegerField(widget=forms.HiddenInput, initial=0)
    title = forms.CharField(label=pgettext_lazy("improvement", "In a few words"), max_length=120)
    source = one_of(_("Where it comes from"), SOURCES.items())
    cause = area(_("Root cause"), required=False)
    measure = area(_("What is done about it"), required=False)
    owner = forms.CharField(label=_("Staff number of who does it"), max_length=20)
    due_on = _day(_("To be done by"), required=True)
    indicator = forms.ChoiceField(label=_("Figure before and after"), required=False)
    category = forms.ChoiceField(label=_("Only orders of the category"), required=False)
    unit = forms.ChoiceField(label=_("Only of the unit"), required=False)
    product = forms.ChoiceField(label=_("Only of the product"), required=False)
    before_from = _day(_("Before: first day"))
    before_until = _day(_("Before: last day"))
    after_from = _day(_("After: first day"))
    after_until = _day(_("After: last day"))

    def offer(self, **choices: Choices) -> None:
        """Give choices their values."""
        for name, values in choices.items():
            offer(self, name, values, or_nothing=True)


class MinutesForm(forms.Form):
    """The minutes of a month."""

    version = forms.IntegerField(widget=forms.HiddenInput, initial=0)
    held_on = _day(_("Held on"))
    names = forms.CharField(label=_("Who took part"), max_length=300, required=False)
    minutes = area(pgettext_lazy("improvement", "Minutes"), rows=8, longest=10_000)


class NominationForm(forms.Form):
    """Somebody proposed."""

    person = forms.CharField(label=_("Staff number of the colleague"), max_length=20)
    reason = area(_("What the colleague did well"), longest=300)


SENTENCES = {
    "improve.not_found": _("There is no such improvement item, or you may not see it."),
    "improve.title": _("Say in a few words what is to be improved."),
    "improve.source": _("Choose where it comes from."),
    "improve.indicator": _("Choose a figure from the list."),
    "improve.period": _("Enter first and last day of the period, %(days)s days at most."),
    "improve.order": _("The period after begins behind the period before. Correct the days."),
    "improve.owner": _("Enter the staff number of a colleague at work."),
    "improve.moved_on": _("Somebody else changed this in the meantime. Look at it, then save again."),
    "improve.over": _("This item is closed. Open it again first."),
    "improve.state": _("This cannot be done in the state that the item is in now. Look at where it stands."),
    "improve.no_indicator": _("Choose a figure and its two periods first."),
    "improve.too_early": _("The period after is not over yet (%(until)s). Measure it then, or change the period."),
    "improve.result": _("Write how the effect is judged."),
    "improve.own": _("Somebody else has to judge what you were responsible for."),
    "improve.reason": _("Give the reason."),
    "improve.text": _("Write something first."),
    "improve.minutes": _("Write the minutes."),
    "improve.given": _("%(by)s made you responsible for %(number)s %(title)s."),
    "improve.measured": _("%(number)s %(title)s is measured; its effect is to be judged."),
    "improve.judged": _("%(by)s judged the effect of %(number)s %(title)s."),
    "improve.reopened": _("%(by)s opened %(number)s %(title)s again."),
    "improve.due": _("%(number)s %(title)s is due on %(on)s."),
    "improve.late": _("%(number)s %(title)s was due on %(on)s."),
    "improve.escalated": _("%(number)s %(title)s is overdue since %(on)s (%(by)s)."),
    "star.over": _("This month is over. Propose and vote in the running one."),
    "star.nobody": _("Enter the staff number of a colleague at work."),
    "star.self": _("Choose somebody else than yourself."),
    "star.reason": _("Write what for."),
    "star.twice": _("%(name)s is proposed for this month already. Give your vote."),
    "star.not_found": _("Nobody is proposed here."),
}


def register() -> None:
    """Put the sentences into the registry."""
    add_sentences(SENTENCES)
