"""What signing in leaves behind: failures in the trail, the post acted in, the language (PLT-5, PLT-6)."""

from datetime import datetime

from django.db import transaction

from keyuan.kernel.actor import Actor, Origin, system_actor
from keyuan.kernel.errors import NotFound
from keyuan.organisation.models import Post, SignIn, User
from keyuan.organisation.rules.passwords import is_expired
from keyuan.organisation.selectors.people import own_id, person_by_staff_no
from keyuan.organisation.selectors.policy import password_policy
from keyuan.platform.audit import Action, record
from keyuan.platform.subjects import Subject


def note_failure(*, staff_no: str, origin: Origin, why: str, now: datetime) -> None:
    """Put a failed attempt into the trail.

    What was typed for a number that nobody has stays out of it: people type passwords into the wrong box.
    """
    user = person_by_staff_no(staff_no)
    subject = Subject("user", user.pk if user else 0)
    detail = {"why": why, "known": user is not None}
    with transaction.atomic():
        record(system_actor("sign-in").at(origin), Action.SIGN_IN_FAILED, subject, detail=detail, now=now)


def note_stranger(*, origin: Origin, why: str, now: datetime) -> None:
    """Put a failed attempt into the trail whose person is not known: a passkey or a provider's answer that failed."""
    with transaction.atomic():
        actor = system_actor("sign-in").at(origin)
        record(actor, Action.SIGN_IN_FAILED, Subject("user", 0), detail={"why": why, "known": False}, now=now)


def expire_password(user: User, *, now: datetime) -> None:
    """Hold the person to a new password when the present one is older than the policy allows."""
    if not user.must_change_password and is_expired(user.password_changed_at, password_policy(), now):
        user.must_change_password = True
        user.save(update_fields=["must_change_password"])


def switch_post(*, actor: Actor, posts: list[Post], post_id: int, session_key: str, now: datetime) -> Post:
    """Note that a person acts in another of their posts. Raises NotFound for a post that is not theirs today."""
    post = next((post for post in posts if post.pk == post_id), None)
    if post is None or post.user_id != actor.id:
        raise NotFound
    with transaction.atomic():
        SignIn.objects.filter(session_key=session_key).update(post=post)
        record(actor, Action.OTHER, Subject("post", post.pk), detail={"post": "switched"}, now=now)
    return post


def choose_language(*, actor: Actor, language: str) -> None:
    """Keep the language of a person; the caller has checked that it is one of ours."""
    User.objects.filter(pk=own_id(actor)).update(language=language)
