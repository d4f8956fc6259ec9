"""The simulated year of a branch: `year.txt` is the table, the modules play it and read what reached whom."""
