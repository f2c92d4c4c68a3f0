"""Accepting: several looks over a day, and whether a camera is accepted."""
