"""Simulated years: of a branch's theme days (`year.txt`), of its birthdays, questions and pledges (`three.txt`). The tables are
written by hand; the modules play them and read what reached whom.
"""
