# SPDX-License-Identifier: Apache-2.0
"""Everything at once on every thread that a service has, while ThreadSanitizer watches. usage: cases.py [SECONDS]"""
import os
import re
import subprocess
import sys
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "lib/python"))
import house  # noqa: E402
import workload  # noqa: E402

SECONDS = int(next((argument for argument in sys.argv[1:] if argument.isdigit()), "20"))
UNITS = ["http_server", "api", "metrics", "health", "log", "zone", "traces"]
REPORT = re.compile(r"^WARNING: ThreadSanitizer:.*?^={10,}$", re.MULTILINE | re.DOTALL)


def reports(text):
    """Whole reports, each once: the same race comes with every pair of addresses."""
    found = {}
    for report in REPORT.findall(text):
        frames = re.findall(r"#\d+ (\S+) (\S+?:\d+)?", report)
        found.setdefault(tuple(frames[:6]), report)
    return list(found.values())


def unit(name):
    program = Path(os.environ["DUEBOOK_BUILD"]) / "unit" / f"test_{name}"
    out = subprocess.run([str(program)], capture_output=True, text=True, timeout=120)
    text = out.stdout + out.stderr
    if reports(text) or out.returncode:
        raise AssertionError(f"exit {out.returncode}\n" + "\n".join(reports(text) or [text])[-5000:])


class Readers(threading.Thread):
    """Asks for everything that looks into threads from outside, over and over."""

    def __init__(self, stopping):
        super().__init__(daemon=True)
        self.stopping, self.asked, self.error = stopping, 0, None

    def run(self):
        paths = ["/livez", "/readyz", "/healthz", "/metrics", "/openapi.json", "/v1/feeds", "/v1/clock", "/v1/parked"]
        lists = {"invoicing": "/v1/invoices", "payments": "/v1/payments", "reconciliation": "/v1/items", "collections": "/v1/cases", "reporting": "/v1/accounts"}
        try:
            while not self.stopping.is_set():
                for service in house.SERVICES:
                    for path in [*paths, lists[service]]:
                        status = house.ask(service, "GET", path)[0]
                        if status >= 500 and path not in ("/readyz", "/healthz"):
                            raise AssertionError(f"{service} {path}: {status}")
                        self.asked += 1
        except Exception as error:
            self.error = error


def work():
    stopping = threading.Event()
    businesses = [workload.Business(name, seed) for seed, name in enumerate(("Anna", "Bert", "Carl", "Dora"), 1)]
    readers = [Readers(stopping) for _ in range(2)]
    for reader in readers:
        reader.start()
    running = [workload.Running(business) for business in businesses]
    for one in running:
        one.__enter__()
    time.sleep(SECONDS)
    for one in running:
        one.__exit__()
    stopping.set()
    for reader in readers:
        reader.join(60)
        if reader.error:
            raise reader.error
    house.settle()
    return f"{sum(one.steps for one in running)} commands, {sum(reader.asked for reader in readers)} reads in {SECONDS} s"


def broker_away():
    """The paths of trouble have threads as well: away, back, and everything is heard."""
    business = workload.Business("Emil", 5)
    with workload.Running(business) as running:
        house.control("kill", "kafka")
        time.sleep(2)
        house.restart("kafka")
    house.settle()
    return f"{running.steps} commands"


def stop():
    for service in house.SERVICES:
        house.control("stop", service)


def judge(service):
    text = Path(os.environ["DUEBOOK_TEST_DIR"], "log", service + ".log").read_text(errors="replace")
    found = reports(text)
    if found:
        raise AssertionError(f"{len(found)} different reports:\n" + "\n".join(found)[:12000])
    if "ThreadSanitizer" in text and "FATAL" in text:
        raise AssertionError(text[-3000:])


def main():
    suite = house.Suite()
    for name in UNITS:
        if (Path(os.environ["DUEBOOK_BUILD"]) / "unit" / f"test_{name}").exists():
            suite.run(f"unit test {name}", lambda name=name: unit(name))
        else:
            suite.skip(f"unit test {name}", "it was not built")
    suite.run("five services at work", work)
    suite.run("five services without Kafka", broker_away)
    suite.run("five services stop", stop)
    for service in house.SERVICES:
        suite.run(f"no report of {service}", lambda service=service: judge(service))
    sys.exit(suite.end())


main()
