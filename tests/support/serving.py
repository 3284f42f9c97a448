"""The real application on a free port, in a thread."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from werkzeug.serving import make_server

from catalog.services.catalog import Catalog
from web.app import create_app


@contextmanager
def served(catalog: Catalog) -> Iterator[str]:
    """The address of the application over this catalog, while it runs."""
    running = make_server("127.0.0.1", 0, create_app(catalog), threaded=True)
    thread = threading.Thread(target=running.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{running.server_port}"
    finally:
        running.shutdown()
        thread.join()
        running.server_close()
