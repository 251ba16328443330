"""A figure as a file to keep."""

import plotly.graph_objects as go


def as_html(figure: go.Figure) -> bytes:
    """A page of its own, with plotly.js inside (about 5 MB), that opens without a network."""
    config = {"displaylogo": False, "responsive": True}
    page: str = figure.to_html(config=config, include_plotlyjs=True, include_mathjax=False, full_html=True)
    return page.encode("utf-8")
