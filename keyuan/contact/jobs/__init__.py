"""Work of contacts in the background; each area has its module, imported here so that it is found."""

from keyuan.contact.jobs import contacting, messages, privacy

__all__ = ["contacting", "messages", "privacy"]
