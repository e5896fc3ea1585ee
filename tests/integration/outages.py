# SPDX-License-Identifier: Apache-2.0
"""Kafka away: reading and writing go on, and the lag drains later. PostgreSQL away: not ready, nothing acknowledged, and
everything comes back by itself. The same processes all the time."""
import time
import uuid

import door
import house
import world


def readiness(wanted, deadline_s):
    begun = time.monotonic()
    for service in house.SERVICES:
        while house.ready(service) != wanted:
            if time.monotonic() - begun > deadline_s:
                raise AssertionError(f"{service} is {'not ' if wanted else ''}ready after {deadline_s} s")
            time.sleep(0.02)
    return time.monotonic() - begun


def kafka_away(house_world):
    ours = house_world.ours
    house.settle()
    house.control("kill", "kafka")
    try:
        begun, written = time.monotonic(), 0
        while time.monotonic() - begun < 4:
            door.good(door.call("invoicing", "POST", "/v1/invoices", {"accountId": ours.account_id, "lines": [world.line(500)]}, token=house_world.secrets["BILLER"]), 201)
            if "payments" in house.SERVICES:
                door.good(door.call("payments", "POST", "/v1/payments", {
                    "entityId": ours.entity_id, "accountId": ours.account_id, "amount": world.euro(10), "valueDate": world.TODAY.isoformat(),
                    "method": "PAYMENT_METHOD_CASH", "sourceReference": str(uuid.uuid4())}, token=house_world.secrets["CASHIER"]), 201)
            for service in house.SERVICES:
                door.good(door.get(service, "/v1/clock", token=house_world.secrets["VIEWER"]), 200)
            written += 1
        secret, _ = world.token("VIEWER")  # known where it was issued, nowhere else yet
        door.good(door.get("invoicing", "/v1/clock", token=secret), 200)
        for service in house.SERVICES[1:]:
            door.problem(door.get(service, "/v1/clock", token=secret), 401)
        readiness(True, 2)
        waiting = house.under_way()
        if not waiting:
            raise AssertionError("nothing waits to be published while Kafka is away")
    finally:
        house.restart("kafka")
    begun = time.monotonic()
    house.settle()
    drained = time.monotonic() - begun
    for service in house.SERVICES:
        world.known(secret, service)
    return f"{written} rounds of commands without Kafka, drained {drained:.1f} s after it was back"


def postgres_away(house_world):
    ours = house_world.ours
    key, body = str(uuid.uuid4()), {"accountId": ours.account_id, "lines": [world.line(777)]}
    before = int(house.sql("SELECT count(*) FROM invoicing.invoice")[0][0])
    house.control("kill", "postgres")
    try:
        unready = readiness(False, 2)
        for service in house.SERVICES:
            door.good(door.get(service, "/livez", token=None), 200)
            answer = door.get(service, "/v1/clock")
            door.problem(answer, 503)
            if not answer.headers.get("Retry-After"):
                raise AssertionError(f"503 without Retry-After: {answer!r}")
        begun = time.monotonic()
        door.problem(door.call("invoicing", "POST", "/v1/invoices", body, key=key), 503)
        refused = time.monotonic() - begun
    finally:
        house.restart("postgres")
    ready = readiness(True, 30)
    door.good(door.call("invoicing", "POST", "/v1/invoices", body, key=key), 201)
    door.equal("invoices after the same key", before + 1, int(house.sql("SELECT count(*) FROM invoicing.invoice")[0][0]))
    house.settle()
    return f"unready after {unready:.2f} s, a command refused in {refused:.2f} s, ready {ready:.1f} s after its return"


def cases(house_world):
    yield "Kafka away", lambda: kafka_away(house_world)
    yield "PostgreSQL away", lambda: postgres_away(house_world)
