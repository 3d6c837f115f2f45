"""Faults of a condition, each with the place of its row (CUS-6)."""

from keyuan.kernel.errors import Invalid
from keyuan.platform.wording import say


def faults_of(error: Invalid) -> list[dict[str, str]]:
    """Return what is wrong, row by row, in the page's language."""
    return [{"row": str(one.params.get("row", "0")), "text": say(one)} for one in error.errors]
