"""Numpy dataclasses to Plotly figures, in one theme."""
