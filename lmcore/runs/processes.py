"""Whether a process that the store names is still the one it was."""

import os

import psutil

CLOCK_S = 5.0  # a start time is counted from the boot, which moves with the clock


def is_alive(pid: int, started: float) -> bool:
    """Whether the process of that number began at that time and still runs."""
    try:
        return abs(psutil.Process(pid).create_time() - started) < CLOCK_S
    except psutil.NoSuchProcess:
        return False


def is_worker(pid: int | None) -> bool:
    """Whether `pid` is a worker, and not another process that got its number."""
    if pid is None or pid == os.getpid():
        return False
    try:
        return "lmcore.runs.worker" in psutil.Process(pid).cmdline()
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return False
