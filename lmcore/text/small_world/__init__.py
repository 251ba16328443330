"""A constructed world whose truth is known, told in English and in Chinese."""
