"""The options by which stores of objects on the web are told: an address, the name of a folder, an authority."""

from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from connectors.options import Options
from connectors.places.remote import is_name

_PORTS = {"https": 443, "http": 80}


def endpoint_of(options: Options, default: str) -> SplitResult:
    """The address in the option ``endpoint``, written as it is signed: in small letters, without the port that is meant
    anyhow.

    Parameters:
        default: the address where none is told.

    Raises:
        SourceError: when that is no address of a server.
    """
    problem = options.bad("the option endpoint is no address of a server", "Write, for example: https://host:9000.")
    try:
        found = urlsplit(options.text("endpoint", default))
        port = found.port
    except ValueError:
        raise problem from None
    more = found.username or found.password or found.query or found.fragment
    if found.scheme not in _PORTS or not found.hostname or more or port == 0:
        raise problem
    host = f"[{found.hostname}]" if ":" in found.hostname else found.hostname
    return found._replace(netloc=host if port in (None, _PORTS[found.scheme]) else f"{host}:{port}")


def port_of(endpoint: SplitResult) -> int:
    """The port that an address leads to."""
    return endpoint.port or _PORTS[endpoint.scheme]


def prefix_of(options: Options) -> str:
    """What the names of all objects below the option ``path`` begin with.

    Raises:
        SourceError: when it is no name of a folder.
    """
    path = options.text("path").strip("/")
    if not path:
        return ""
    if not all(map(is_name, path.split("/"))):
        raise options.bad("the option path is not the name of a folder", "Correct path.")
    return f"{path}/"


def authority_of(options: Options) -> str:
    """The file of certificates that the option ``ca`` tells; nothing where the system's own are meant.

    Raises:
        SourceError: when there is no such file.
    """
    file = options.text("ca")
    if file and not Path(file).is_file():
        raise options.bad("there is no file at the path that the option ca tells", "Correct ca.")
    return file
