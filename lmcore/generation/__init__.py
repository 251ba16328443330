"""Writing text with a model: distributions and the walk through them."""
