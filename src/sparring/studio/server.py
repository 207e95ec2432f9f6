"""Starting the studio: a socket, a token, a cookie that outlives a restart, and a server that never keeps Ctrl-C waiting."""

import asyncio
import gc
import os
import socket
import stat
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from sparring import durable
from sparring.data.cache import cache_folder
from sparring.errors import CommandError, SparringError
from sparring.studio.app import make_app
from sparring.studio.catalog import Catalog
from sparring.studio.guard import Guard, new_secret
from sparring.words import tr
from sparring.words.system import why

MOST_CONNECTIONS = 160
"""Open at once; one more is closed before anything is read of it."""
PATIENCE = 10.0
"""Seconds in which a connection must have sent the head of a request, its first or its next."""
HEAD = 16 << 10
"""Bytes of the head of a request."""


class Patient(H11Protocol):
    """A connection that is closed if it says nothing, or says it too slowly, or is one too many."""

    _waiting: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for a request."""
        super().connection_made(transport)
        if len(self.connections) > MOST_CONNECTIONS:
            transport.abort()
            return
        self._waiting = self.loop.call_later(PATIENCE, self._given_up)

    def handle_events(self) -> None:
        """Wait no longer once a request is whole."""
        before = self.cycle
        super().handle_events()
        if self.cycle is not before and self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None

    def on_response_complete(self) -> None:
        """Wait for the next request, which must not come by letters either."""
        super().on_response_complete()
        if self.transport is not None and not self.transport.is_closing() and self._waiting is None:
            idle = self.cycle is None or self.cycle.response_complete
            self._waiting = self.loop.call_later(PATIENCE, self._given_up) if idle else None

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing is waited for any more."""
        if self._waiting is not None:
            self._waiting.cancel()
        super().connection_lost(exc)

    def _given_up(self) -> None:
        self._waiting = None
        self.transport.abort()


def listen(host: str, port: int) -> socket.socket:
    """A socket that is bound.

    Args:
        host: An address or a name of this machine.
        port: 0 for any that is free.

    Raises:
        CommandError: If it cannot be had.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        found = socket.socket(family, kind, protocol)
        try:
            if os.name == "posix":
                found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            found.bind(address)
        except OSError:
            found.close()
            raise
    except (OSError, UnicodeError, OverflowError) as error:
        reason = why(error) if isinstance(error, OSError) else str(error)
        text = tr("{host}:{port} cannot be listened on: {why}. Another studio may be open there: try --port {next}.",
                  host=host, port=port, why=reason, next=port + 1)  # fmt: skip
        raise CommandError(text) from None
    return found


def kept_key(port: int) -> str:
    """The secret of the cookie: kept by port for this user alone, so that open pages go on when the studio is started again.

    Where it cannot be kept it is a new one, and pages have to be opened anew.
    """
    path = cache_folder() / "studio" / f"{port}.key"
    with suppress(OSError, SparringError):
        facts = path.stat(follow_symlinks=False)
        if _private(facts) and len(key := durable.read_bytes(path, 100).decode("ascii", "replace")) == len(
            new_secret()
        ):
            return key
    key = new_secret()
    with suppress(OSError, SparringError):
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.unlink(missing_ok=True)
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
            file.write(key)
    return key


def _private(facts: os.stat_result) -> bool:
    """Whether a file is this user's, whom alone it can be read by. On Windows the cache lies in the user's own folders."""
    if sys.platform == "win32":
        return True
    return facts.st_uid == os.getuid() and not stat.S_IMODE(facts.st_mode) & 0o077


def serve(catalog: Catalog, host: str, port: int, told: Callable[[str], Any]) -> None:
    """Serve the page until Ctrl-C.

    Args:
        catalog: The runs.
        host: Where to listen.
        port: Likewise; 0 for any that is free.
        told: Is given the first address, with its token, once the server can be asked.

    Raises:
        CommandError: If the port is taken.
    """
    with listen(host, port) as found:
        port = found.getsockname()[1]
        token = new_secret()
        inner = make_app(catalog)
        app = Guard(inner, token, kept_key(port), host, port)
        config = uvicorn.Config(app, http=Patient, ws="none", log_config=None, access_log=False, server_header=False,
                                proxy_headers=False, lifespan="on", timeout_graceful_shutdown=1,
                                h11_max_incomplete_event_size=HEAD)  # fmt: skip
        name = f"[{host}]" if ":" in host else host
        server = Announced(config, lambda: told(f"http://{name}:{port}/?token={token}"), inner.state.close)
        with suppress(KeyboardInterrupt):  # the way to end it, which is given back once all is closed
            server.run(sockets=[found])
        gc.freeze()  # Python then ends in .2 s: it does not look through all of torch for what could be freed


class Announced(uvicorn.Server):
    """A server that says when it can be asked.

    Args:
        config: Of uvicorn.
        ready: Called once.
        ending: Called when the server begins to end.
    """

    def __init__(self, config: uvicorn.Config, ready: Callable[[], Any], ending: Callable[[], Any]) -> None:
        super().__init__(config)
        self._ready, self._ending = ready, ending

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to listen, then say so."""
        await super().startup(sockets)
        if self.started:
            self._ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End the streams, then the rest."""
        self._ending()
        await super().shutdown(sockets)
