"""Sentences of the organisation's codes."""

from django.utils.translation import gettext_lazy as _

from keyuan.platform.audit.labels import name_programs
from keyuan.platform.wording import add_sentences

#: Sentences about the programs of other systems.
API_CLIENTS = {
    "api_client.not_found": _("This API client does not exist, or it is not within your reach."),
    "api_client.no_sign_in": _("This account belongs to an API client; nobody signs in with it."),
    "api_client.name_missing": _("Give the program a name."),
    "api_client.network": _("%(network)s is no network. Write one a line, such as 10.20.0.0/16."),
    "api_client.networks": _("At most %(most)s networks can be named."),
    "api_client.rate": _("Calls a minute can be between 1 and %(most)s."),
    "api_client.kind": _("Choose what the secret is for."),
    "api_client.expires_in_past": _("The last day has passed; choose a later one or leave it empty."),
    "api_client.too_many_keys": _("A client holds at most %(most)s secrets and keys; end one first."),
    "api_client.key_revoked": _("This key has ended. Make a new one."),
}

#: Sentences of the ways in besides the password, and of the weekly report.
WAYS_IN = {
    "sso.invalid": _("The answer of single sign-on was not in order. Begin again, or tell your administrator."),
    "sso.refused": _("Single sign-on refused. Begin again, or sign in with the password."),
    "sso.unreachable": _("Single sign-on cannot be reached now. Sign in with the password, or try later."),
    "sso.unknown": _("Single sign-on knows you, but no open account here carries your staff number."),
    "passkey.invalid": _("This passkey was not accepted. Try again, or sign in with the password."),
    "passkey.expired": _("The device took too long to answer. Try once more."),
    "passkey.known": _("This passkey stands here already."),
    "passkey.too_many": _("A person keeps at most %(most)s passkeys. Remove one first."),
    "idle.weekly": _(
        "%(accounts)s accounts were not used for %(days)s days. See them, and open records left for %(month)s."
    ),
}


#: What works by itself, by the name under which it stands in the trail.
PROGRAMS = {
    "organisation.idle": _("Weekly report on unused accounts"),
    "organisation.stale": _("Accounts that nobody uses"),
    "single-sign-on": _("Single sign-on"),
}


def register() -> None:
    """Word the codes."""
    name_programs(PROGRAMS)
    add_sentences(API_CLIENTS)
    add_sentences(WAYS_IN)
    add_sentences(
        {
            "sign_in.wrong": _("Wrong password, %(left)s attempts left. Check capital letters and type it again."),
            "sign_in.locked": _(
                "This account is locked for %(minutes)s minutes after %(limit)s wrong attempts. "
                "Wait, or ask your administrator to unlock it."
            ),
            "sign_in.flooding": _("Too many attempts from your network have failed. Wait ten minutes, then try again."),
            "sign_in.code_wrong": _("This code is not right or was used before. %(left)s attempts left."),
            "sign_in.code_expired": _("Signing in took too long. Please begin again."),
            "conflict.theirs": _("Someone else saved “%(value)s”. Save once more to keep yours."),
            "password.wrong": _("This is not your present password."),
            "password.too_short": _("A password needs at least %(limit)s characters."),
            "password.too_few_classes": _(
                "Use at least %(limit)s of these four: capital letters, small letters, digits, other characters."
            ),
            "password.personal": _("A password must not contain your staff number or your name."),
            "password.word": _(
                "A password must not contain a word that everybody guesses, such as the product's name."
            ),
            "password.common": _("This password stands in collections of stolen ones. Choose another."),
            "password.used_before": _("You used this password before. The last %(limit)s cannot be used again."),
            "password.repeat": _("The two new passwords differ."),
            "totp.in_force": _("A second factor is in force already. Remove it before setting up another."),
            "totp.absent": _("No second factor is in force."),
            "totp.wrong": _("This code is not right. Check the clock of your phone and type the present code."),
            "unit.level": _("A unit cannot stand there: the tree has five levels, the head office on top."),
            "unit.parent_closed": _("The upper unit is closed."),
            "unit.not_found": _("This unit does not exist, or it is not within your reach."),
            "unit.code_taken": _("Unit code %(value)s is in use already."),
            "unit.closed_already": _("This unit is closed already."),
            "unit.has_units": _("Units below are still open. Close or move them first."),
            "unit.has_posts": _("People still hold posts here. End or move their posts first."),
            "unit.has_agents": _("Agents still work here. Move them first."),
            "unit.has_records": _("Records still belong to this unit. Move it as a whole, or reassign them first."),
            "unit.move_nowhere": _("The unit stands there already; the head office cannot be moved."),
            "unit.move_level": _("A unit can only stand below an open unit of a higher level."),
            "role.code_taken": _("Role code %(value)s is in use already."),
            "role.unknown_permission": _("Unknown permissions or fields: %(names)s."),
            "role.beyond_own": _("You cannot give away what your own post does not hold: %(names)s."),
            "role.own": _("You cannot change the role of your own post. Ask an administrator."),
            "role.last_administrator": _("Nobody could edit roles any more. Give someone else that permission first."),
            "user.staff_no_taken": _("Staff number %(value)s is in use already."),
            "user.left": _("This person has left; the account is closed."),
            "user.own": _("You cannot do this to your own account. Ask an administrator."),
            "agent.unknown": _("No agent in your reach has the number %(value)s."),
            "post.dates": _("A post cannot end before it begins."),
            "post.ended": _("This post has ended already."),
            "post.channel_missing": _("A post over a sales channel needs the channel."),
            "post.unit_closed": _("This unit is closed."),
            "post.person_left": _("This person has left."),
            "post.own": _("You cannot appoint yourself. Ask an administrator."),
            "post.too_wide": _("A post cannot reach further than your own."),
        }
    )
