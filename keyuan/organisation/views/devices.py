"""Browser and system from a User-Agent header, short enough for a list and for the audit trail."""

BROWSERS = (
    ("Edg", "Edge"),
    ("MicroMessenger", "WeChat"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("HarmonyOS", "HarmonyOS"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)
LENGTH = 60


def _first(found: tuple[tuple[str, str], ...], text: str) -> str:
    return next((name for mark, name in found if mark in text), "")


def device_name(user_agent: str) -> str:
    """Return "Chrome, Windows"; what is unknown is told by the beginning of the header."""
    parts = [_first(BROWSERS, user_agent), _first(SYSTEMS, user_agent)]
    return ", ".join(part for part in parts if part) or user_agent[:LENGTH]
