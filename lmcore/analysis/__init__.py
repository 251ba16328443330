"""Looking inside: snapshot and text in, plain numpy dataclasses out."""
