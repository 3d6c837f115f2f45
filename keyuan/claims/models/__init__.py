"""Tables of the claims."""

from keyuan.claims.models.claim import Claim

__all__ = ["Claim"]
