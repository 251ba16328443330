"""Word vectors as files: what word2vec, GloVe, fastText and gensim write, and the embedding projector reads."""
