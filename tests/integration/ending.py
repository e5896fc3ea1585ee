# SPDX-License-Identifier: Apache-2.0
"""At the very end: the processes are still those of the beginning, proved their books, stop when asked, and their logs hold
no word of a fault of our own."""
import re
import time
from pathlib import Path

import door
import house

# Sanitizers, assertions and fatal errors. What the outages caused is an expected warning.
FAULT = re.compile(r"ERROR: (Address|Leak|Thread)Sanitizer|runtime error:|Assertion .* failed|level=fatal|stack smashing|msg=\"a (request|command) failed\"")


def same_processes(house_world):
    door.equal("processes", house_world.pids, {service: house.pid(service) for service in house.SERVICES})


def proved(_):
    house.prove()


def stop(_):
    begun = time.monotonic()
    for service in house.SERVICES:
        house.control("stop", service)
    return f"{time.monotonic() - begun:.1f} s for {len(house.SERVICES)}"


def logs(_):
    for service in house.SERVICES:
        text = Path(door.log_path(service)).read_text(errors="replace")
        found = FAULT.search(text)
        if found:
            raise AssertionError(f"{service}'s log: {text[max(0, found.start() - 200):found.start() + 1500]}")


def cases(house_world):
    yield "ending: the processes of the beginning are still there", lambda: same_processes(house_world)
    if "reporting" in house.SERVICES:
        yield "ending: billctl prove", lambda: proved(house_world)
    yield "ending: a graceful stop", lambda: stop(house_world)
    yield "ending: logs without a fault of our own", lambda: logs(house_world)
