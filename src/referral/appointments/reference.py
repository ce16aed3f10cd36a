"""References that survive a bad telephone line: eight characters without look-alikes. Pure."""

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 8


def reference_from(number: int) -> str:
    """Return the reference for a random `number` (32 bits or more), such as `K7QF-3M9P`."""
    letters = []
    for _ in range(LENGTH):
        number, index = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[index])
    return f"{''.join(letters[:4])}-{''.join(letters[4:])}"
