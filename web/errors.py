"""From what went wrong to a page in plain words: no trace, no path, no value, and a reference number."""

from http import HTTPStatus

from flask import Flask, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from catalog import logs
from catalog.errors import CatalogError, CutShort, NotFound, ProviderError, RequestError, StoreError

_log = logs.get("web")

_NOT_FOUND = NotFound(
    "This page", "there is nothing here that you may see", "Check the address, or find it through the search."
)
_WRONG_METHOD = RequestError(
    "This request", "this page cannot be used in that way", "Go back and use the buttons of the page."
)
_UNREADABLE = RequestError("This request", "it could not be understood", "Go back and try again.")
_BROKEN = CatalogError(
    "This page",
    "something went wrong on our side; nothing was changed or lost",
    "Try again. If it happens again, give the reference number to the privacy office.",
)
_TOO_LARGE = RequestError("This form", "it holds more than is taken at once", "Go back and send less of it.")
_AWAY = StoreError(
    "The catalog's database",
    "it cannot be used at the moment; nothing was changed or lost",
    "Try again in a minute. If it stays like this, give the reference number to whoever runs the catalog.",
)
#: What is shown where not even the page of an error can be made; it asks for nothing.
_LAST_PAGE = (
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Something went wrong | Privacy Catalog</title>'
    "</head><body><main><h1>Something went wrong</h1><p>This page: something went wrong on our side.</p>"
    "<p>Try again. If it happens again, give the reference number to the privacy office.</p>"
    "<p>Reference number: <code>{reference}</code></p></main></body></html>"
)
_HTTP_ERRORS = {
    HTTPStatus.NOT_FOUND: _NOT_FOUND,
    HTTPStatus.METHOD_NOT_ALLOWED: _WRONG_METHOD,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: _TOO_LARGE,
}
_TITLES = {
    HTTPStatus.BAD_REQUEST: "This did not work",
    HTTPStatus.FORBIDDEN: "You may not do this",
    HTTPStatus.NOT_FOUND: "Page not found",
    HTTPStatus.METHOD_NOT_ALLOWED: "This did not work",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "This did not work",
    HTTPStatus.CONFLICT: "Something changed in the meantime",
    HTTPStatus.SERVICE_UNAVAILABLE: "The catalog is not available",
}


def install(app: Flask) -> None:
    """Answer every error with a page of ours."""
    app.register_error_handler(CatalogError, show_ours)
    app.register_error_handler(HTTPException, show_http)
    app.register_error_handler(Exception, show_unexpected)


def show_ours(error: CatalogError) -> ResponseReturnValue:
    """One of our errors: its words are made to be shown, except that nothing tells two "not found" apart, and that
    what only who runs the catalog can mend, such as a damaged file, is told to them alone, in the log.
    """
    return _page(_shown(error), error.http_status, error)


def show_http(error: HTTPException) -> ResponseReturnValue:
    """An error of the web framework, such as an address that does not exist."""
    status = error.code or HTTPStatus.INTERNAL_SERVER_ERROR
    if status < HTTPStatus.BAD_REQUEST:
        return error.get_response()
    known = _HTTP_ERRORS.get(HTTPStatus(status), _UNREADABLE if status < 500 else _BROKEN)
    return _page(known, status, error)


def show_unexpected(error: Exception) -> ResponseReturnValue:
    """A mistake of ours: the page says only that, the log says where."""
    return _page(_BROKEN, HTTPStatus.INTERNAL_SERVER_ERROR, error)


def write_down(error: CatalogError) -> None:
    """Log what is told beside a form, and so has no page of its own."""
    _write_down(logs.reference(), error.http_status, error)


def _shown(error: CatalogError) -> CatalogError:
    if isinstance(error, NotFound):
        return _NOT_FOUND
    if error.http_status < HTTPStatus.INTERNAL_SERVER_ERROR or isinstance(error, CutShort | ProviderError):
        return error
    return _AWAY if isinstance(error, StoreError) else _BROKEN


def _page(shown: CatalogError, status: int, error: Exception) -> ResponseReturnValue:
    reference = logs.reference()
    _write_down(reference, status, error)
    template = "fragments/error.html" if request.headers.get("HX-Request") else "pages/error.html"
    title = _TITLES.get(HTTPStatus(status), "Something went wrong")
    try:
        return render_template(template, title=title, error=shown, status=status, reference=reference), status
    except Exception as another:  # noqa: BLE001  # what every page shows can be what is broken, such as the database
        logs.fault(another, reference)
        return _LAST_PAGE.format(reference=reference), status


def _write_down(reference: str, status: int, error: Exception) -> None:
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        logs.fault(error, reference)
    else:
        _log.info("A request was refused", reference=reference, status=status, error=error)
