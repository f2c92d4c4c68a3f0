"""Reading: editions from TOML, strictly; every mistake at once."""
