"""JSON for other programs, under /api/v1."""
