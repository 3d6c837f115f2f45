"""Plain Python shared by every context: who acts, what went wrong, dates, money, identifiers, masks. No Django."""

import os

# Names are read character by character; the table of phrases would slow every start for nothing.
os.environ.setdefault("PYPINYIN_NO_PHRASES", "1")
