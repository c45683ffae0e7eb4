"""How work grows with what it is given: in proportion, or worse."""

import gc
import time
from collections.abc import Callable

FOLD = 4  # how much more there is the second time
SLACK = 9  # how much longer that may take: what is quadratic takes 16 times as long
BLUR = 0.05  # seconds that caches cost or save


def is_linear(work: Callable[[int], object], size: int) -> bool:
    """Whether four times the size takes about four times the processor's time.

    It compares the work with itself, and asks again before it says no: nothing depends on how fast
    a machine is, or how busy.
    """
    return any(_grows_in_proportion(work, size) for _ in range(3))


def _grows_in_proportion(work: Callable[[int], object], size: int) -> bool:
    little = min(_seconds(work, size) for _ in range(2))
    return min(_seconds(work, FOLD * size) for _ in range(2)) < SLACK * little + BLUR


def _seconds(work: Callable[[int], object], size: int) -> float:
    gc.disable()  # it looks at all that the other tests keep
    try:
        begin = time.process_time()
        work(size)
        return time.process_time() - begin
    finally:
        gc.enable()
