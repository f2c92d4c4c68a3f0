"""Told: errors whose text is for the person who called: what is wrong, and what to do. Raised by every package."""


class ToldError(Exception):
    """Its text is a sentence for a person, and holds no secret. The command line prints it and ends with status 2."""
