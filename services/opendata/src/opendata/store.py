"""What opendata keeps: nothing yet."""

from chassis.database import Connection


class Store:
    """What opendata keeps, on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
