"""What machines build on: a file of known layout becomes an import, and its end is announced (PLT-9, PLT-14)."""

from datetime import timedelta

import pytest

from keyuan.platform.files import vault
from keyuan.platform.imports import lifecycle, running
from keyuan.platform.imports.layouts import examine
from keyuan.platform.imports.storage import Metered, StoredFile, opener_of
from keyuan.platform.imports.tests.conftest import NOW, work_off

pytestmark = pytest.mark.django_db
DATA = b"no,sum,word\n1,1.00,a\n"


def test_an_adopted_file_is_kept_as_long_as_its_owner_says(system):
    meter = Metered([DATA])
    name, key = vault.write(meter)
    stored = StoredFile(name, key, meter.size, meter.sha256)

    made = lifecycle.adopt_file(
        actor=system, name="a.csv", stored=stored, layout=examine(opener_of(name, key)), now=NOW, kept=timedelta(180)
    )

    assert (made.rows_total, made.expires_at) == (1, NOW + timedelta(180))


def test_every_end_of_an_import_is_announced(send, clerk, monkeypatch):
    said = []
    monkeypatch.setattr(running, "emit", lambda event: said.append((type(event).__name__, getattr(event, "stage", ""))))
    import_job = send(DATA)

    work_off(lifecycle.start_check(actor=clerk, import_id=import_job.pk))
    work_off(lifecycle.start_import(actor=clerk, import_id=import_job.pk))

    assert said == [("ImportEnded", "checked"), ("ImportFinished", ""), ("ImportEnded", "done")]
