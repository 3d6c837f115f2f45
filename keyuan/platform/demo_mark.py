"""Whether a book is made up: ``keyuan demo`` leaves the sign-ins of its people beside it."""

from pathlib import Path

SIGN_INS = "sign-ins.txt"


def is_demo_book(var: Path | str) -> bool:
    """Tell whether the data folder ``var`` holds a demo book: what is measured in it says nothing of real work."""
    return (Path(var) / SIGN_INS).exists()
