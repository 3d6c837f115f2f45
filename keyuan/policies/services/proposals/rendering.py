"""The paper of a proposal: typeset by Typst from the version's figures, kept with the proposal (PRD-5)."""

import io
import json
from datetime import datetime
from pathlib import Path

import typst

from keyuan.kernel.actor import system_actor
from keyuan.platform.audit import Subject
from keyuan.platform.files import store
from keyuan.policies.models import ProposalVersion

ACTOR = system_actor("proposals")
TEMPLATE = Path(__file__).resolve().parents[2] / "documents" / "proposal.typ"
MODES = {"01": "趸交", "02": "月交", "03": "季交", "04": "半年交", "05": "年交", "06": "不定期交", "99": "其他"}


def render(version_id: int, now: datetime) -> bool:
    """Typeset one version and keep its PDF; returns False when it was rendered before. Safe to run twice.

    The file is written outside of any transaction; a second run after a kill finds the state and keeps one more
    attachment at worst, of which the version names the last.
    """
    version = ProposalVersion.objects.select_related("proposal").filter(pk=version_id).first()
    if version is None or version.state == ProposalVersion.State.READY:
        return False
    data = typeset(version.document, version.note)
    name = f"{version.proposal.proposal_no}-{version.number}.pdf"
    subject = Subject("proposal", version.proposal_id)
    kept = store(actor=ACTOR, subject=subject, name=name, file=io.BytesIO(data), now=now, kind="proposal")
    ProposalVersion.objects.filter(pk=version.pk).update(state=ProposalVersion.State.READY, attachment_id=kept.pk)
    return True


def typeset(document: dict[str, object], note: str = "") -> bytes:
    """Return the PDF of a proposal's document."""
    said = {**document, "note": note, "mode": MODES.get(str(document.get("pay_mode")), "")}
    inputs = {"data": json.dumps(said, ensure_ascii=False)}
    found = typst.compile(TEMPLATE.read_bytes(), format="pdf", sys_inputs=inputs)
    if not isinstance(found, bytes):
        raise TypeError("one document makes one file")
    return found
