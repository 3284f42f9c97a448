"""One module for each part of the navigation; each view asks a service once and shows the answer."""

from web.pages import agencies, changes, datasets, guidance, home, identifier_types, scans, search

ALL_ROUTES = (
    home.routes,
    agencies.routes,
    datasets.routes,
    identifier_types.routes,
    search.routes,
    changes.routes,
    scans.routes,
    guidance.routes,
)
