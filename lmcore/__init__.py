"""LM Playground: train small language models live and look inside them."""
