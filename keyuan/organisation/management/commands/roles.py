"""``keyuan roles``: give built-in roles what this version adds to them, and name what edited ones lack (PLT-4)."""

from typing import Any

from django.core.management.base import BaseCommand

from keyuan.kernel.actor import system_actor
from keyuan.organisation.services.role_updates import bring_roles_up_to_date
from keyuan.platform import clock


class Command(BaseCommand):
    """Bring the built-in roles up to this version."""

    help = "Give built-in roles that nobody edited the permissions that came with this version."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Do it and say what was added and what is only offered."""
        updates = bring_roles_up_to_date(actor=system_actor("set-up"), now=clock.now())
        for code, keys in updates.added.items():
            self.stdout.write(f"role {code}: added {', '.join(keys)}")
        for code, keys in updates.offered.items():
            self.stdout.write(f"role {code} was edited and keeps what it has; new and offered: {', '.join(keys)}")
