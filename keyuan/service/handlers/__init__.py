"""What the service desk does when something happens below or beside it; each area has its module."""

from keyuan.service.handlers import follow_ups, mail

__all__ = ["follow_ups", "mail"]
