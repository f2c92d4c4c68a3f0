"""Explaining: the whole reasoning of a verdict, as lines to follow by hand."""
