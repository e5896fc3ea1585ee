# SPDX-License-Identifier: Apache-2.0
"""All cases, in an order that leaves the rough ones for the end. usage: cases.py [--accept] [quick] [GROUP…]"""
import importlib
import os
import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parents[1] / "lib/python"), str(Path(__file__).resolve().parent)]
import house  # noqa: E402

# A developer may look at some of the services alone.
house.SERVICES[:] = os.environ.get("DUEBOOK_TEST_SERVICES", " ".join(house.SERVICES)).split()
house.LISTENS = {one: [other for other in heard if other in house.SERVICES] for one, heard in house.LISTENS.items() if one in house.SERVICES}
import world  # noqa: E402

GROUPS = ["footprint", "roles", "bad_input", "commands", "reading", "thread", "bank", "tracing", "tokens", "sockets", "fuzz", "outages", "ending"]


def main():
    wanted = [argument for argument in sys.argv[1:] if argument in GROUPS]
    unknown = [argument for argument in sys.argv[1:] if argument not in GROUPS and argument not in ("--accept", "quick")]
    if unknown:
        sys.exit(f"no group is called {unknown[0]}; there are: {' '.join(GROUPS)}")
    suite = house.Suite()
    made = []

    def the_world():
        made.append(world.World())
    if "footprint" in (wanted or GROUPS):
        for name, function in importlib.import_module("footprint").cases():
            suite.run(name, function)
    if not suite.run("a small world: two entities, a token for each role, a statement", the_world):
        sys.exit(suite.end())
    if "sockets" in (wanted or GROUPS):
        importlib.import_module("sockets").begin()
    for group in GROUPS[1:]:
        if not wanted or group in wanted:
            for name, function in importlib.import_module(group).cases(made[0]):
                if isinstance(function, str):
                    suite.skip(name, function)
                else:
                    suite.run(name, function)
    sys.exit(suite.end())


if __name__ == "__main__":
    main()
