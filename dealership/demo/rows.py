"""Tables written as text: a line is a row, a bar parts its cells."""


def rows(text: str) -> list[list[str]]:
    """Return the stripped cells of every line; an empty cell is an empty string."""
    return [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines()]
