"""Which questions an application answers, without what was said."""

import json

from keyuan.policies.models import Application


def answered_codes(application: Application | None) -> frozenset[str]:
    """Return the codes of the questions that were answered."""
    found: set[str] = set()
    if application is None or application.declaration is None:
        return frozenset()

    def take(text: str) -> bool:
        found.update(json.loads(text))
        return True

    application.declaration.satisfies(take)
    return frozenset(found)
