"""Whether the service in this container is ready: 0 when it is. It is asked often, so it loads next to nothing."""

import socket
import sys

with socket.create_connection(("127.0.0.1", 8080), 4) as door:
    door.sendall(b"GET /readyz HTTP/1.0\r\n\r\n")
    sys.exit(b" 200 " not in door.recv(64))
