"""What workers answer about word vectors, one file a view of the Embeddings page."""
