"""What pages load exists, and nothing in them needs a looser content security policy (PLT-17)."""

import re

import pytest
from django.contrib.staticfiles import finders

from keyuan.config.setup_assets import FILES, icon_names
from tests.architecture.layout import expect_none, python_files, templates, where

STATIC = re.compile(r"""{%-?\s*static\s+["']([^"']+)["']""")
ICON_TAG = re.compile(r"""{%-?\s*icon\s+["']([a-z0-9-]+)["']""")
#: ``icon="users"`` in code and in the arguments of a component.
ICON_WORD = re.compile(r"""\bicon\s*=\s*["']([a-z0-9-]+)["']""")
INLINE = re.compile(
    r"<script(?![^>]*\bsrc=)(?![^>]*application/json)|<style\b|\sstyle=|\son[a-z]+=|javascript:", re.IGNORECASE
)
COMMENT = re.compile(r"{#.*?#}|{% comment.*?endcomment %}", re.DOTALL)


def hits(pattern, paths):
    """Place and name of every match."""
    for path in paths:
        text = COMMENT.sub("", path.read_text(encoding="utf-8"))
        for match in pattern.finditer(text):
            yield where(path), match[match.re.groups]


def test_every_static_file_that_a_template_names_exists():
    built = {f"vendor/{name}" for name in [*FILES, "icons.svg"]}

    expect_none(
        f"{place}: {name}" for place, name in hits(STATIC, templates()) if name not in built and not finders.find(name)
    )


def test_every_icon_that_is_drawn_is_in_the_sprite():
    known = set(icon_names())
    used = [*hits(ICON_TAG, templates()), *hits(ICON_WORD, [*templates(), *python_files()])]

    expect_none(f"{place}: {name}" for place, name in used if name not in known)


def test_no_template_carries_script_or_style_of_its_own():
    expect_none(f"{place}: {text}" for place, text in hits(INLINE, templates()))


@pytest.mark.parametrize("_case, text, inline", [
    ("a script", "<script>alert(1)</script>", True),
    ("a file of script", '<script src="/static/a.js" defer></script>', False),
    ("data", '<script type="application/json" id="x">{}</script>', False),
    ("a style", '<p style="color: red">', True),
    ("a handler", '<p onclick="go()">', True),
    ("htmx", '<p hx-on:click="x" data-style="y">', False),
])  # fmt: skip
def test_the_guard_knows_what_is_inline(_case, text, inline):
    assert bool(INLINE.search(text)) is inline
