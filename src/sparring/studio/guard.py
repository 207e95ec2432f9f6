"""Who may ask: a pure ASGI layer before everything else. It answers what it refuses, and changes nothing of what it lets pass.

A token in the first address becomes a cookie; Host and Origin are checked against DNS rebinding and posts from other sites; what is
sent must be small and come soon.
"""

import asyncio
import hmac
import ipaddress
import json
import secrets
import socket
import time
from collections.abc import Awaitable, Callable, MutableMapping
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qs

from sparring.words import LANGUAGES, Language, mark, speaking, tr

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[MutableMapping[str, Any], Receive, Send], Awaitable[None]]

MOST_BYTES = 64 << 10
"""Of a request's body."""
PATIENCE = 10.0
"""Seconds in which a request's body must have come."""
MOST_AT_ONCE = 96
"""Requests that are answered at the same time, streams among them."""
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; connect-src 'self'; font-src 'self'; "
    "frame-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'self'"
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
    "cache-control": "no-store",
}
READING = ("GET", "HEAD")
NO_TOKEN = mark("Open the address that `sparring studio` printed: it has the token that this page needs.")


class Refused(Exception):
    """A request that is not answered.

    Args:
        status: Of HTTP, 4xx.
        words: Why, in the language that is asked for.
    """

    def __init__(self, status: int, words: str) -> None:
        super().__init__(words)
        self.status, self.words = status, words


