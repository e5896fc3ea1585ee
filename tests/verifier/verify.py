#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Verifies every feed of Duebook from its first message, knowing nothing but docs/consumer-guide.md.

usage: verify.py --bootstrap HOST:PORT [--topic TOPIC]… [--feed TOPIC=FEED]… [--config NAME=VALUE]… [--patience SECONDS]
Without --topic: every topic called billing.<name>.events. --feed names the feed of a topic that is a copy. Prints a table per topic and partition.
exit: 0 all links hold · 1 a feed is broken (the first break of each partition is printed) · 3 Kafka does not answer"""
import argparse
import re
import sys
import time
from datetime import datetime, timezone

from confluent_kafka import Consumer, KafkaError, KafkaException, TopicPartition

from feed import Break, Message, Partition

SILENCE_S = 20


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bootstrap", required=True)
    parser.add_argument("--topic", action="append", default=[])
    parser.add_argument("--feed", action="append", default=[])
    parser.add_argument("--config", action="append", default=[], help="property of the Kafka client, say for TLS")
    parser.add_argument("--patience", type=float, default=30, help="seconds to wait for a gap to be filled (guide, 5.3)")
    return parser.parse_args()


def open_consumer(wanted: argparse.Namespace) -> Consumer:
    settings = dict(item.split("=", 1) for item in wanted.config)
    settings.update({"bootstrap.servers": wanted.bootstrap, "group.id": "duebook-verifier", "enable.auto.commit": False,
                     "auto.offset.reset": "error", "enable.partition.eof": False, "fetch.message.max.bytes": 1 << 20,
                     "isolation.level": "read_uncommitted"})
    return Consumer(settings, logger=None)


def feed_of(topic: str, named: dict) -> str:
    if topic in named:
        return named[topic]
    match = re.fullmatch(r"billing\.([a-z_]+)\.events", topic)
    if not match:
        sys.exit(f"{topic} is not called billing.<name>.events")
    return f"/billing/{match.group(1)}"


class Reading:
    """One partition while it is read up to the end that it had when we began."""

    def __init__(self, consumer: Consumer, topic: str, number: int, feed_id: str, partitions: int):
        self.feed = Partition(topic, number, feed_id, partitions)
        self.low, self.high = consumer.get_watermark_offsets(TopicPartition(topic, number), timeout=SILENCE_S)
        self.next, self.broken = self.low, None
        if self.low > 0:
            self.broken = (f"{topic} partition {number}: the topic begins at offset {self.low}: its first events "
                           "were deleted, nothing can be linked [1]")

    def take(self, message) -> None:
        self.next = message.offset() + 1
        if self.broken:
            return
        try:
            self.feed.take(Message(message.topic(), message.partition(), message.offset(), message.key(), message.value(),
                                   message.headers()))
        except Break as found:
            self.broken = str(found)

    def done(self) -> bool:
        return bool(self.broken) or self.next >= self.high

    def end(self) -> None:
        try:
            if not self.broken:
                self.feed.end(self.next - 1)
        except Break as found:
            self.broken = str(found)


def read_all(consumer: Consumer, readings: dict, until: float | None = None) -> None:
    """Until all are done; with `until`: until no gap is left or that time has come."""
    heard = time.monotonic()
    while True:
        if until is None and all(reading.done() for reading in readings.values()):
            return
        if until is not None and (time.monotonic() > until or not any(
                reading.feed.waits() and not reading.broken for reading in readings.values())):
            return
        messages = consumer.consume(10000, timeout=0.5)
        for message in messages:
            if message.error():
                if message.error().code() == KafkaError._ALL_BROKERS_DOWN:
                    continue
                raise KafkaException(message.error())
            reading = readings[message.topic(), message.partition()]
            reading.take(message)
            if reading.done() and until is None:
                consumer.pause([TopicPartition(message.topic(), message.partition())])
        heard = time.monotonic() if messages else heard
        # Control records and deleted messages have offsets too: a partition may end without a last message.
        if until is None and time.monotonic() - heard > SILENCE_S:
            for (topic, number), reading in readings.items():
                at = consumer.position([TopicPartition(topic, number)])[0].offset
                if at >= reading.high:
                    reading.next = reading.high
                elif not reading.done():
                    raise KafkaException(KafkaError(KafkaError._TIMED_OUT))


def instant(us: int) -> str:
    if us <= 0:
        return "-"
    return datetime.fromtimestamp(us / 1e6, timezone.utc).strftime("%Y-%m-%d %H:%M:%S")


def print_table(readings: dict) -> None:
    print(f"{'topic':32} {'part':>4} {'records':>9} {'dupl':>7} {'closed':>6} {'ticks':>6} {'foreign':>7} {'epoch':>5} "
          f"{'position':>9} {'hash':16} {'complete until (UTC)':20}")
    for (topic, number), reading in sorted(readings.items()):
        feed, counts = reading.feed, reading.feed.counts
        print(f"{topic:32} {number:4} {counts['records']:9} {counts['duplicates']:7} {counts['closed']:6} "
              f"{counts['ticks']:6} {counts['foreign']:7} {feed.epoch:5} {feed.position:9} {feed.hash.hex()[:16]} "
              f"{instant(feed.complete_us):20}{'  BROKEN' if reading.broken else ''}")


def verify(wanted: argparse.Namespace) -> int:
    consumer = open_consumer(wanted)
    known = consumer.list_topics(timeout=SILENCE_S).topics
    topics = wanted.topic or sorted(name for name in known if re.fullmatch(r"billing\.[a-z_]+\.events", name))
    if not topics:
        print("there is no topic called billing.<name>.events")
        return 1
    readings, named = {}, dict(item.split("=", 1) for item in wanted.feed)
    for topic in topics:
        if topic not in known or known[topic].error:
            print(f"there is no topic {topic}")
            return 1
        count = len(known[topic].partitions)
        readings.update({(topic, number): Reading(consumer, topic, number, feed_of(topic, named), count) for number in range(count)})
    consumer.assign([TopicPartition(topic, number, reading.low) for (topic, number), reading in readings.items()
                     if not reading.done()])
    read_all(consumer, readings)
    open_ones = {place: reading for place, reading in readings.items() if reading.feed.waits() and not reading.broken}
    if open_ones:  # what a relay is about to repeat [5.3]
        consumer.assign([TopicPartition(topic, number, reading.next) for (topic, number), reading in open_ones.items()])
        read_all(consumer, open_ones, time.monotonic() + wanted.patience)
    consumer.close()
    for reading in readings.values():
        reading.end()
    print_table(readings)
    broken = [reading.broken for reading in readings.values() if reading.broken]
    for text in broken:
        print(f"BROKEN: {text}")
    records = sum(reading.feed.counts["records"] for reading in readings.values())
    print(f"{len(topics)} topics, {len(readings)} partitions, {records} records: "
          f"{'every link holds' if not broken else f'{len(broken)} partitions are broken'}")
    return 1 if broken else 0


def main() -> int:
    try:
        return verify(arguments())
    except KafkaException as error:
        print(f"Kafka: {error}", file=sys.stderr)
        return 3


if __name__ == "__main__":
    sys.exit(main())
