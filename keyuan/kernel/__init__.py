"""Plain Python shared by every context: who acts, what went wrong, dates, money, identifiers, masks. No Django."""
