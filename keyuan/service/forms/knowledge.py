"""Words and forms of the knowledge base (SRV-6)."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keyuan.platform.choosing import offer
from keyuan.platform.lists import Status
from keyuan.platform.wording import add_sentences
from keyuan.service.forms.orders import Choices, area, one_of
from keyuan.service.rules.knowledge import life

KINDS = {
    life.ARTICLE: pgettext_lazy("knowledge", "Article"),
    life.ANSWER: pgettext_lazy("knowledge", "Official answer"),
}
AUDIENCES = {
    life.INSIDE: pgettext_lazy("knowledge", "Staff only"),
    life.PORTAL: pgettext_lazy("knowledge", "Staff and customers"),
}
STATES = {
    life.DRAFT: (pgettext_lazy("knowledge", "Draft"), ""),
    life.REVIEW: (pgettext_lazy("knowledge", "Waits for approval"), "warn"),
    life.APPROVED: (pgettext_lazy("knowledge", "Approved, not published"), "warn"),
    life.PUBLISHED: (pgettext_lazy("knowledge", "In force"), "ok"),
    life.REPLACED: (pgettext_lazy("knowledge", "Replaced"), ""),
    life.EXPIRED: (pgettext_lazy("knowledge", "Expired"), "bad"),
    life.WITHDRAWN: (pgettext_lazy("knowledge", "Withdrawn"), ""),
}
PLACES = {
    "ORDER": pgettext_lazy("knowledge", "Work order"),
    "CHAT": pgettext_lazy("knowledge", "Chat"),
    "MAIL": pgettext_lazy("knowledge", "Mail"),
    "INTAKE": pgettext_lazy("knowledge", "Taking in an order"),
    "CALL": pgettext_lazy("knowledge", "Call-back"),
    "COPY": pgettext_lazy("knowledge", "Copied"),
}


def state_of(state: str) -> Status:
    """Return a state with its tone."""
    label, tone = STATES[state]
    return Status(label, tone)


def _day(label: Any, help_text: Any = "") -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=False, widget=widget, help_text=help_text)


class DraftForm(forms.Form):
    """What a version says; ``revision`` is the save that was read."""

    sections: tuple[tuple[str, Any, list[str]], ...] = (
        ("text", pgettext_lazy("knowledge", "Text"), ["title", "summary", "body", "tags"]),
        ("reach", _("For whom and how long"), ["audience", "valid_from", "valid_until", "products", "note"]),
    )

    revision = forms.IntegerField(widget=forms.HiddenInput, initial=0)
    title = forms.CharField(label=_("Title"), max_length=120)
    summary = forms.CharField(
        label=_("Answer in short"), max_length=300, required=False,
        help_text=_("What is put into a reply when the article is inserted; empty takes the beginning of the text"),
    )  # fmt: skip
    body = area(
        pgettext_lazy("knowledge", "Text"), rows=16, longest=life.LONGEST_BODY,
        help_text=_("Markdown: # heading, - list, **strong**, | tables |, [word](https://…); HTML stays text"),
    )  # fmt: skip
    tags = forms.CharField(label=_("Tags"), max_length=200, required=False, help_text=_("Separated by commas"))
    audience = one_of(_("Who may read it"), AUDIENCES.items())
    valid_from = _day(_("Valid from"))
    valid_until = _day(_("Valid until"), _("Readers do not see it after this day"))
    products = forms.CharField(
        label=_("Codes of products it is about"), max_length=300, required=False, help_text=_("Separated by commas")
    )
    note = forms.CharField(label=_("What changed"), max_length=200, required=False)


class NewForm(DraftForm):
    """An article that is begun."""

    sections = (
        ("place", _("Where it stands"), ["kind", "category", "review_on"]),
        *DraftForm.sections,
    )

    kind = one_of(_("What it is"), KINDS.items())
    category = forms.ChoiceField(label=pgettext_lazy("knowledge", "Category"))
    review_on = _day(_("Look at it again on"), _("Its owner is reminded two weeks before"))

    def __init__(self, data: Any = None, *, categories: Choices, initial: Any = None) -> None:
        super().__init__(data, initial=initial)
        offer(self, "category", categories)


class CustodyForm(forms.Form):
    """Who answers for an article, and where it stands."""

    owner = forms.CharField(label=_("Staff number of the owner"), max_length=20, required=False)
    category = forms.ChoiceField(label=pgettext_lazy("knowledge", "Category"), required=False)
    review_on = _day(_("Look at it again on"))

    def __init__(self, data: Any = None, *, categories: Choices, initial: Any = None) -> None:
        super().__init__(data, initial=initial)
        offer(self, "category", categories)


class CategoryForm(forms.Form):
    """A category of the knowledge base."""

    version = forms.IntegerField(widget=forms.HiddenInput, initial=0)
    name = forms.CharField(label=_("Name of the category"), max_length=40)
    parent = forms.ChoiceField(label=_("Stands below"), required=False)
    position = forms.IntegerField(label=_("Position"), min_value=0, max_value=9999, initial=100)
    is_active = forms.BooleanField(label=_("Takes articles"), required=False, initial=True)


class SynonymsForm(forms.Form):
    """Words that stand for one another."""

    version = forms.IntegerField(widget=forms.HiddenInput, initial=0)
    words = forms.CharField(
        label=_("Words that mean the same"), max_length=220, help_text=_("Two to ten, separated by commas")
    )
    is_active = forms.BooleanField(label=_("Used in searches"), required=False, initial=True)


def split(text: str) -> list[str]:
    """Return what stands between commas of either width."""
    return [part.strip() for part in text.replace("，", ",").replace("、", ",").split(",") if part.strip()]


SENTENCES = {
    "knowledge.not_found": _("There is no such article, or it is not shown to you."),
    "knowledge.title": _("Give the article a title."),
    "knowledge.body": _("Write the text."),
    "knowledge.body_long": _("The text is longer than %(most)s characters. Shorten it, or divide it."),
    "knowledge.audience": _("Choose who may read it."),
    "knowledge.validity": _("The last day comes before the first. Correct one of them."),
    "knowledge.tags": _("At most %(most)s tags. Take some out."),
    "knowledge.product": _("There is no product with one of these codes. Correct it."),
    "knowledge.category": _("Choose a category that takes articles."),
    "knowledge.category_used": _("Articles stand in this category. Move them first."),
    "knowledge.kind": _("Choose an article or an official answer."),
    "knowledge.owner": _("Nobody at work has this staff number. Correct it."),
    "knowledge.moved_on": _(
        "Somebody changed this text in the meantime (%(by)s). Your words are still here: compare, then save."
    ),
    "knowledge.moved": _("Somebody moved this article on in the meantime. Look at where it stands now."),
    "knowledge.draft_open": _("A draft of this article is open. Finish it or throw it away first."),
    "knowledge.reason": _("Give the reason."),
    "knowledge.own_text": _("Somebody else has to approve what you wrote."),
    "knowledge.over": _("Its last day (%(until)s) is over. Send it back and correct the day."),
    "knowledge.not_published": _("This article is not in force any more."),
    "knowledge.place": _("Say where it is used: order, chat or copy."),
    "knowledge.answer": _("Write what was done."),
    "knowledge.handled": _("%(by)s has dealt with this already."),
    "knowledge.synonyms": _("Enter at least two words."),
    "knowledge.waits": _("%(by)s asks you to approve %(number)s %(title)s."),
    "knowledge.approved": _("%(by)s approved %(number)s %(title)s; it can be published."),
    "knowledge.sent_back": _("%(by)s sent %(number)s %(title)s back with a reason."),
    "knowledge.published": _("%(number)s %(title)s is in force."),
    "knowledge.withdrawn": _("%(by)s withdrew %(number)s %(title)s."),
    "knowledge.expired": _("%(number)s %(title)s has expired; readers do not see it any more."),
    "knowledge.review_due": _("%(number)s %(title)s is to be looked at again by %(on)s."),
    "knowledge.commented": _("%(by)s wrote about %(number)s %(title)s."),
    "knowledge.comment_handled": _("%(by)s dealt with what you wrote about %(title)s."),
}


def register() -> None:
    """Put the sentences into the registry."""
    add_sentences(SENTENCES)
