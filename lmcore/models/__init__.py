"""Architectures, one file each; `configs` describes them without importing torch."""
