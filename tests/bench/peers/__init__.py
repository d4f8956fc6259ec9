"""Two plain bots as their users write them, to stand beside ours: a card with two buttons, the answers kept, the tally edited.

They follow their libraries' own documentation and defaults: nothing is tuned, nothing is left out that a user would do.
`python -m tests.bench.peers tortoise|sqlalchemy`, with TOKEN, API and DATABASE in the environment.
"""
