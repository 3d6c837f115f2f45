"""Pages carry no inline script or style, forms link errors to fields, and errors need no database (PLT-17, ui.md 0)."""

import re
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django import forms
from django.template import engines
from django.template.loader import render_to_string
from django.test import RequestFactory

from keyuan.kernel.actor import Actor, ActorKind
from keyuan.platform import formsections, gallery

NOW = datetime(2026, 11, 24, 9, 12, tzinfo=ZoneInfo("Asia/Shanghai"))
USE = '<use href="/static/vendor/icons.svg#i-users"></use>'
INLINE = re.compile(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)|javascript:", re.IGNORECASE)


class PersonForm(forms.Form):
    sections = (("who", "基本信息", ("name", "absent")), ("none", "空", ("absent",)))
    name = forms.CharField(label="姓名", help_text="与证件一致")
    note = forms.CharField(label="备注", required=False)


def page(**more):
    request = RequestFactory().get("/dev/components/")
    request.actor = Actor(ActorKind.STAFF, 7, "林晓岚", staff_no="10482", unit_name="浦东三部")
    return render_to_string("dev/components.html", gallery.samples(NOW), request=request)


def written(source, context):
    return engines["django"].from_string(source).render(context)


@pytest.mark.django_db
def test_a_page_has_nothing_that_the_content_policy_forbids():
    assert INLINE.findall(page()) == []


@pytest.mark.django_db
def test_a_page_names_its_language_theme_and_watermark():
    html = page()

    assert 'lang="zh-hans"' in html
    assert 'data-theme-choice="auto"' in html
    assert html.count("10482 林晓岚") == 3
    assert '<h1 class="page-title desk-only">组件与状态</h1>' in html


def test_a_field_is_linked_to_its_help_and_its_error():
    form = PersonForm({"name": ""})

    html = written('{% include "components/field.html" with field=form.name %}', {"form": form})

    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert 'aria-invalid="true"' in html
    assert 'id="id_name_error"' in html
    assert 'id="id_name_helptext"' in html


def test_the_error_summary_links_to_each_field():
    html = written('{% include "components/error_summary.html" %}', {"form": PersonForm({"name": ""})})

    assert '<a href="#id_name">姓名</a>' in html


def test_sections_lose_no_field_and_pass_over_absent_ones():
    parts = formsections.sections_of(PersonForm({"name": ""}))

    assert [(part.key, [field.name for field in part.fields], part.has_errors) for part in parts] == [
        ("who", ["name"], True),
        ("more", ["note"], False),
    ]


@pytest.mark.parametrize(
    "template, said", [("errors/500.html", "A1B2C3D4"), ("errors/404.html", "返回首页"), ("errors/403.html", "权限")]
)
def test_error_pages_need_no_request_and_no_database(template, said):
    assert said in render_to_string(template, {"number": "A1B2C3D4"})


@pytest.mark.parametrize("_case, source, said", [
    ("status", '{% status "warn" "宽限期" %}', '<span class="status status-warn">宽限期</span>'),
    ("badge", '{% badge "gold" odd %}', '<span class="badge badge-gold">&lt;b&gt;</span>'),
    ("mask", '{{ "P202600204817"|mask:"policy_no" }}', None),
    ("money", "{{ 123450|money }}", "1,234.50"),
    ("range", "{{ none|span:none }}", "-- ～ --"),
    ("icon", '{% icon "users" %}', f'<svg class="icon " aria-hidden="true">{USE}</svg>'),
])  # fmt: skip
def test_tags_write_what_the_stylesheet_knows(_case, source, said):
    html = written(source, {"none": None, "odd": "<b>"})

    assert html == said if said else ("204817" in html and "P2026" not in html)


def test_when_shows_the_absolute_moment_on_hover():
    html = written("{% when at %}", {"at": NOW, "page_now": NOW})

    assert 'title="2026-11-24 09:12:00"' in html
    assert "刚刚" in html
