"""What segments and tags hang into the registries (CUS-6)."""

from keyuan.customers.selectors.segments import own_fields
from keyuan.customers.views.segments.wording import SENTENCES
from keyuan.platform.wording import add_sentences


def register() -> None:
    """Fill the registries; called once when Django is ready."""
    own_fields.register()
    add_sentences(SENTENCES)
