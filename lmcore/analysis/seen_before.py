"""How much of the held-back text stands in the training text too, word for word."""

LENGTH = 60  # characters of a passage: by chance, none is repeated
PASSAGES = 120
MOST_CHARACTERS = 20_000_000  # of the training text that is searched


def seen_share(text: str, validation_share: float, test_share: float) -> float | None:
    """Share of evenly spaced passages of the validation text that the training text contains.

    The text is split as `lmcore.text.splits` does it, the training text first. None where the held-back text
    is shorter than a passage.
    """
    end = round(len(text) * (1 - test_share))
    start = round(len(text) * (1 - test_share - validation_share))
    room = end - start - LENGTH
    if room < 0:
        return None
    training = text[max(0, start - MOST_CHARACTERS) : start]
    places = range(start, start + room + 1, max(1, room // PASSAGES))
    return sum(text[place : place + LENGTH] in training for place in places) / len(places)
