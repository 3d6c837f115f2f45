"""Five hundred sessions, and announcements to them at the pace of a busy desk.

python -m benchmarks.inside.chatting prepare | announce | clear
"""

import json
import sys
import time
from pathlib import Path

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import transaction
from django.utils.module_loading import import_string

from benchmarks.inside.django_ready import answer
from keyuan.organisation.models import User
from keyuan.platform.live import push

#: Messages to one desk each, and announcements to all of them; seconds between two.
STREAMS, ONE, ALL, PAUSE = 500, 300, 40, 0.1
PREFIX = "BENCHCHAT"


def note() -> Path:
    """Where the users' ids stand between the steps."""
    return Path(settings.VAR_DIR) / "benchmark-chat.json"


def prepare() -> dict[str, list[str]]:
    """Make people with sessions; return the cookies."""
    clear()
    store = import_string(f"{settings.SESSION_ENGINE}.SessionStore")
    users = User.objects.bulk_create(
        User(staff_no=f"{PREFIX}{number}", name=f"测量{number}") for number in range(STREAMS)
    )
    keys = []
    for user in users:
        session = store()
        session[SESSION_KEY], session[HASH_SESSION_KEY] = str(user.pk), user.get_session_auth_hash()
        session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
        session.save()
        keys.append(session.session_key)
    note().write_text(json.dumps({"users": [user.pk for user in users], "keys": keys}), encoding="utf-8")
    return {"cookies": [f"{settings.SESSION_COOKIE_NAME}={key}" for key in keys]}


def announce() -> dict[str, list[tuple[int, int, float]]]:
    """Announce; return number, receiver (-1: everybody) and the moment of each commit."""
    users = json.loads(note().read_text(encoding="utf-8"))["users"]
    told = []
    for number in range(ONE + ALL):
        receiver = -1 if number >= ONE else number * 7 % len(users)
        with transaction.atomic():
            push("all" if receiver < 0 else [users[receiver]], "bench", {"n": number})
        told.append((number, receiver, time.time()))
        time.sleep(PAUSE)
    return {"told": told}


def clear() -> None:
    """Delete the people and their sessions."""
    if note().is_file():
        store = import_string(f"{settings.SESSION_ENGINE}.SessionStore")
        for key in json.loads(note().read_text(encoding="utf-8"))["keys"]:
            store().delete(key)
        note().unlink()
    User.objects.filter(staff_no__startswith=PREFIX).delete()


if __name__ == "__main__":
    answer({"prepare": prepare, "announce": announce, "clear": clear}[sys.argv[1]]())
