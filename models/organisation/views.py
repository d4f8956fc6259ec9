"""What a text may say of a node."""

from datetime import datetime

from models.organisation.tables import Node


async def describe(node_id: int, _: datetime) -> dict[str, str]:
    """Its name."""
    return {"name": (await Node.get(id=node_id)).name}
