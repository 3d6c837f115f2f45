"""Become a program that ends when its supervisor does: ``python -m keyuan.config.child PARENT PROGRAM ARGUMENT…``."""

import ctypes
import os
import signal
import sys

#: ``prctl`` option of Linux: the signal that this process gets when its parent dies. Survives ``exec``.
PR_SET_PDEATHSIG = 1


def tie_to_parent(parent: int) -> None:
    """Ask the kernel to end this process with ``parent``; on systems without the call, do nothing."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:
        raise SystemExit("keyuan: the supervisor has gone")


if __name__ == "__main__":
    tie_to_parent(int(sys.argv[1]))
    os.environ["KEYUAN_SUPERVISOR"] = sys.argv[1]
    os.execv(sys.argv[2], sys.argv[2:])  # noqa: S606 - fixed programs, named by the supervisor
