"""Which message template tells a payee of a benefit."""

from keyuan.contact.models import MessageTemplate
from keyuan.contact.selectors.messages.templates import usable_version, variables_of

CODES = {"MATURITY": "benefit-maturity", "DIVIDEND": "benefit-dividend"}
ELSE = "benefit-due"


def template_of(kind: str) -> tuple[int, frozenset[str]] | None:
    """Return the template of a kind of benefit with the names of its places; None where none is approved."""
    template = MessageTemplate.objects.filter(code=CODES.get(kind, ELSE), is_retired=False).first()
    version = usable_version(template) if template else None
    if template is None or version is None:
        return None
    return int(template.pk), frozenset(variable.name for variable in variables_of(version))
