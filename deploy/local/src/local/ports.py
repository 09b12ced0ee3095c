"""Which ports are free, and which are taken."""

import socket
from contextlib import ExitStack

from local.settings import LOOPBACK, Settings, variable
from local.trouble import PortTaken


def refuse_taken(settings: Settings) -> None:
    """Name the ports that other programs hold, and the settings that move ours."""
    hosts = dict.fromkeys(settings.ports, LOOPBACK) | {"gateway": settings.gateway_host}
    held = {part: port for part, port in settings.ports.items() if taken(hosts[part], port)}
    if held:
        raise PortTaken(held, {part: variable(part) for part in held})


def taken(host: str, port: int) -> bool:
    """Whether a program listens there already; a connection that just ended does not count."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
            probe.listen(1)
        except OSError:
            return True
    return False


def free(count: int) -> list[int]:
    """That many different ports on which nobody listens at this moment."""
    with ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind((LOOPBACK, 0))
        return [int(each.getsockname()[1]) for each in sockets]
