"""A Telegram of its own process, spoken to over HTTP only: the demo for people and the bench for tests.

It plays the Bot API as Telegram's own server does (texts, orders, limits of time) and gives people a stage:
a page and a small JSON API to say, tap, block, look and move the clock. It imports nothing else of ours.
"""
