"""Connecting again and again in one process, which only tests do."""

from tortoise.backends.base.executor import EXECUTOR_CACHE

from bot.engines import connect


async def connect_freshly(url: str, modules: list[str]) -> None:
    """Tortoise keeps INSERT statements by connection name: what it wrote for the other database would fail here."""
    EXECUTOR_CACHE.clear()
    await connect(url, modules)
