"""The real application on a free port, in a thread."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask
from werkzeug.serving import make_server

from catalog.services.catalog import Catalog
from web.app import create_app


@contextmanager
def served(catalog: Catalog) -> Iterator[str]:
    """The address of the application over this catalog, while it runs."""
    with running(create_app(catalog)) as address:
        yield address


@contextmanager
def running(app: Flask, port: int = 0) -> Iterator[str]:
    """The address of this application, while it runs; on a free port, unless one is given."""
    logging.getLogger("werkzeug").setLevel(logging.WARNING)  # it would tell of every request
    server = make_server("127.0.0.1", port, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
