"""One module for each part of the navigation; each view asks a service once and shows the answer."""

from web.pages import (
    agencies,
    changes,
    datasets,
    declared,
    events,
    flows,
    guidance,
    home,
    identifier_types,
    orphans,
    programmes,
    protocols,
    recognizers,
    scans,
    search,
    sources,
)

ALL_ROUTES = (
    home.routes,
    agencies.routes,
    datasets.routes,
    identifier_types.routes,
    search.routes,
    changes.routes,
    orphans.routes,
    flows.routes,
    events.routes,
    declared.routes,
    programmes.routes,
    protocols.routes,
    scans.routes,
    sources.routes,
    recognizers.routes,
    guidance.routes,
)
