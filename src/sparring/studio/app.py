"""The answers of the studio: what is read is read from run folders, what is drawn is drawn by one thread, and errors are JSON."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Any

from fastapi import Body, FastAPI, Header, Path, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response, StreamingResponse
from starlette.exceptions import HTTPException

from sparring.errors import SparringError
from sparring.runs.journal import to_json
from sparring.studio import control, facts
from sparring.studio.card import card
from sparring.studio.catalog import Catalog, NotKnown
from sparring.studio.compared import compared
from sparring.studio.drawing import Studio, Which, Wish, columns_of
from sparring.studio.files import FILES, page_words
from sparring.studio.watch import TooMany, Watcher
from sparring.use.show import png
from sparring.words import Language, mark, tr

RunId = Annotated[str, Path(min_length=12, max_length=12, pattern="^[0-9a-f]{12}$")]
Seed = Annotated[int, Query(ge=0, lt=2**31)]
Label = Annotated[int | None, Query(ge=0, lt=100_000)]
Truncation = Annotated[float, Query(ge=-2, le=2, allow_inf_nan=False)]
PNG = "image/png"
FOREVER = {"cache-control": "private, max-age=31536000, immutable"}
MOST_WALL, MOST_FRAMES = 64, 120
CARD_POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox"
REASONS = {
    404: mark("There is nothing at this address."),
    405: mark("This address cannot be asked in this way."),
}


class Json(JSONResponse):
    """JSON in which numbers that are not finite are words."""

    def render(self, content: Any) -> bytes:
        """The bytes."""
        return super().render(to_json(content))


def make_app(catalog: Catalog) -> FastAPI:
    """The application, without its guard.

    Args:
        catalog: The runs.
    """
    studio, watcher, resumed = Studio(), Watcher(catalog), control.Resumed()

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        studio.close()

    app = FastAPI(title="sparring studio", docs_url=None, redoc_url=None, openapi_url="/api/openapi.json",
                  lifespan=lifespan, default_response_class=Json, redirect_slashes=False)  # fmt: skip
    _errors(app)
    app.state.close = watcher.close

    @app.get("/", include_in_schema=False)
    def page() -> Response:
        return static("index.html")

    @app.get("/static/{name:path}", include_in_schema=False)
    def static(name: str) -> Response:
        if name not in FILES:
            raise HTTPException(404)
        content, kind = FILES[name]
        return Response(content, media_type=kind, headers={"cache-control": "no-cache"})

    @app.get("/api/words/{spoken}")
    def words(spoken: Language) -> dict[str, str]:
        return page_words(spoken)

    @app.get("/api/runs")
    def runs() -> list[dict[str, Any]]:
        return facts.listed(catalog)

    @app.get("/api/runs/{run}")
    def one(run: RunId) -> Any:
        path = catalog.path(run)
        found = facts.in_full(run, path, catalog.album(run))
        return found | {"path": str(path), "starting": resumed.starting(path), "trouble": resumed.trouble(path)}

    @app.get("/api/runs/{run}/curves")
    def curves(run: RunId) -> Any:
        return facts.curves(catalog.path(run))

    @app.get("/api/runs/{run}/stands")
    async def stands(run: RunId) -> Any:
        return await studio.do(facts.stands, catalog.path(run))

    @app.get("/api/runs/{run}/pictures/{number}")
    def picture(run: RunId, number: Annotated[int, Path(ge=1, lt=10**9)]) -> Response:
        return Response(catalog.album(run).read(number), media_type=PNG, headers=FOREVER)

    @app.get("/api/runs/{run}/card")
    def one_card(run: RunId, save: bool = False) -> Response:
        path = catalog.path(run)
        how = "attachment" if save else "inline"
        headers = {"content-security-policy": CARD_POLICY, "content-disposition": f'{how}; filename="card-{run}.html"'}
        return Response(card(path), media_type="text/html; charset=utf-8", headers=headers)

    @app.post("/api/runs/{run}/stop")
    def stop(run: RunId) -> dict[str, int]:
        return {"pid": control.stop(catalog.path(run))}

    @app.post("/api/runs/{run}/go-on")
    def go_on(
        run: RunId, minutes: Annotated[float | None, Body(embed=True, gt=0, le=100_000, allow_inf_nan=False)] = None
    ) -> dict[str, bool]:
        resumed.go_on(catalog.path(run), minutes)
        return {"started": True}

    @app.get("/api/runs/{run}/model")
    async def model(run: RunId, which: Which = "newest") -> Any:
        return await studio.do(studio.facts, catalog.path(run), which)

    @app.get("/api/runs/{run}/seeds")
    async def seeds(
        run: RunId,
        first: Seed,
        count: Annotated[int, Query(ge=1, le=MOST_WALL)] = 1,
        which: Which = "newest",
        label: Label = None,
        truncation: Truncation = 1.0,
    ) -> Response:
        wish = Wish(which, label, truncation)
        return sheet_of(await studio.do(lambda: png(studio.seeds(catalog.path(run), wish, first, count))), count)

    @app.get("/api/runs/{run}/way")
    async def way(
        run: RunId,
        a: Seed,
        b: Seed,
        frames: Annotated[int, Query(ge=2, le=MOST_FRAMES)] = 32,
        which: Which = "newest",
        label: Label = None,
        truncation: Truncation = 1.0,
    ) -> Response:
        wish = Wish(which, label, truncation)
        return sheet_of(await studio.do(lambda: png(studio.way(catalog.path(run), wish, a, b, frames))), frames)

    @app.get("/api/compare")
    async def compare(run: Annotated[list[str], Query(min_length=2, max_length=4)]) -> Any:
        paths = [catalog.path(name) for name in run]
        return await studio.do(compared, paths)

    @app.get("/api/events")
    async def events(
        run: Annotated[str, Query(max_length=12, pattern="^([0-9a-f]{12})?$")] = "",
        last_event_id: Annotated[str, Header(max_length=64)] = "",
    ) -> StreamingResponse:
        return StreamingResponse(watcher.stream(run, last_event_id), media_type="text/event-stream")

    return app


def sheet_of(content: bytes, count: int) -> Response:
    """A sheet of pictures, and how many stand side by side in it."""
    return Response(content, media_type=PNG, headers={"x-columns": str(columns_of(count))})


def _errors(app: FastAPI) -> None:
    """Whatever is wrong is said in JSON, in the language asked for."""

    @app.exception_handler(RequestValidationError)
    def invalid(request: Request, error: RequestValidationError) -> Response:
        where = ", ".join(".".join(str(part) for part in one["loc"][1:]) for one in error.errors())
        return wrong(400, tr("This cannot be asked like that; what does not fit: {where}.", where=where or "JSON"))

    @app.exception_handler(HTTPException)
    def http(request: Request, error: HTTPException) -> Response:
        return wrong(error.status_code, tr(REASONS.get(error.status_code, REASONS[404])))

    @app.exception_handler(SparringError)
    def ours(request: Request, error: SparringError) -> Response:
        status = 404 if isinstance(error, NotKnown) else 429 if isinstance(error, TooMany) else 422
        return wrong(status, str(error))

    @app.exception_handler(OSError)
    def system(request: Request, error: OSError) -> Response:
        return wrong(409, tr("A file of this run cannot be read now: {why}.", why=error.strerror or str(error)))


def wrong(status: int, words: str) -> Response:
    """Why a request was not answered."""
    return Json({"error": words}, status)
