"""The ways in. Each module has its routes, and says whether it is open here."""

from web.doors import demo

ALL_DOORS = (demo.routes,)
