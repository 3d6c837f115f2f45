"""Work of the service desk in the background; each area has its module, imported here so that it is found."""

from keyuan.service.jobs import complaint_bases, follow_ups, mail

__all__ = ["complaint_bases", "follow_ups", "mail"]
