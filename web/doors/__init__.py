"""The ways in. Each module has its routes, and says whether it is open here."""

from web.doors import demo, local, single_sign_on

ALL_DOORS = (demo.routes, local.routes, single_sign_on.routes)
