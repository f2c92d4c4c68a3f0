"""Waiving: exceptions with an end; they annotate and never hide."""
