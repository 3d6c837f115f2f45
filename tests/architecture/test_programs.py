"""What works by itself has a name in the reader's language wherever the trail says who did it (PLT-6)."""

import re

from keyuan.platform.audit.labels import SYSTEM_ACTORS
from tests.architecture.layout import expect_none, python_files, templates, where

NAMED = re.compile(r"""system_actor\("([^"]+)"\)""")
#: Who stands in no trail that anybody reads.
UNSEEN = {"sweeper", "test set-up"}
#: A column or a variable that may hold a program: shown as it is kept, it is an English word on a Chinese page.
BARE = re.compile(
    r"\{\{ *[\w.]*\b(?:actor|staff|created_by)_name\b(?!\|program)"
    r"|value=\"(?:actor|staff|created_by)_name\""
)


def test_every_program_that_acts_has_a_name():
    found = {(where(path), name) for path in python_files() for name in NAMED.findall(path.read_text(encoding="utf-8"))}

    expect_none(sorted(place for place in found if place[1] not in SYSTEM_ACTORS and place[1] not in UNSEEN))


def test_whoever_may_be_a_program_is_shown_by_its_name():
    found = [
        where(path, number)
        for path in [*templates(), *python_files()]
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if BARE.search(line)
    ]

    expect_none(found)
