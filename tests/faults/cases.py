# SPDX-License-Identifier: Apache-2.0
"""What may be killed, stopped, repeated or poisoned, and what must be true afterwards: every accepted command has exactly
one outcome, and every proof holds. Bounded; only processes of this environment are touched."""
import os
import random
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "lib/python"))
import house  # noqa: E402
import workload  # noqa: E402

QUICK = "quick" in sys.argv[1:]
WANTED = [argument for argument in sys.argv[1:] if argument != "quick"]
SEED = int(os.environ.get("DUEBOOK_SEED", "20261123"))
RANDOM = random.Random(SEED)
BUSINESS = None


def check_outcomes():
    """I3: each 2xx id is there once."""
    for service, table, column, what in (("invoicing", "invoice", "invoice_id", "invoice"), ("payments", "payment", "payment_id", "payment")):
        told = [identity for owner, kind, identity in BUSINESS.accepted if owner == service and kind == what]
        found = {row[0] for row in house.sql(f"SELECT {column} FROM {service}.{table}")}
        lost = [identity for identity in told if identity not in found]
        if lost:
            raise AssertionError(f"{len(lost)} of {len(told)} accepted {what}s are lost, first {lost[0]}")


def prove():
    house.prove()
    check_outcomes()


def kill_service(service, rounds):
    with workload.Running(BUSINESS) as running:
        for _ in range(rounds):
            time.sleep(RANDOM.uniform(0.1, 0.8))
            house.control("kill", service)
            house.restart(service)
    prove()
    return f"{rounds} kills, {running.steps} steps"


def fault_point(service, point, at):
    house.control("stop", service)
    house.control("start", service, DUEBOOK_FAULT=f"{point}:kill@{at}")
    with workload.Running(BUSINESS):
        until = time.monotonic() + 20
        while time.monotonic() < until:
            if subprocess.run([str(house.ROOT / "tests/lib/control"), "alive", service]).returncode:
                break
            time.sleep(0.1)
        else:
            raise AssertionError(f"{point} was never passed {at} times")
        house.restart(service)
    prove()


def kill_all(rounds):
    with workload.Running(BUSINESS):
        for _ in range(rounds):
            time.sleep(RANDOM.uniform(0.3, 1.0))
            for service in house.SERVICES:
                house.control("kill", service)
            for service in house.SERVICES:
                house.control("start", service)
            for service in house.SERVICES:
                house.control("wait", service)
    prove()
    return f"{rounds} rounds"


def broker_away(seconds):
    with workload.Running(BUSINESS):
        time.sleep(1)
        house.control("kill", "kafka")
        accepted = len(BUSINESS.accepted)
        time.sleep(seconds)
        meanwhile = len(BUSINESS.accepted) - accepted
        house.restart("kafka")
    if not meanwhile:
        raise AssertionError("no command was accepted while Kafka was away")
    prove()
    return f"{meanwhile} commands accepted while Kafka was away for {seconds} s"


def postmaster(rounds):
    slowest = 0.0
    with workload.Running(BUSINESS):
        for _ in range(rounds):
            time.sleep(RANDOM.uniform(0.3, 1.0))
            house.control("kill", "postgres")
            begun = time.monotonic()
            while house.ready("invoicing") and time.monotonic() - begun < 5:
                time.sleep(0.05)
            slowest = max(slowest, time.monotonic() - begun)
            house.restart("postgres")
            for service in house.SERVICES:
                house.control("wait", service)
    if slowest > 2:
        raise AssertionError(f"readiness was false only after {slowest:.1f} s")
    prove()
    return f"{rounds} kills, unready after at most {slowest:.2f} s"


