"""What may follow what with a benefit, and who may decide up to which amount (POL-6, GK)."""

from keyuan.kernel.errors import Refused

OPEN, CLAIMED, APPROVED, PAID, KEPT, VOID = "OPEN", "CLAIMED", "APPROVED", "PAID", "KEPT", "VOID"

#: act → (states before, state after).
STEPS: dict[str, tuple[tuple[str, ...], str]] = {
    "CLAIM": ((OPEN,), CLAIMED),
    "APPROVE": ((CLAIMED,), APPROVED),
    "RETURN": ((CLAIMED,), OPEN),
    "PAY": ((APPROVED,), PAID),
    "KEEP": ((OPEN,), KEPT),
    "VOID": ((OPEN, CLAIMED), VOID),
}
#: Up to this amount in 分 any approver decides; above it takes the right to decide on large ones (GK).
LARGE = 20_000_000
#: Proof of life is not older than so many days when the benefit is claimed (GK).
PROOF_DAYS = 30
#: How life was proven.
PROOFS = ("IN_PERSON", "VIDEO", "CERTIFICATE", "CONTACT")


def step_to(act: str, state: str) -> str:
    """Return the state after ``act``. Raises `Refused` benefit.wrong_state for a pair that does not stand above."""
    before, after = STEPS[act]
    if state not in before:
        raise Refused("benefit.wrong_state")
    return after


def acts_from(state: str) -> list[str]:
    """Return the acts that a state allows."""
    return [act for act, (before, _after) in STEPS.items() if state in before]
