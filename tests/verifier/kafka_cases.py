#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""verify.py against a real Kafka: forged feeds, and, where the services run, their own topics and tampered copies of them.

BILLING_KAFKA names the broker. Topics that this test makes are called verifier-test.<something> and deleted at the end."""
import os
import subprocess
import sys
import uuid

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

from confluent_kafka import Consumer, Producer, TopicPartition  # noqa: E402
from confluent_kafka.admin import AdminClient, NewTopic  # noqa: E402

import cases  # noqa: E402
import feed  # noqa: E402

KAFKA = os.environ["BILLING_KAFKA"]
OURS = [f"billing.{name}.events" for name in ("invoicing", "payments", "reconciliation", "collections", "reporting")]
admin = AdminClient({"bootstrap.servers": KAFKA})
made: list = []


def topic_with(messages: list, partitions: int = cases.COUNT) -> str:
    topic = f"verifier-test.{uuid.uuid4().hex[:12]}"
    made.append(topic)
    admin.create_topics([NewTopic(topic, num_partitions=partitions, replication_factor=1)])[topic].result(20)
    producer = Producer({"bootstrap.servers": KAFKA, "enable.idempotence": True})
    for message in messages:
        producer.produce(topic, key=message.key, value=message.value, partition=message.partition, headers=message.headers)
        producer.poll(0)
    left = producer.flush(20)
    cases.check(left == 0, "all delivered", f"{left} left")
    return topic


def verify(*arguments: str) -> tuple:
    done = subprocess.run([sys.executable, os.path.join(HERE, "verify.py"), "--bootstrap", KAFKA, "--patience", "1",
                           *arguments], capture_output=True, text=True, timeout=300)
    return done.returncode, done.stdout + done.stderr


def verify_copy(messages: list, feed_id: str = cases.FEED) -> tuple:
    topic = topic_with(messages)
    return verify("--topic", topic, "--feed", f"{topic}={feed_id}")


def expect(outcome: tuple, status: int, *words: str) -> None:
    cases.check(outcome[0] == status, f"exit {status}", f"exit {outcome[0]}\n{outcome[1]}")
    for word in words:
        cases.check(word in outcome[1], f"'{word}' in the output", outcome[1])


def read_topic(topic: str) -> list:
    consumer = Consumer({"bootstrap.servers": KAFKA, "group.id": "verifier-copy", "enable.auto.commit": False})
    messages: list = []
    for number in range(len(consumer.list_topics(topic, timeout=20).topics[topic].partitions)):
        low, high = consumer.get_watermark_offsets(TopicPartition(topic, number), timeout=20)
        consumer.assign([TopicPartition(topic, number, low)])
        while low < high:
            for message in consumer.consume(5000, timeout=5):
                if message.offset() < high:
                    messages.append(feed.Message(topic, number, message.offset(), message.key(), message.value(),
                                                 message.headers() or []))
                low = message.offset() + 1
    consumer.close()
    return messages


def records_of(messages: list) -> list:
    return [index for index, message in enumerate(messages) if dict(message.headers or []).get("duebook-feed")]


# ---- forged feeds ----

def test_a_whole_forged_topic_holds():
    expect(verify_copy(cases.usual(500).messages), 0, "every link holds", "500")


def test_a_broken_one_is_told_with_its_place():
    messages = cases.usual(50).messages
    messages[20] = cases.changed(messages[20], value=b"\x08\x02")
    expect(verify_copy(messages), 1, "BROKEN", "partition 5 offset 20", "position 20", "does not link")


def test_a_gap_is_waited_for_and_told():
    messages = cases.usual(50).messages
    expect(verify_copy(messages[:20] + messages[21:]), 1, "position 21 is missing")


def test_a_cut_beginning_is_told():
    topic = topic_with(cases.usual(50).messages)
    for part in admin.delete_records([TopicPartition(topic, 5, 10)]).values():
        part.result(20)
    expect(verify("--topic", topic, "--feed", f"{topic}={cases.FEED}"), 1, "first events were deleted")


def test_an_absent_topic_and_an_absent_broker():
    expect(verify("--topic", "billing.nobody.events"), 1, "there is no topic")
    done = subprocess.run([sys.executable, os.path.join(HERE, "verify.py"), "--bootstrap", "127.0.0.1:1"],
                          capture_output=True, text=True, timeout=120)
    expect((done.returncode, done.stdout + done.stderr), 3)


# ---- the real ones ----

def test_every_topic_of_ours_holds():
    expect(verify(), 0, "every link holds", *OURS)


def test_tampered_copies_of_real_topics_are_found():
    tried = 0
    for topic in OURS:
        messages, feed_id = read_topic(topic), "/billing/" + topic.split(".")[1]
        records = records_of(messages)
        if not records:
            continue
        tried += 1
        at = records[len(records) // 2]
        expect(verify_copy(messages, feed_id), 0, "every link holds")
        flipped = messages[at].value[:-1] + bytes([messages[at].value[-1] ^ 1]) if messages[at].value else b"\x08\x01"
        copy = messages[:at] + [cases.changed(messages[at], value=flipped)] + messages[at + 1:]
        expect(verify_copy(copy, feed_id), 1, f"partition {messages[at].partition} offset", "does not link")
        first = next(index for index in records if messages[index].partition == messages[at].partition)
        expect(verify_copy(messages[:first] + messages[first + 1:], feed_id), 1, "BROKEN")
    if not tried:
        raise Skipped("no topic holds a record yet")


class Skipped(Exception):
    """Not a failure: what it needs is not here."""


def main() -> int:
    passed = failed = skipped = 0
    for name, test in list(globals().items()):
        if not name.startswith("test_"):
            continue
        try:
            test()
            passed += 1
        except Skipped as why:
            skipped += 1
            print(f"SKIP: {name}: {why}")
        except Exception as error:  # noqa: BLE001  a test must not stop the others
            failed += 1
            print(f"FAILED: {name}: {type(error).__name__}: {error}")
    if made:
        for part in admin.delete_topics(made).values():
            part.exception(20)
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