class Guard:
    """The layer.

    Args:
        app: What answers requests that may pass.
        token: In the first address.
        key: In the cookie.
        host: That the server is bound to.
        port: Likewise.
    """

    def __init__(self, app: App, token: str, key: str, host: str, port: int) -> None:
        self.app, self.token, self.key, self.port = app, token, key, port
        self.cookie = f"sparring_studio_{port}"
        self.hosts = {host.casefold(), "localhost", "127.0.0.1", "::1", socket.gethostname().casefold()}
        self.anywhere = host in ("0.0.0.0", "::")
        self.now = 0

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "lifespan":
            return await self.app(scope, receive, send)
        if scope["type"] != "http":
            return await send({"type": "websocket.close", "code": 1008})
        with speaking(spoken(scope)):
            self.now += 1
            try:
                await self._answer(scope, receive, send)
            finally:
                self.now -= 1

    async def _answer(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        begun = False
        noted: list[Refused] = []

        async def sending(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                if noted:  # whoever read the body took the refusal for a body that cannot be parsed
                    raise noted.pop()
                begun = True
                told = {name.lower() for name, _ in message["headers"]}
                more = [(k.encode(), v.encode()) for k, v in HEADERS.items() if k.encode() not in told]
                message = {**message, "headers": [*message["headers"], *more]}
            await send(message)

        try:
            self.check(scope)
            if self._is_first(scope):
                return await reply(sending, 200, *self._welcome())
            self.check_cookie(scope)
            await self.app(scope, patient(receive, noted), sending)
        except Refused as refused:
            if begun:  # the connection ends, which is all that can still be said
                return
            kind, body = refusal(scope, refused.words)
            await reply(sending, refused.status, kind, body)

    def check(self, scope: MutableMapping[str, Any]) -> None:
        """Host, Origin, method and size.

        Raises:
            Refused: If one of them will not do.
        """
        if self.now > MOST_AT_ONCE:
            raise Refused(429, tr("Too many requests at once; try again in a moment."))
        hosts = header_list(scope, b"host")
        if len(hosts) != 1 or not self._knows(hosts[0]):
            raise Refused(421, tr("This server does not answer to that host name."))
        site, origins = header(scope, b"sec-fetch-site"), header_list(scope, b"origin")
        reading = scope["method"] in READING
        foreign = any(origin != f"http://{hosts[0]}" for origin in origins) or (not reading and len(origins) != 1)
        if foreign or (site in ("cross-site", "same-site") and not (reading and scope["path"] == "/")):
            raise Refused(403, tr("Only the studio's own page may ask for this."))
        if not reading and header(scope, b"content-type").partition(";")[0].strip().lower() != "application/json":
            raise Refused(415, tr("Send JSON, and say so in Content-Type."))
        size = header(scope, b"content-length")
        if size and (not size.isdecimal() or len(size) > 18 or int(size) > MOST_BYTES):
            raise Refused(413, tr("A request may have at most {most:,} bytes.", most=MOST_BYTES))

    def check_cookie(self, scope: MutableMapping[str, Any]) -> None:
        """That the page was opened with the token.

        Raises:
            Refused: If it was not.
        """
        jar: SimpleCookie = SimpleCookie()
        for line in header_list(scope, b"cookie"):
            try:
                jar.load(line)
            except CookieError:
                continue
        given = jar[self.cookie].value if self.cookie in jar else ""
        if not same(given, self.key):
            raise Refused(401, tr(NO_TOKEN))

    def _knows(self, host: str) -> bool:
        """Whether a Host header is of this server: its name or address, and its port."""
        name, _, port = host.casefold().rpartition(":")
        if not name or name.endswith(":") or port != str(self.port):
            return self.port == 80 and host.casefold() in self.hosts
        name = name.removeprefix("[").removesuffix("]")
        if name in self.hosts:
            return True
        try:  # an address cannot be rebound as a name can
            return self.anywhere and bool(ipaddress.ip_address(name))
        except ValueError:
            return False

    def _is_first(self, scope: MutableMapping[str, Any]) -> bool:
        if scope["path"] != "/" or scope["method"] != "GET":
            return False
        given = parse_qs(scope["query_string"].decode("latin-1")).get("token", [""])[0]
        return bool(given) and same(given, self.token)

    def _welcome(self) -> tuple[str, bytes, list[tuple[bytes, bytes]]]:
        """A page that goes on to the studio: a cookie that is Strict is not sent along when another site redirects."""
        cookie = f"{self.cookie}={self.key}; Path=/; HttpOnly; SameSite=Strict"
        page = (
            '<!doctype html><meta charset="utf-8"><title>sparring studio</title>'
            '<link rel="icon" href="/static/icon.svg"><meta http-equiv="refresh" content="0;url=/">'
        )
        return "text/html; charset=utf-8", page.encode(), [(b"set-cookie", cookie.encode())]


def patient(receive: Receive, noted: list[Refused]) -> Receive:
    """``receive``, that gives up on a body that is too large or too slow; afterwards it waits for the end as before.

    Args:
        receive: Of the server.
        noted: Takes what was refused, which is raised, too.
    """
    size, end, whole = 0, time.monotonic() + PATIENCE, False

    async def receiving() -> Message:
        nonlocal size, whole
        if whole:
            return await receive()
        try:
            message = await asyncio.wait_for(receive(), max(0.01, end - time.monotonic()))
        except TimeoutError:
            noted.append(Refused(408, tr("The request did not come within {n} seconds.", n=int(PATIENCE))))
            raise noted[0] from None
        size += len(message.get("body", b""))
        if size > MOST_BYTES:
            noted.append(Refused(413, tr("A request may have at most {most:,} bytes.", most=MOST_BYTES)))
            raise noted[0]
        whole = not message.get("more_body", False)
        return message

    return receiving


async def reply(
    send: Send, status: int, kind: str, body: bytes, headers: list[tuple[bytes, bytes]] | None = None
) -> None:
    """A whole answer; the connection of one that was refused is closed, whatever is still to come on it."""
    close = [(b"connection", b"close")] if status >= 400 else []
    told = [(b"content-type", kind.encode()), (b"content-length", str(len(body)).encode()), *(headers or []), *close]
    await send({"type": "http.response.start", "status": status, "headers": told})
    await send({"type": "http.response.body", "body": body})


def refusal(scope: MutableMapping[str, Any], words: str) -> tuple[str, bytes]:
    """Why a request is refused: a page for a person who opens one, JSON for programs."""
    if scope["path"] == "/" and "text/html" in header(scope, b"accept"):
        page = f'<!doctype html><meta charset="utf-8"><title>sparring studio</title><p>{words}</p>'
        return "text/html; charset=utf-8", page.encode()
    return "application/json", json.dumps({"error": words}, ensure_ascii=False).encode()


def spoken(scope: MutableMapping[str, Any]) -> Language:
    """The language of a request: ``?language=ko``, or the first that its Accept-Language names."""
    asked = parse_qs(scope["query_string"].decode("latin-1")).get("language", [""])[0]
    wishes = [asked, *(wish.strip()[:2] for wish in header(scope, b"accept-language").lower().split(","))]
    return next((known for wish in wishes for known in LANGUAGES if wish == known), "en")


def header(scope: MutableMapping[str, Any], name: bytes) -> str:
    """The first header of a name; empty if there is none."""
    return next(iter(header_list(scope, name)), "")


def header_list(scope: MutableMapping[str, Any], name: bytes) -> list[str]:
    """All headers of a name."""
    return [value.decode("latin-1") for key, value in scope["headers"] if key == name]


def same(a: str, b: str) -> bool:
    """Whether two secrets are the same, in a time that tells nothing."""
    return hmac.compare_digest(a.encode(errors="surrogateescape"), b.encode(errors="surrogateescape"))


def new_secret() -> str:
    """256 bits that nobody guesses, as they may stand in an address."""
    return secrets.token_urlsafe(32)
