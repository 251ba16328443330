"""A character for every byte, so that byte-level tokens can be written down (Radford et al. 2019)."""

N_BYTES = 256


def _stand_ins() -> dict[int, str]:
    """GPT-2's table: a byte's own character where that is printable, else the next one from U+0100."""
    printable = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = [byte for byte in range(N_BYTES) if byte not in printable]
    return {byte: chr(byte) for byte in printable} | {byte: chr(0x100 + i) for i, byte in enumerate(others)}


STAND_IN = _stand_ins()
BYTE_OF = {character: byte for byte, character in STAND_IN.items()}


def shown_bytes(data: bytes) -> str:
    """The text of `data`, or, if it is no whole character, its bytes.

    >>> shown_bytes("你".encode()), shown_bytes("你".encode()[:2])
    ('你', '⟨E4 BD⟩')
    """
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return f"⟨{data.hex(' ').upper()}⟩"
