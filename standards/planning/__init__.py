"""Planning: what fixes cost by a price book, and the cheapest that reach a goal."""
