"""Forms by which plans of follow-ups and questionnaires are written (SRV-8)."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from keyuan.kernel.codes import ProductKind
from keyuan.kernel.errors import Refused
from keyuan.platform.choosing import offer
from keyuan.products.selectors.labels import CHANNELS as SALES_CHANNELS
from keyuan.products.selectors.labels import DESIGNS
from keyuan.products.selectors.labels import KINDS as PRODUCT_KINDS
from keyuan.service.forms import follow_up_words as words
from keyuan.service.forms.orders import area, one_of
from keyuan.service.rules.follow_ups import plans
from keyuan.service.rules.follow_ups.questions import KINDS, Question
from keyuan.service.rules.follow_ups.ways import WAYS

#: The ways from which the order is chosen, as the rules name them.
OFFERED = [(way, words.WAYS[way]) for way in WAYS]
THEN = ("then_1", "then_2", "then_3")


NOTHING_MEANS_ALL = _("Nothing ticked means all")


def many(label: Any, choices: Any, help_text: Any = NOTHING_MEANS_ALL) -> forms.MultipleChoiceField:
    """Return boxes of which, unless the help says otherwise, none ticked means everybody."""
    return forms.MultipleChoiceField(
        label=label, choices=choices, required=False, widget=forms.CheckboxSelectMultiple, help_text=help_text
    )


def _next_way(label: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=[("", _("by no other")), *OFFERED], required=False)


def codes_of(text: str) -> tuple[str, ...]:
    """Return codes typed with commas between them."""
    return tuple(part.strip().upper() for part in text.replace("，", ",").split(",") if part.strip())


def _day(label: Any) -> forms.DateField:
    return forms.DateField(label=label, required=False, widget=forms.DateInput(attrs={"type": "date"}))


class PlanForm(forms.Form):
    """A plan: what sets it going, whom it takes, what is asked, by when and how often."""

    sections = (
        (
            "when",
            _("When"),
            ["name", "trigger", "items", "categories", "delay_days", "term_days", "active_from", "active_until"],
        ),
        ("whom", _("Who is asked"), ["kinds", "designs", "sales_channels", "tiers", "least_premium"]),
        (
            "how",
            _("How"),
            [
                "questionnaire",
                "ways",
                "then_1",
                "then_2",
                "then_3",
                "wait_days",
                "link_days",
                "desk_id",
                "attempts",
                "retry_hours",
                "resample_percent",
                "may_simplify",
            ],
        ),
    )

    name = forms.CharField(label=_("Name of the plan"), max_length=60)
    trigger = one_of(_("What sets it going"), words.TRIGGERS.items())
    items = many(
        _("Requests that count as an attempt to surrender"), list(words.SURRENDER_ITEMS.items()),
        help_text=_("Only for plans of customers who want to surrender"),
    )  # fmt: skip
    categories = forms.CharField(
        label=_("Categories of work orders that count as an attempt"), max_length=200, required=False,
        help_text=_("Codes separated by commas; those below them count, too"),
    )  # fmt: skip
    delay_days = forms.IntegerField(label=_("Days after that"), min_value=0, max_value=plans.MOST_DELAY, initial=0)
    term_days = forms.IntegerField(
        label=_("Days in which it is made"), min_value=1, max_value=plans.MOST_TERM, initial=15,
        help_text=_("Call-backs of new contracts keep to the cooling-off period instead"),
    )  # fmt: skip
    active_from = _day(_("For what happens from"))
    active_until = _day(_("For what happens until"))
    kinds = many(_("Kinds of products"), [(key, PRODUCT_KINDS.get(key, key)) for key in ProductKind])
    designs = many(_("Designs of products"), list(DESIGNS.items()))
    sales_channels = many(_("Sales channels"), list(SALES_CHANNELS.items()))
    tiers = forms.CharField(
        label=_("Codes of tiers"), max_length=200, required=False, help_text=_("Separated by commas; empty means all")
    )
    least_premium = forms.IntegerField(
        label=_("Yearly premium of at least (yuan)"), min_value=0, max_value=10**12, initial=0
    )
    questionnaire = forms.ChoiceField(label=_("Questionnaire"))
    ways = one_of(_("By which way first"), OFFERED)
    then_1 = _next_way(_("Then by"))
    then_2 = _next_way(_("Then by (third way)"))
    then_3 = _next_way(_("Then by (fourth way)"))
    wait_days = forms.IntegerField(
        label=_("Days without an answer before the next way"), min_value=1, max_value=plans.MOST_WAIT, initial=3
    )
    link_days = forms.IntegerField(
        label=_("Days for which the link works"), min_value=1, max_value=plans.MOST_LINK, initial=7
    )
    desk_id = forms.ChoiceField(label=_("Desk"), required=False)
    attempts = forms.IntegerField(
        label=_("Failed calls before a letter"), min_value=1, max_value=plans.MOST_ATTEMPTS, initial=3
    )
    retry_hours = forms.IntegerField(label=_("Hours between two calls"), min_value=0, max_value=240, initial=4)
    resample_percent = forms.IntegerField(
        label=_("Successful calls made again (%)"), min_value=0, max_value=plans.WHOLE, initial=0
    )
    may_simplify = forms.BooleanField(label=_("Shorter where the sale can be traced"), required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, initial=0)

    def __init__(self, *args: Any, questionnaires: Any = (), desks: Any = (), **more: Any) -> None:
        super().__init__(*args, **more)
        offer(self, "questionnaire", questionnaires)
        offer(self, "desk_id", desks, or_nothing=True)

    def plan(self) -> plans.Plan:
        """Return the plan that was written."""
        data = self.cleaned_data
        same = ("name", "trigger", "questionnaire", "delay_days", "term_days", "attempts", "retry_hours",
                "resample_percent", "may_simplify", "wait_days", "link_days")  # fmt: skip
        days: dict[str, Any] = {
            name: data[name].isoformat() if data[name] else "" for name in ("active_from", "active_until")
        }
        lists: dict[str, Any] = {name: tuple(data[name]) for name in ("kinds", "designs", "sales_channels", "items")}
        return plans.Plan(
            **{name: data[name] for name in same}, **days, **lists,
            tiers=codes_of(data["tiers"]), categories=codes_of(data["categories"]),
            ways=(data["ways"], *(data[name] for name in THEN if data[name])),
            least_premium=data["least_premium"] * 100, desk_id=int(data["desk_id"] or 0) or None,
        )  # fmt: skip


def initial_of(plan: plans.Plan, version: int) -> dict[str, Any]:
    """Return a plan as its form shows it."""
    values = plans.write(plan)
    return values | {
        "tiers": ",".join(plan.tiers), "categories": ",".join(plan.categories), "ways": plan.ways[0],
        "least_premium": plan.least_premium // 100, "desk_id": plan.desk_id or "", "version": version,
        **dict(zip(THEN, plan.ways[1:], strict=False)),
    }  # fmt: skip


class QuestionnaireForm(forms.Form):
    """A new questionnaire."""

    code = forms.RegexField(
        label=_("Code"), regex=r"^[A-Za-z][A-Za-z0-9_]{1,29}$", help_text=_("Letters, digits and underscores")
    )
    name = forms.CharField(label=_("Name of the questionnaire"), max_length=60)


class QuestionForm(forms.Form):
    """One question of a questionnaire."""

    key = forms.RegexField(
        label=_("Code"), regex=r"^[A-Za-z][A-Za-z0-9_]{0,19}$", help_text=_("Letters, digits and underscores")
    )
    kind = one_of(_("How it is answered"), [(key, words.QUESTION_KINDS[key]) for key in KINDS])
    text = area(_("Question as it is asked"), rows=2, longest=500)
    hint = forms.CharField(label=_("Hint for the caller"), max_length=200, required=False)
    options = area(
        _("Answers to choose from"),
        required=False,
        rows=4,
        help_text=_("One on each line: code, colon, words; “*” before a required one"),
    )
    english = area(
        _("Question in English"), required=False, rows=2, longest=500,
        help_text=_("For customers who read the page of a link in English"),
    )  # fmt: skip
    english_options = area(
        _("Answers in English"), required=False, rows=4, help_text=_("One on each line: code, colon, words")
    )
    required = forms.BooleanField(label=_("Has to be answered"), required=False, initial=True)
    short = forms.BooleanField(label=_("Asked also where the sale can be traced"), required=False)
    regular_only = forms.BooleanField(label=_("Only with regular premiums"), required=False)
    designs = many(_("Designs of products"), list(DESIGNS.items()))
    after = forms.CharField(
        label=_("Only after question"), max_length=20, required=False, help_text=_("Code of a question before it")
    )
    after_in = forms.CharField(
        label=_("answered with"), max_length=100, required=False, help_text=_("Codes of answers, separated by commas")
    )
    version = forms.IntegerField(widget=forms.HiddenInput, initial=0)

    def question(self) -> Question:
        """Return the question that was written. Raises Refused naming the line that cannot be read."""
        data = self.cleaned_data
        options, wanted = read_options(data["options"])
        return Question(
            key=data["key"].upper(), kind=data["kind"], text=data["text"].strip(), hint=data["hint"].strip(),
            options=options, wanted=wanted, required=data["required"], designs=tuple(data["designs"]),
            regular_only=data["regular_only"], short=data["short"], after=data["after"].strip().upper(),
            after_in=codes_of(data["after_in"]), english=data["english"].strip(),
            english_options=read_options(data["english_options"], "english_options")[0],
        )  # fmt: skip


def read_options(text: str, field: str = "options") -> tuple[tuple[tuple[str, str], ...], tuple[str, ...]]:
    """Read answers typed one on each line; return them and the codes of those required."""
    options, wanted = [], []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        code, colon, label = line.replace("：", ":").strip().partition(":")
        if not colon or not code.strip("* ") or not label.strip():
            raise Refused("questionnaire.line", field=field, line=number)
        name = code.strip("* ").upper()[:20]
        options.append((name, label.strip()[:100]))
        if code.startswith("*"):
            wanted.append(name)
    return tuple(options), tuple(wanted)


def initial_of_question(question: Question, version: int) -> dict[str, Any]:
    """Return a question as its form shows it."""
    lines = [f"{'*' if code in question.wanted else ''}{code}: {label}" for code, label in question.options]
    names: Sequence[str] = ("key", "kind", "text", "hint", "required", "short", "regular_only", "after", "english")
    english = [f"{code}: {label}" for code, label in question.english_options]
    values = {name: getattr(question, name) for name in names}
    return values | {
        "options": "\n".join(lines), "designs": list(question.designs), "after_in": ",".join(question.after_in),
        "english_options": "\n".join(english), "version": version,
    }  # fmt: skip
