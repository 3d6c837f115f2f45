"""Work of the service desk in the background; each area has its module, imported here so that it is found."""

from keyuan.service.jobs import chat, complaint_bases, follow_ups, learning, mail

__all__ = ["chat", "complaint_bases", "follow_ups", "learning", "mail"]
