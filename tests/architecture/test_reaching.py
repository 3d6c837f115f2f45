"""Nothing reaches a customer but through contact, and nothing is sent there without a permit (MKT-9, decision 22).

The import contract in ``pyproject.toml`` keeps the senders to contact; here stands what an import does not show.
"""

import re

from tests.architecture.layout import context_of, expect_none, python_files, where

#: Ways out of the house that could carry a message to a customer.
WAYS_OUT = re.compile(r"\b(?:smtplib|django\.core\.mail)\b|^from django\.core import mail", re.MULTILINE)
#: What makes rows of the ledger or moves their state; the permit service alone does, and what counts contacts.
LEDGER = re.compile(r"\bPermit\.objects\.(?:create|bulk_create)\b|(?<!class )\bPermit\(|update\(state=Permit\.State\.")
WRITERS = ("keyuan/contact/services/permits/", "keyuan/contact/services/contacting.py")


def test_only_contact_knows_how_mail_is_sent():
    guilty = [
        where(path)
        for path in python_files()
        if context_of(path) not in {"contact", "config"} and WAYS_OUT.search(path.read_text(encoding="utf-8"))
    ]

    expect_none(guilty)


def test_permits_are_made_in_one_place():
    guilty = [
        where(path)
        for path in python_files()
        if LEDGER.search(path.read_text(encoding="utf-8")) and not any(place in path.as_posix() for place in WRITERS)
    ]

    expect_none(guilty)
