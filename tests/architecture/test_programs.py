"""What works by itself has a name in the reader's language wherever the trail says who did it (PLT-6)."""

import re

from keyuan.platform.audit.labels import SYSTEM_ACTORS
from tests.architecture.layout import expect_none, python_files, where

NAMED = re.compile(r"""system_actor\("([^"]+)"\)""")
#: Who stands in no trail that anybody reads.
UNSEEN = {"sweeper", "test set-up"}


def test_every_program_that_acts_has_a_name():
    found = {(where(path), name) for path in python_files() for name in NAMED.findall(path.read_text(encoding="utf-8"))}

    expect_none(sorted(place for place in found if place[1] not in SYSTEM_ACTORS and place[1] not in UNSEEN))
