"""A real worker that hands over one thing at a time and rests before each commit: ``python -m … NAMES``."""

import time

from keyuan.platform.tests import worker_process


def slow_down() -> None:
    """Replace the step by one that moves a single thing and waits with it uncommitted."""
    from keyuan.customers.services.handover import running

    real = running._move_chunk

    def resting(*args):
        left = real(*args)
        time.sleep(0.5)
        return left

    running.CHUNK, running._move_chunk = 1, resting


if __name__ == "__main__":
    worker_process.main(slow_down)
