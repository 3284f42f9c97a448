"""HTTP to one server and to nothing else: connections lead to the addresses that were looked up, whatever a URL or a
redirection says, and nothing of this machine (proxies, logins, authorities) goes into them.
"""

import ssl
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3 import PoolManager

from connectors.places.pinned_line import PinnedLine, pools
from connectors.reaching import Pinned


class HttpLine(PinnedLine):
    """The connections to one server, as a session of requests.

    Parameters:
        pinned: where they lead.
        authority: a file of the certificates that the server's is checked against; the system's where there is none.

    Raises:
        OSError: when that file holds none.
    """

    def __init__(self, pinned: Pinned, authority: str = "") -> None:
        super().__init__(pinned)
        self.session = requests.Session()
        self.session.trust_env = False
        adapter = _Adapter(self, ssl.create_default_context(cafile=authority or None))
        for scheme in ("http://", "https://"):
            self.session.mount(scheme, adapter)

    def close(self) -> None:
        """Close the connections."""
        self.session.close()


class _Adapter(HTTPAdapter):
    """Gives a session the connections of a line, and no others."""

    def __init__(self, line: HttpLine, tls: ssl.SSLContext) -> None:
        self._line, self._tls = line, tls
        super().__init__(max_retries=0)

    def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **more: object) -> None:  # noqa: ARG002 - as it is called by its base
        """Make the manager, whose pools connect by the line."""
        self.poolmanager = PoolManager(num_pools=connections, maxsize=maxsize, block=block)
        self.poolmanager.pool_classes_by_scheme = pools(self._line)

    def build_connection_pool_key_attributes(
        self,
        request: requests.PreparedRequest,
        verify: Any,  # noqa: ARG002 - as it is called by its base
        cert: Any = None,  # noqa: ARG002 - as it is called by its base
    ) -> tuple[Any, Any]:
        """Which connections serve a request: those by our TLS, whatever else says which certificates are trusted."""
        host, _ignored = super().build_connection_pool_key_attributes(request, verify=True)
        return host, {"ssl_context": self._tls}

    def cert_verify(self, *_: object, **__: object) -> None:
        """Add no certificates of the library's own: our TLS knows whom it trusts."""
