"""The Text page: its views, and the ways to bring a text."""
