"""Measurements, one command each: `python -m benchmarks.NAME`. The tests never run them."""
