"""Starts one of the two."""

import asyncio
import logging
import os
import sys

from tests.bench.peers import with_aiogram, with_telegram


def main(name: str, token: str, api: str, database: str) -> None:
    logging.basicConfig(level=logging.INFO)
    if name == "tortoise":
        logging.getLogger("httpx").setLevel(logging.WARNING)  # as the library's examples do: it logs every URL
        with_telegram.run(token, api, database)
    else:
        asyncio.run(with_aiogram.run(token, api, database))


if __name__ == "__main__":
    main(sys.argv[1], os.environ["TOKEN"], os.environ["API"], os.environ["DATABASE"])
