"""Whether this worker was told to end: long work then stops after its present step instead of using up its minute."""

import mmap

#: One byte that the worker command shares with the processes it forks; needs no lock, so a signal handler may set it.
_flag = mmap.mmap(-1, 1)


def ask() -> None:
    """Let every process of this worker end its chunk at the next step."""
    _flag[0] = 1


def is_asked() -> bool:
    """Tell whether the worker of this process was told to end."""
    return _flag[0] == 1
