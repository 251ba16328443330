"""Word vectors: training and the questions asked of them."""
