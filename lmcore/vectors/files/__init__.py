"""Word vectors as files: what word2vec, GloVe, fastText gensim write, and the embedding projector."""
