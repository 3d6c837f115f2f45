"""How far a load is: a bar on a terminal, plain lines in a log."""

from collections.abc import Callable
from dataclasses import dataclass

BAR = 28
#: Lines of a log come at every tenth.
TENTHS = 10


@dataclass(slots=True)
class Progress:
    """Counts steps of one stage after the other; ``write`` takes finished text."""

    write: Callable[[str], None]
    on_terminal: bool
    stage: str = ""
    total: int = 0
    done: int = 0

    def begin(self, stage: str, total: int) -> None:
        """Start a stage of ``total`` steps."""
        self.stage, self.total, self.done = stage, total, 0
        self._show()

    def step(self) -> None:
        """Count one step."""
        self.done += 1
        self._show()

    def _show(self) -> None:
        if self.on_terminal:
            filled = BAR * self.done // max(1, self.total)
            end = "\n" if self.done >= self.total else ""
            self.write(f"\r{self.stage:<24}[{'#' * filled}{'.' * (BAR - filled)}] {self.done}/{self.total}{end}")
        elif self.done in {0, self.total} or self.done * TENTHS % self.total < TENTHS:
            self.write(f"{self.stage}: {self.done}/{self.total}\n")
