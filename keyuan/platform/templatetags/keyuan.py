"""Template tags of every page: formats, icons, states, form fields. Built in: no ``{% load %}`` is needed."""

from datetime import date, datetime
from typing import Any

from django import template
from django.forms import BoundField, Form
from django.forms.widgets import CheckboxInput, CheckboxSelectMultiple, RadioSelect, Select
from django.template.context import Context
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from keyuan.kernel import masks
from keyuan.kernel.actor import Actor
from keyuan.platform import formats
from keyuan.platform.audit.labels import program_name
from keyuan.platform.crypto.presenter import present
from keyuan.platform.formsections import Section, sections_of

register = template.Library()

register.filter("dash", formats.dash)
register.filter("program", program_name)
register.filter("day", formats.day)
register.filter("weekday", formats.weekday)
register.filter("long_day", formats.long_day)
register.filter("number", formats.number)
register.filter("capped", formats.count)
register.filter("duration", formats.duration)
register.filter("percent", formats.percent)


@register.filter
def moment(value: datetime | None, precision: str = "") -> str:
    """``{{ at|moment }}`` to the minute, ``{{ at|moment:"seconds" }}`` to the second."""
    return formats.moment(value, seconds=precision == "seconds")


@register.filter
def deadline(value: datetime | None) -> str:
    """``{{ due_at|deadline }}``: to the minute, a term of whole days ends at 24:00 of its last day."""
    return formats.deadline(value)


@register.filter
def money(value: Any, style: str = "") -> str:
    """``{{ minor|money }}`` is 1,234.50; ``{{ minor|money:"whole" }}`` is 1,235."""
    return formats.money(value, decimals=style != "whole")


@register.filter
def wan(value: Any) -> str:
    """``{{ minor|wan }}`` is "2.13 万", for dashboards only."""
    return " ".join(part for part in formats.wan(value) if part)


@register.filter
def wan_yuan(value: Any) -> str:
    """``{{ minor|wan_yuan }}`` is "2.13 万元", for dashboards only."""
    return formats.wan_yuan(value)


@register.filter
def ago(value: datetime | None, now: datetime) -> str:
    """``{{ at|ago:shell.now }}``; `{% when %}` adds the absolute moment on hover."""
    return formats.ago(value, now)


@register.filter
def mask(value: str | None, field_key: str) -> str:
    """``{{ number|mask:"policy_no" }}`` masks a field of the kernel's table (sealed ones mask themselves)."""
    return formats.MISSING if not value else masks.mask(field_key, str(value))


@register.filter
def seen_by(name: str | None, actor: Actor) -> str:
    """``{{ policy.holder_name|seen_by:actor }}`` is a person's name as this post reads names (PLT-4)."""
    return present(actor, name, "name")


@register.filter
def span(start: date | None, end: date | None) -> str:
    """``{{ from|span:until }}`` is "2025-03-08 ～ 2026-03-07"."""
    return f"{formats.day(start)}{formats.RANGE}{formats.day(end)}"


@register.simple_tag(takes_context=True)
def when(context: Context, value: datetime | None) -> SafeString | str:
    """Say how long ago ``value`` was, with the absolute moment on hover; needs the page's context."""
    if value is None:
        return formats.MISSING
    text = formats.ago(value, context["page_now"])
    return format_html(
        '<time datetime="{}" title="{}">{}</time>', value.isoformat(), formats.moment(value, seconds=True), text
    )


@register.simple_tag
def icon(name: str, css: str = "", label: str = "") -> SafeString:
    """Draw a Tabler icon of the sprite (``keyuan/platform/icons.txt``); decorative unless it has a ``label``."""
    address = f"{static('vendor/icons.svg')}#i-{name}"
    if label:
        return format_html(
            '<svg class="icon {}" role="img" aria-label="{}"><use href="{}"></use></svg>', css, label, address
        )
    return format_html('<svg class="icon {}" aria-hidden="true"><use href="{}"></use></svg>', css, address)


@register.simple_tag
def status(kind: str, label: Any) -> SafeString:
    """Draw a state as dot and word; ``kind`` is ok, accent, warn, bad or off. A fact is a badge instead."""
    return format_html('<span class="status status-{}">{}</span>', kind or "off", label)


@register.simple_tag
def badge(kind: str, label: Any) -> SafeString:
    """Draw a fact; ``kind`` is empty, accent, gold (tier, points, premium at stake), ok, warn, bad or outline."""
    return format_html('<span class="badge{}">{}</span>', f" badge-{kind}" if kind else "", label)


@register.simple_tag
def bar(value: float, limit: float, kind: str = "", label: str = "") -> SafeString:
    """Draw a thin bar of ``value`` out of ``limit``."""
    return format_html(
        '<progress class="progress {}" value="{}" max="{}" aria-label="{}"></progress>', kind, value, limit or 1, label
    )


def _css_of(field: BoundField) -> str:
    widget = field.field.widget
    if isinstance(widget, CheckboxInput | RadioSelect | CheckboxSelectMultiple):
        return "form-check-input"
    base = "form-select" if isinstance(widget, Select) else "form-control"
    return f"{base} is-invalid" if field.errors else base


@register.simple_tag
def widget(field: BoundField) -> SafeString:
    """Render the input of ``field`` in the house look; Django links it to its help and error."""
    own = field.field.widget.attrs.get("class", "")
    return field.as_widget(attrs={"class": f"{_css_of(field)} {own}".strip()})


@register.filter
def layout(field: BoundField) -> str:
    """Say how ``components/field.html`` lays ``field`` out: check, choices or text."""
    if isinstance(field.field.widget, CheckboxInput):
        return "check"
    return "choices" if isinstance(field.field.widget, RadioSelect | CheckboxSelectMultiple) else "text"


@register.filter
def sections(form: Form) -> list[Section]:
    """Return the sections of ``form`` with their fields; one nameless section where it declares none."""
    return sections_of(form)


@register.filter
def only(items: Any, attribute: str) -> list[Any]:
    """Keep the items whose ``attribute`` is true."""
    return [item for item in items if getattr(item, attribute, None)]


@register.filter
def share(basis_points: int | None) -> str:
    """Return basis points as a percentage such as ``33.33``."""
    return formats.MISSING if basis_points is None else f"{basis_points / 100:g}"


@register.filter
def factor(basis_points: int | None) -> str:
    """Return basis points as a factor such as ``0.5``."""
    return formats.MISSING if basis_points is None else f"{basis_points / 10_000:g}"
