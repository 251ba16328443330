"""Whether a process that the store names is still the one it was."""

import os

import psutil


def is_alive(pid: int, started: float) -> bool:
    """Whether the process of that number began at that time and still runs."""
    try:
        return abs(psutil.Process(pid).create_time() - started) < 1.0
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
