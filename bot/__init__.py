"""The machine: starts everything, words everything, carries every message out."""
