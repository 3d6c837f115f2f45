"""What kind of mail came: from a person, from a program, our own, unwanted, or a report of a failed one (SRV-5).

RFC 3834 and 3464; Precedence and X-Auto-Response-Suppress as programs in the wild write them.
"""

import re
from collections.abc import Collection

from keyuan.service.rules.mail.letter import Letter

OWN, BOUNCE, AUTOMATIC, SPAM, PERSON = "OWN", "BOUNCE", "AUTOMATIC", "SPAM", "PERSON"
_BULK = frozenset({"bulk", "junk", "list", "auto_reply"})
_PROGRAMS = re.compile(r"(?:no-?reply|do-?not-?reply|mailer-daemon|postmaster|bounces?)(?:[+.-].*)?")
_VERDICT = re.compile(r"\bdmarc=(\w+)")


def kind_of(letter: Letter, own: Collection[str]) -> str:
    """Return what a mail is. ``own`` are the addresses of all our mailboxes: what we sent must not come back in."""
    if letter.bounces:
        return BOUNCE
    if letter.sender is not None and _plain(letter.sender.address) in own:
        return OWN
    if letter.signs.spam_flag == "yes":
        return SPAM
    return AUTOMATIC if is_automatic(letter) else PERSON


def is_automatic(letter: Letter) -> bool:
    """Tell whether a program wrote it: it gets no acknowledgement and opens nothing again."""
    signs = letter.signs
    return (
        (signs.auto_submitted not in ("", "no"))
        or signs.precedence in _BULK
        or bool(signs.suppress and signs.suppress != "none")
        or signs.is_list
        or signs.return_path == ""
        or bool(signs.report_type)
        or letter.sender is None
        or _PROGRAMS.fullmatch(letter.sender.address.partition("@")[0]) is not None
    )


def is_forged(letter: Letter, checker: str) -> bool:
    """Tell whether the server that ``checker`` names, which is ours, found the sender to be another (DMARC).

    Lines of other servers count nothing: whoever forges a sender writes them too.
    """
    if not checker:
        return False
    for line in letter.signs.authentication:
        if line.split(";")[0].split()[:1] == [checker.lower()]:
            verdict = _VERDICT.search(line)
            return verdict is not None and verdict.group(1) == "fail"
    return False


def _plain(address: str) -> str:
    """Return an address without what stands behind a plus: the reply address of a thread is still ours."""
    local, _at, domain = address.partition("@")
    return f"{local.partition('+')[0]}@{domain}"
