"""From the bytes of any file to documents of text."""
