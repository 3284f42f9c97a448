"""The ways in. Each module has its routes, and says whether it is open here."""

from web.doors import demo, single_sign_on

ALL_DOORS = (demo.routes, single_sign_on.routes)
