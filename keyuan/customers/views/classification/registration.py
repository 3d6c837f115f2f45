"""What classification hangs into the registries when the system starts (CUS-5)."""

from keyuan.customers.extensions import Recompute, recomputes
from keyuan.customers.services.classification.events import reclassify

#: After everybody's facts.
LAST = 1000


def register() -> None:
    """Fill the registries."""
    recomputes.add(Recompute("classification", reclassify, LAST))
