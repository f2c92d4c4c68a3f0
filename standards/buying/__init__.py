"""Buying: what a new camera must fulfil, and data sheets held against it."""
