"""Taking a port: one that cannot be had is a trouble of the operator's, told with the setting that names it."""

from aiohttp import web


class PortTaken(RuntimeError):
    """Somebody else listens there, or we may not; `setting` is where the port was chosen."""

    def __init__(self, port: int, setting: str) -> None:
        super().__init__(str(port))
        self.port, self.setting = port, setting


async def listen(runner: web.AppRunner, host: str | None, port: int, setting: str) -> None:
    """Opens a port for an application that is set up; `host` None: every address. PortTaken if it cannot be had."""
    try:
        await web.TCPSite(runner, host, port).start()
    except OSError:
        raise PortTaken(port, setting) from None
