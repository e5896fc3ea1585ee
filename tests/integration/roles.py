# SPDX-License-Identifier: Apache-2.0
"""Who may do what: every role at every route of every service, against a table that a person has read (roles.golden).
What the services' documents say, what the table says and what the services do is one thing."""
import sys
from pathlib import Path

import door
import shape
import world

GOLDEN = Path(__file__).with_name("roles.golden")
HEAD = ["# Who may do what, by service and route (SOD-1). A reviewer reads this file; `tests/integration/run --accept` rewrites it.",
        "# Roles: " + " ".join(role.lower() for role in world.ROLES) + ", in the order of the columns; everybody: without a token."]


def row(route):
    if route.public:
        return "everybody   "
    return "".join("x" if "ROLE_" + role in route.roles else "." for role in world.ROLES)


def table(routes):
    lines = list(HEAD)
    standard = [route for route in routes if route.path.startswith(shape.STANDARD)]
    common = {}
    for route in standard:
        common.setdefault(f"{row(route)}  {route.method:6} {route.path}", set()).add(route.service)
    for line, services in common.items():
        if services != set(door.house.SERVICES):
            raise AssertionError(f"not every service says so of a route that all have: {line} ({', '.join(sorted(services))})")
    lines += ["", "every service", *common]
    for service in door.house.SERVICES:
        lines += ["", service, *(f"{row(route)}  {route.method:6} {route.path}" for route in routes if route.service == service and route not in standard)]
    return "\n".join(lines) + "\n"


def golden(routes):
    came = table(routes)
    if "--accept" in sys.argv:
        GOLDEN.write_text(came)
    expected = GOLDEN.read_text()
    if came != expected:
        changed = sorted(set(came.splitlines()) ^ set(expected.splitlines()))
        raise AssertionError("roles.golden differs (--accept, then read the diff):\n    " + "\n    ".join(changed[:20]))
    return f"{len(came.splitlines())} lines"


def behaviour(house_world, routes):
    """A refusal for the role comes before the body is looked at, so a body of nonsense asks without writing."""
    failures, asked = [], 0
    with world.NothingWritten("asking as every role"):
        for route in routes:
            if route.public:
                continue
            path = route.filled(house_world.ids if not route.writes else {})
            raw = b"{" if route.schema else None
            for role in world.ROLES:
                asked += 1
                answer = door.call(route.service, route.method, path, raw=raw, token=house_world.secrets[role], what=f"{role} {route}")
                if (answer.status == 403) == ("ROLE_" + role in route.roles) or answer.status in (401, 500):
                    failures.append(repr(answer))
                elif answer.status == 403 and answer.json["code"] != "forbidden":
                    failures.append(repr(answer))
    if failures:
        raise AssertionError(f"{len(failures)} of {asked}:\n    " + "\n    ".join(failures[:20]))
    return f"{len(routes)} routes × {len(world.ROLES)} roles, {asked} requests"


def cases(house_world):
    routes = list(shape.routes())
    yield "roles: the table that was reviewed", lambda: golden(routes)
    yield "roles: every role at every route", lambda: behaviour(house_world, routes)
