"""Chaos: the service is killed, cut off and lied to, and judged by what the world saw. `make chaos` writes the table."""