class Second:
    """A second process of a service, beside the first, with the same environment but port and name."""

    def __init__(self, service, port):
        pid = subprocess.run([str(house.ROOT / "tests/lib/control"), "pid", service], capture_output=True, text=True, check=True).stdout.strip()
        environment = dict(item.split("=", 1) for item in Path(f"/proc/{pid}/environ").read_text().split("\0") if "=" in item)
        environment["BILLING_HTTP_LISTEN"] = f"127.0.0.1:{port}"
        environment["BILLING_INSTANCE"] = f"{service}/second"
        self.process = subprocess.Popen([f"/proc/{pid}/exe", "run"], env=environment,
                                        stderr=open(Path(os.environ["DUEBOOK_TEST_DIR"]) / f"log/{service}-second.log", "w"))

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def zombie(service, want_fence):
    """Stopped past its session and its leases, while a second process takes over; then it wakes."""
    second = Second(service, int(os.environ["DUEBOOK_TEST_PORT_BASE"]) + 15)
    try:
        with workload.Running(BUSINESS):
            time.sleep(2)
            house.control("pause", service)
            time.sleep(16)
            house.control("resume", service)
            time.sleep(3)
        house.settle()
        fenced = house.metric(service, "billing_zombie_fenced_total")
    finally:
        second.stop()
    prove()
    if want_fence and not fenced:
        raise AssertionError("nothing was fenced: the zombie did not notice")
    return f"fenced {fenced}"


def replay():
    """F14: every topic again from its first message; nobody's state moves."""
    def state():
        return [house.sql(f"SELECT shard, position, encode(hash, 'hex') FROM {service}.shard_head ORDER BY 1") for service in house.SERVICES]
    house.settle()
    before = state()
    dropped = {service: house.metric(service, "billing_consumer_duplicates_dropped_total") for service in house.LISTENS}
    for service in house.SERVICES:
        house.control("stop", service)
        house.billctl("republish", service, "all", "--from", "1", check=True)
        house.restart(service)
    house.settle()
    time.sleep(2)
    if state() != before:
        raise AssertionError("a replayed topic changed a state")
    prove()
    again = sum(max(0, house.metric(service, "billing_consumer_duplicates_dropped_total") - 0) for service in dropped)
    if not again:
        raise AssertionError("nothing came twice")
    return f"{again} duplicates dropped"


def poison():
    import poison as cases
    return cases.run(BUSINESS)


def main():
    global BUSINESS
    suite = house.Suite()
    print(f"seed {SEED} (repeat with DUEBOOK_SEED={SEED})", flush=True)
    BUSINESS = workload.Business("Fault", SEED)
    for _ in range(20):
        BUSINESS.step()
    cases = []
    for number, service in enumerate(house.SERVICES, 1):
        cases.append((f"F{number} kill -9 {service} mid-batch", lambda service=service: kill_service(service, 1 if QUICK else 3)))
    points = [("invoicing", "before_open", 3), ("invoicing", "after_commit_before_publish", 4), ("reconciliation", "after_commit_before_publish", 5),
              ("reconciliation", "after_produce_before_read_back", 3), ("payments", "after_read_back", 2), ("collections", "in_rebalance", 1)]
    for service, point, at in points[:2] if QUICK else points:
        cases.append((f"F1-5 kill -9 {service} at {point}", lambda service=service, point=point, at=at: fault_point(service, point, at)))
    cases += [
        ("F6 kill -9 all services at once", lambda: kill_all(2 if QUICK else 8)),
        ("F7 kill -9 the broker", lambda: broker_away(2 if QUICK else 10)),
        ("F9 kill -9 the postmaster", lambda: postmaster(2 if QUICK else 8)),
        ("F12 a zombie consumer", lambda: zombie("reconciliation", False)),
        ("F13 a zombie relay", lambda: zombie("invoicing", True)),
        ("F14 every topic again", replay),
        ("F16 poison", poison),
    ]
    for name, function in cases:
        if not WANTED or name.split()[0] in WANTED:
            if suite.run(name, function):
                continue
            for service in ["postgres", "kafka"] + house.SERVICES:  # the next case starts from a whole house
                if subprocess.run([str(house.ROOT / "tests/lib/control"), "alive", service]).returncode:
                    house.restart(service)
    sys.exit(suite.end())


main()
