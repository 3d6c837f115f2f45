"""What imports do not show: keys, addresses and template names travel as columns and strings, and point down, too."""

import re
from itertools import chain

import pytest
from django.apps import apps
from django.db.models import ForeignObjectRel

from tests.architecture.layout import (
    PACKAGE,
    context_of,
    contexts,
    contracts,
    expect_none,
    may_know,
    python_files,
    ranks,
    templates,
    where,
)

URL_TAG = re.compile(r"""{%-?\s*url\s+["']([a-z_]+):""")
REVERSE = re.compile(r"""\b(?:reverse|reverse_lazy|redirect|resolve_url)\(\s*["']([a-z_]+):""")
TEMPLATE_TAG = re.compile(r"""{%-?\s*(?:extends|include)\s+["']([a-z_]+)/""")
TEMPLATE_NAME = re.compile(r"""["']([a-z_]+)/[\w/]+\.(?:html|txt)[#"']""")


def own_models():
    """Every model of ours with its context."""
    for model in apps.get_models(include_auto_created=True):
        if model.__module__.startswith("keyuan."):
            yield model.__module__.split(".")[1], model


def strangers(patterns, paths):
    """Yield the places whose string names a context that the place may not know."""
    for path in paths:
        text = path.read_text(encoding="utf-8")
        for match in chain.from_iterable(pattern.finditer(text) for pattern in patterns):
            if match[1] in ranks() and not may_know(context_of(path), match[1]):
                yield f"{where(path, text.count(chr(10), 0, match.start()) + 1)} names {match[1]}"


def test_foreign_keys_point_down():
    upward = [
        f"{model._meta.label}.{field.name} → {field.related_model._meta.label}"
        for own, model in own_models()
        for field in model._meta.get_fields()
        if not isinstance(field, ForeignObjectRel) and field.is_relation and field.related_model
        and field.related_model.__module__.startswith("keyuan.")
        and not may_know(own, field.related_model.__module__.split(".")[1])
    ]  # fmt: skip

    expect_none(upward)


def test_templates_link_and_include_downwards():
    expect_none(strangers([URL_TAG, TEMPLATE_TAG], templates()))


def test_code_names_addresses_and_templates_downwards():
    expect_none(strangers([REVERSE, TEMPLATE_NAME], python_files()))


def test_every_context_is_under_both_layer_contracts():
    inner = next(contract for contract in contracts() if contract["name"].startswith("Inside"))
    exempt = {"kernel", "platform", "config"}

    assert set(contexts()) - exempt == {name.removeprefix("keyuan.") for name in inner["containers"]}
    assert set(contexts()) <= set(ranks())


def test_every_context_says_what_it_owns():
    silent = [name for name in contexts() if '"""' not in (PACKAGE / name / "__init__.py").read_text(encoding="utf-8")]

    expect_none(silent)


@pytest.mark.parametrize("pattern, text", [
    (URL_TAG, '<a href="{% url "claims:claim-list" %}">'),
    (URL_TAG, "{%- url 'claims:claim-list' pk=1 %}"),
    (REVERSE, 'redirect("claims:claim-list")'),
    (TEMPLATE_TAG, '{% include "claims/_row.html" with x=1 %}'),
    (TEMPLATE_NAME, 'page(request, "claims/claim_list.html", {})'),
])  # fmt: skip
def test_the_guards_see_a_name(pattern, text):
    assert pattern.search(text)[1] == "claims"
