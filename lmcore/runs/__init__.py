"""Runs: their specification, the store, the worker processes and the queue."""
