"""People of the audit tests, and a folder of anchors that no other test writes to."""

from pathlib import Path

import pytest

from keyuan.kernel.actor import WHOLE_BOOK, Actor, ActorKind, FieldLevel, Origin
from keyuan.platform.permissions import AUDIT_VIEW


@pytest.fixture(autouse=True)
def own_anchors(settings, tmp_path: Path) -> Path:
    settings.VAR_DIR = tmp_path
    return tmp_path / "anchors"


@pytest.fixture
def clerk() -> Actor:
    return Actor(
        ActorKind.STAFF, 7, "王芳", staff_no="A0007", post_id=70, post_label="客服专员", unit_id=3,
        field_levels={"phone": FieldLevel.REVEAL}, origin=Origin("10.0.0.7", "Firefox", "r-1"),
    )  # fmt: skip


@pytest.fixture
def auditor() -> Actor:
    return Actor(ActorKind.STAFF, 8, "李审", permissions=frozenset({AUDIT_VIEW}), scope=WHOLE_BOOK)
