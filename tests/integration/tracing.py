# SPDX-License-Identifier: Apache-2.0
"""A trace from HTTP to the event and on to the events that it causes, read from Kafka by a client that is not ours."""
import json
import os
import time
import uuid

import door
import house
import world

NEEDED = {"ce_specversion", "ce_id", "ce_source", "ce_type", "duebook-feed"}


def messages(topic, deadline_s=10):
    """Everything in a topic up to its ends as they are now: (key, headers, partition, offset)."""
    from confluent_kafka import Consumer, TopicPartition
    consumer = Consumer({"bootstrap.servers": os.environ["BILLING_KAFKA"], "group.id": str(uuid.uuid4()), "enable.auto.commit": False,
                         "isolation.level": "read_committed", "auto.offset.reset": "earliest"})
    try:
        partitions = consumer.list_topics(topic, timeout=10).topics[topic].partitions
        ends = {number: consumer.get_watermark_offsets(TopicPartition(topic, number), timeout=10)[1] for number in partitions}
        consumer.assign([TopicPartition(topic, number, 0) for number in partitions])
        left = {number for number, end in ends.items() if end > 0}
        until = time.monotonic() + deadline_s
        while left and time.monotonic() < until:
            for message in consumer.consume(500, 0.3):
                if message.error():
                    continue
                yield message.key(), {name: value for name, value in message.headers() or []}, message.partition(), message.offset()
            places = consumer.position([TopicPartition(topic, number) for number in left])
            left -= {place.partition for place in places if place.offset >= ends[place.partition]}
    finally:
        consumer.close()


def run(house_world):
    trace = uuid.uuid4().hex
    parent = f"00-{trace}-00f067aa0ba902b7-01"
    answer = door.good(door.call("invoicing", "POST", "/v1/invoices", {"accountId": house_world.ours.account_id, "lines": [world.line(3300)]},
                                 headers={"traceparent": parent}), 201)
    identity = answer.json["document"]["invoiceId"]
    house.settle()
    found = {}
    for service in house.SERVICES:
        for key, headers, partition, offset in messages(f"billing.{service}.events"):
            if headers.get("traceparent", b"").decode().split("-")[1:2] == [trace]:
                found.setdefault(service, []).append((key.decode(), headers))
                missing = NEEDED - set(headers)
                if missing:
                    raise AssertionError(f"{service} {partition}@{offset}: headers {sorted(missing)} are missing")
                door.equal("ce_specversion", b"1.0", headers["ce_specversion"])
                if len(key) != 36:
                    raise AssertionError(f"{service} {partition}@{offset}: the key is {key!r}")
    types = {service: sorted(headers["ce_type"].decode().rsplit(".", 1)[1] for _, headers in events) for service, events in found.items()}
    if "InvoiceIssued" not in types.get("invoicing", []):
        raise AssertionError(f"the trace of invoice {identity} is not in the events of invoicing: {json.dumps(types)}")
    spans = [headers["traceparent"] for events in found.values() for _, headers in events]
    if parent.encode() in spans:
        raise AssertionError("an event repeats its caller's span instead of having its own")
    wanted = [service for service in ("reconciliation",) if service in house.SERVICES]
    for service in wanted:
        if service not in types:
            raise AssertionError(f"the trace does not go on to {service}: {json.dumps(types)}")
    return json.dumps(types)


def malformed(house_world):
    """A traceparent that is none is ignored, as W3C Trace Context asks."""
    for text in ("x", "00-" + "0" * 32 + "-00f067aa0ba902b7-01", "ff-" + "a" * 32 + "-00f067aa0ba902b7-01", "00-" + "A" * 32 + "-00f067aa0ba902b7-01", "0" * 4000):
        door.good(door.call("invoicing", "POST", "/v1/invoices", {"accountId": house_world.ours.account_id, "lines": [world.line(1)]}, headers={"traceparent": text}), 201)


def cases(house_world):
    try:
        import confluent_kafka  # noqa: F401
    except ImportError:
        yield "trace: from HTTP to events in Kafka", "confluent-kafka is not installed"
        return
    yield "trace: from HTTP to the event and to the next event", lambda: run(house_world)
    yield "trace: malformed ones are ignored", lambda: malformed(house_world)
