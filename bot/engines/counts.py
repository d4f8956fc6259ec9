"""What an engine has done so far, for a bench to read: two integers, always counted."""

from dataclasses import dataclass


@dataclass(slots=True)
class Counts:
    statements: int = 0
    hops: int = 0  # trips to SQLite's thread; PostgreSQL makes none
    savepoints: int = 0

    def note(self, statements: int, hops: int = 0) -> None:
        self.statements += statements
        self.hops += hops

    def savepoint(self) -> str:
        """A name no other savepoint of this engine has."""
        self.savepoints += 1
        return f"part_{self.savepoints}"
