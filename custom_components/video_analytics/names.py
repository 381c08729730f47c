"""Names of people, written so that equal ones are equal text."""

from unicodedata import normalize


def normalised_name(text: str) -> str:
    """Return a name without regard to case, to how letters are composed, and to how many spaces there are."""
    return " ".join(normalize("NFKC", normalize("NFKD", text).casefold()).split())
