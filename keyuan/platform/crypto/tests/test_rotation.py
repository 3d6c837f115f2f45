"""Rotation: everything is sealed anew while the system serves, also after a kill (PLT-7)."""

import pytest
from django.core.management import call_command

from keyuan.kernel.actor import system_actor
from keyuan.kernel.errors import Conflict
from keyuan.platform.crypto import cipher, rotation
from keyuan.platform.crypto.keyring import add_data_key, ring
from keyuan.platform.files import open_file
from keyuan.platform.jobs.chunks import run_job
from keyuan.platform.jobs.drain import drain
from keyuan.platform.models import Attachment, AuditEvent, TrackedJob

pytestmark = pytest.mark.django_db
OPERATOR = system_actor("keyuan keys")


def versions():
    return sorted(cipher.version_of(bytes(blob)) for blob in Attachment.objects.values_list("wrapped_key", flat=True))


@pytest.fixture
def small_batches(monkeypatch):
    monkeypatch.setattr(rotation, "BATCH", 2)


def test_every_sealed_column_of_every_context_is_rotated():
    names = {column.name for column in rotation.sealed_columns()}

    assert {name for name in names if name.endswith(".wrapped_key")} == {
        "integrations_deliverypart.wrapped_key",
        "integrations_deliverysegment.wrapped_key",
        "platform_attachment.wrapped_key",
        "platform_importjob.wrapped_key",
    }
    assert len(names) > 1, "the customers' sealed columns are found by themselves"


def test_a_rotation_seals_everything_anew_and_everything_still_opens(keep, clerk, small_batches):
    files = [keep(f"{number}\n") for number in range(5)]

    job = rotation.rotate(actor=OPERATOR)
    drain()

    job.refresh_from_db()
    assert (job.status, job.done, job.total) == ("done", 5, 5)
    assert (ring().current, versions()) == (2, [2] * 5)
    assert [b"".join(open_file(clerk, file.pk)[1]) for file in files] == [b"0\n", b"1\n", b"2\n", b"3\n", b"4\n"]


def test_what_is_sealed_meanwhile_with_the_old_ring_is_found_by_a_further_pass(keep, small_batches, monkeypatch):
    keep()
    job = rotation.rotate(actor=OPERATOR)
    stale = keep().wrapped_key
    Attachment.objects.update(wrapped_key=cipher.encrypt("file_key", cipher.decrypt("file_key", bytes(stale))))
    drain()

    job.refresh_from_db()
    assert versions() == [2, 2]


def test_a_value_changed_meanwhile_is_left_alone(keep):
    attachment = keep()
    column = next(column for column in rotation.sealed_columns() if column.model is Attachment)
    Attachment.objects.update(wrapped_key=b"changed meanwhile")

    column.replace([(b"sealed anew", attachment.pk, bytes(attachment.wrapped_key))])

    attachment.refresh_from_db()
    assert bytes(attachment.wrapped_key) == b"changed meanwhile"


def test_only_one_rotation_runs(keep):
    rotation.rotate(actor=OPERATOR)

    with pytest.raises(Conflict):
        rotation.rotate(actor=OPERATOR)
    assert ring().current == 2


def test_a_key_is_retired_only_when_it_seals_nothing(keep):
    keep()
    job = rotation.rotate(actor=OPERATOR)
    with pytest.raises(Conflict):
        rotation.retire(actor=OPERATOR)

    drain()

    assert rotation.retire(actor=OPERATOR) == [1]
    assert (list(ring().data_keys), versions()) == ([2], [2])
    assert rotation.retire(actor=OPERATOR) == []
    assert job.pk


def test_a_key_in_use_is_not_retired_even_without_a_rotation(keep, own_ring):
    keep()
    add_data_key(own_ring)

    assert rotation.retire(actor=OPERATOR) == []


def test_rotations_and_retirements_are_audited(keep):
    rotation.rotate(actor=OPERATOR)
    drain()
    rotation.retire(actor=OPERATOR)

    events = AuditEvent.objects.filter(subject_kind="keyring").order_by("id")
    assert [event.facts for event in events] == [{"rotate": 2}, {"retire": [1]}]


def test_the_command_rotates_and_reports(keep, capsys):
    keep()
    call_command("keys", "rotate", "--here")
    call_command("keys", "status")

    output = capsys.readouterr().out
    assert "*   2  1" in output
    assert TrackedJob.objects.get().status == "done"


@pytest.mark.django_db(transaction=True)
def test_a_killed_rotation_goes_on_from_its_last_batch(keep, small_batches, monkeypatch):
    """The process dies when the third batch of files is written and not committed; its message comes again."""
    for number in range(9):
        keep(f"{number}\n")
    job = rotation.rotate(actor=OPERATOR)
    write, written = rotation.Column.replace, []

    def dying(column, changes):
        write(column, changes)
        written.extend(changes)
        if len(written) == 6:
            raise KeyboardInterrupt

    monkeypatch.setattr(rotation.Column, "replace", dying)
    with pytest.raises(KeyboardInterrupt):
        run_job(job.pk, 0)
    assert versions() == [1] * 5 + [2] * 4
    drain()

    job.refresh_from_db()
    assert (job.status, job.done, versions()) == ("done", 9, [2] * 9)
    assert len(written) == 6 + 5
