"""Message templates by code, with what they ask to be filled in."""

from keyuan.contact.models import MessageTemplate
from keyuan.contact.selectors.messages.templates import usable_version, variables_of


def template_by_code(code: str) -> tuple[int, frozenset[str]] | None:
    """Return the template ``code`` with the names of its places; None where none is approved."""
    template = MessageTemplate.objects.filter(code=code, is_retired=False).first()
    version = usable_version(template) if template else None
    if template is None or version is None:
        return None
    return int(template.pk), frozenset(variable.name for variable in variables_of(version))
