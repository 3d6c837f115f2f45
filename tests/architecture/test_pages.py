"""Every address has a sign on its door, and faces read through selectors only (PLT-4, decision 17)."""

import re

from django.urls import URLPattern, get_resolver

from keyuan.platform.catalogue import catalogue
from keyuan.platform.help import page_help
from keyuan.platform.http import PROGRAMS, PUBLIC, SIGNED_IN
from keyuan.platform.navigation import nav_items
from tests.architecture.layout import context_of, expect_none, python_files, where

FACES = {"views", "forms.py", "forms", "handlers.py", "templatetags", "middleware.py"}
MANAGER = re.compile(r"\.(?:objects|_default_manager|_base_manager)\b")


def addresses(resolver=None, prefix=""):
    """Every URL pattern with its whole route."""
    for entry in (resolver or get_resolver()).url_patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLPattern):
            yield route, entry
        else:
            yield from addresses(entry, route)


def test_every_address_says_who_may_enter():
    open_doors = [route for route, entry in addresses() if not getattr(entry.callback, "permission", None)]

    expect_none(open_doors)


def test_permissions_on_the_doors_stand_in_the_catalogue():
    known = {permission.key for permission in catalogue} | {PROGRAMS, PUBLIC, SIGNED_IN}
    unknown = {
        entry.callback.permission for _route, entry in addresses() if hasattr(entry.callback, "permission")
    } - known

    expect_none(unknown)


def test_every_address_has_a_name():
    expect_none([route for route, entry in addresses() if not entry.name])


def test_faces_never_read_a_table_themselves():
    """Rows come from ``*_visible_to`` and ``access_*``; a manager in a view would step round the scope."""
    guilty = [
        where(path, number)
        for path in python_files()
        if FACES & set(path.parts) and context_of(path) != "platform"
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if MANAGER.search(line)
    ]

    expect_none(guilty)


def test_every_page_of_the_navigation_has_its_help():
    """A new entry brings its sentences in `views/help.py` of its context (``docs/developer.md``)."""
    expect_none(item.url_name for item in nav_items if item.url_name not in page_help)
