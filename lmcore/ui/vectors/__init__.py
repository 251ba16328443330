"""The views of the Embeddings page, and the ways to bring and take word vectors."""
