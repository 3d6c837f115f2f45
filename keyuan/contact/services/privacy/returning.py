"""Taking out again whom a restored backup brought back (PLT-8; PIPL 47)."""

from datetime import datetime

from django.db import transaction

from keyuan.contact.services.privacy.erasing import erase_again
from keyuan.contact.services.privacy.ledger import lines, missing


def take_out_again(now: datetime) -> int:
    """Take out again whom a restored book brought back; returns how many. A legal hold of the book lets nobody go."""
    done = 0
    for line in missing(lines()):
        with transaction.atomic():
            # Looked at once more inside: another process may have been faster.
            if missing([line]):
                done += erase_again(line.customer_id, is_whole=line.is_whole, now=now)
    return done
