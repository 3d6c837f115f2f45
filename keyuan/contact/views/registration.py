"""What the contacts hang into platform and customers."""


def register() -> None:
    """Register lists, panels, words and menu entries."""
