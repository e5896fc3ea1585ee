# SPDX-License-Identifier: Apache-2.0
"""Five idle services in memory, by the sum of their proportional set sizes. Instrumented programs would be measured
wrongly, so those of a plain build stand in for them."""
import os
import subprocess
import time
from pathlib import Path

import house

MEANT_KIB, ALLOWED_KIB = 150 * 1024, 200 * 1024


def build():
    return Path(os.environ.get("DUEBOOK_BUILD", house.ROOT / "build/dev"))


def is_plain(directory):
    cache = directory / "CMakeCache.txt"
    return all((directory / "bin" / name).exists() for name in ["billctl", *("duebook-" + service for service in house.SERVICES)]) and \
        "-fsanitize" not in (cache.read_text() if cache.exists() else "")


def pss_kib(pid):
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1])
    raise AssertionError(f"process {pid} does not tell its PSS")


def swap(directory):
    for service in house.SERVICES:
        house.control("stop", service)
    house.control("install", str(directory))
    for service in house.SERVICES:
        house.control("start", service)
    for service in house.SERVICES:
        house.control("wait", service)


def measure(directory):
    swapped = directory != build()
    if swapped:
        swap(directory)
    time.sleep(5)
    sizes = {service: pss_kib(house.pid(service)) for service in house.SERVICES}
    if swapped:
        swap(build())
    total = sum(sizes.values())
    said = f"{total / 1024:.0f} MB of 150 (" + ", ".join(f"{service} {size / 1024:.0f}" for service, size in sizes.items()) + f"), build {directory.name}"
    if total > ALLOWED_KIB:
        raise AssertionError(said)
    return said if total < MEANT_KIB else said + ": MORE THAN MEANT"


def cases():
    plain = [directory for directory in (build(), house.ROOT / "build/release", house.ROOT / "build/dev") if is_plain(directory)]
    if "payments" not in house.SERVICES or not plain:
        yield "footprint of five idle services", "there is no build without sanitizers to measure (build/release or build/dev)"
        return
    yield "footprint of five idle services", lambda: measure(plain[0])
