"""Cleaning: named steps between a file and the text that a model reads; each tells what it changes."""
