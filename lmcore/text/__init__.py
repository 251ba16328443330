"""From raw text to batches: corpora, tokenizers, data sets and the counting baseline."""
