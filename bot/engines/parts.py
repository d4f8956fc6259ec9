"""Savepoints, the same for both databases."""

from typing import Any, Protocol, cast

from tortoise.backends.base.client import TransactionalDBClient, TransactionContext

OVER = "this transaction is over; a task started inside it must not use its connection"


class Transaction(Protocol):
    connection_name: str

    @property
    def over(self) -> bool: ...

    async def savepoint(self) -> None: ...

    async def savepoint_rollback(self) -> None: ...

    async def release_savepoint(self) -> None: ...


class Part(TransactionContext):
    """A savepoint inside a transaction."""

    __slots__ = ("connection_name", "transaction")

    def __init__(self, transaction: Transaction) -> None:
        self.transaction = transaction
        self.connection_name = transaction.connection_name

    async def __aenter__(self) -> TransactionalDBClient:
        await self.transaction.savepoint()
        return cast(TransactionalDBClient, self.transaction)

    async def __aexit__(self, exc_type: Any, exc_val: Any, exc_tb: Any) -> None:
        if not self.transaction.over:
            await (self.transaction.savepoint_rollback() if exc_type else self.transaction.release_savepoint())
