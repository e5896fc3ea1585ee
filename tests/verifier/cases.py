#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The verifier itself under test, without Kafka: it agrees with the vectors that our C made, and finds every way in which
a feed can be broken. A verifier that never says no proves nothing."""
import json
import os
import struct
import sys
import uuid

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

import feed  # noqa: E402

FEED, TOPIC, COUNT = "/billing/invoicing", "billing.invoicing.events", 12


def key_of(partition: int) -> str:
    return next(str(key) for key in (uuid.UUID(int=n) for n in range(10000))
                if feed.partition_of(str(key).encode(), COUNT) == partition)


class Forge:
    """Makes a feed of one partition by the guide's own rules; what a test then damages is a copy of it."""

    def __init__(self, partition: int = 5):
        self.partition, self.key = partition, key_of(partition).encode()
        self.hash, self.position, self.epoch, self.at = feed.origin(FEED), 0, 0, 1_769_817_600_000_000
        self.messages: list = []
        self.version: dict = {}

    def header(self, **changed) -> bytes:
        text = lambda value: bytes([len(value.encode())]) + value.encode()  # noqa: E731
        stream = changed.get("stream", uuid.UUID(int=7))
        self.version[stream] = changed.get("version", self.version.get(stream, 0) + 1)
        self.at = changed.get("recorded", self.at + 1000)
        return (struct.pack(">BIHQ", 1, changed.get("epoch", self.epoch), changed.get("shard", self.partition),
                            changed.get("position", self.position + 1)) + uuid.UUID(int=1).bytes + text("invoice") +
                stream.bytes + struct.pack(">Qiqq", self.version[stream], 20484, self.at, self.at) +
                uuid.UUID(int=2).bytes + struct.pack(">HHB", changed.get("index", 0), changed.get("count", 1), 0) +
                text("service:test") + text("") + struct.pack(">HQ", 0, 0) + text(""))

    def record(self, payload: bytes = b"\x08\x01", **changed) -> feed.Message:
        header = self.header(**changed) + bytes(32)
        event = str(uuid.UUID(int=1000 + self.position))
        type_name = changed.get("type", "billing.invoicing.v1.InvoiceIssued")
        key = changed.get("key", self.key)
        digest = feed.link(self.hash, FEED, type_name, event, key, header, payload)
        self.hash, self.position = digest, changed.get("position", self.position + 1)
        return self.put(key, payload, [("ce_specversion", b"1.0"), ("ce_id", event.encode()), ("ce_source", FEED.encode()),
                                       ("ce_type", type_name.encode()), ("duebook-feed", header[:-32] + digest)])

    def tick(self, **changed) -> feed.Message:
        def varint(value: int) -> bytes:
            out = b""
            while value > 127:
                out, value = out + bytes([value & 127 | 128]), value >> 7
            return out + bytes([value])
        digest = changed.get("hash", self.hash)
        value = (b"\x0a" + varint(len(FEED)) + FEED.encode() + b"\x10" + varint(self.partition) + b"\x18" +
                 varint(changed.get("epoch", self.epoch)) + b"\x20" + varint(changed.get("position", self.position)) +
                 b"\x2a" + varint(len(digest)) + digest + b"\x30" + varint(self.at + 5))
        return self.put(None, value, [("ce_specversion", b"1.0"), ("ce_id", b"tick"), ("ce_source", FEED.encode()),
                                      ("ce_type", feed.TICK_TYPE.encode())])

    def put(self, key, value, headers) -> feed.Message:
        self.messages.append(feed.Message(TOPIC, self.partition, len(self.messages), key, value, headers))
        return self.messages[-1]


def usual(records: int = 6) -> Forge:
    forge = Forge()
    for _ in range(records):
        forge.record()
    forge.tick()
    return forge


def judge(messages: list, partition: int = 5) -> tuple:
    """(place, None) or (place, what was found)"""
    place = feed.Partition(TOPIC, partition, FEED, COUNT)
    try:
        for offset, message in enumerate(messages):
            place.take(feed.Message(message.topic, message.partition, offset, message.key, message.value, message.headers))
        place.end(len(messages) - 1)
    except feed.Break as found:
        return place, str(found)
    return place, None


def changed(message: feed.Message, header=None, at=None, **parts) -> feed.Message:
    """A copy with one thing changed: a header's bytes, a byte of `duebook-feed` at `at`, or any part."""
    headers = [(name, (header or {}).get(name, value)) for name, value in message.headers]
    if at is not None:
        raw = bytearray(dict(headers)["duebook-feed"])
        raw[at] ^= 1
        headers = [(name, bytes(raw) if name == "duebook-feed" else value) for name, value in headers]
    values = {"topic": message.topic, "partition": message.partition, "offset": message.offset, "key": message.key,
              "value": message.value, "headers": headers, **parts}
    return feed.Message(**values)


def check(condition, expected, came) -> None:
    if not condition:
        raise AssertionError(f"expected {expected}; came {came}")


def is_broken(messages: list, word: str) -> None:
    _, found = judge(messages)
    check(found and word in found, f"a break that says '{word}'", found or "every link holds")


def holds(messages: list, **counts) -> feed.Partition:
    place, found = judge(messages)
    check(found is None, "every link holds", found)
    for name, count in counts.items():
        check(place.counts[name] == count, f"{count} {name}", place.counts[name])
    return place


# ---- the vectors ----

def test_vectors_origins_and_partitions():
    vectors = json.load(open(os.path.join(HERE, "vectors.json"), encoding="utf-8"))
    for feed_id, wanted in vectors["origins"].items():
        check(feed.origin(feed_id).hex() == wanted, wanted, feed.origin(feed_id).hex())
    for key, wanted in vectors["partitions"].items():
        came = feed.partition_of(key.encode(), vectors["partition_count"])
        check(came == wanted, f"partition {wanted} of {key}", came)


def test_vectors_records():
    vectors = json.load(open(os.path.join(HERE, "vectors.json"), encoding="utf-8"))
    last: dict = {}
    for vector in vectors["records"]:
        raw = bytes.fromhex(vector["header"])
        header = feed.read_header(raw)
        fields = {name: value for name, value in vars(header).items() if name != "hash"}
        check(fields == vector["fields"], vector["fields"], fields)
        previous = bytes.fromhex(vector["previous_hash"])
        came = feed.link(previous, vector["feed_id"], vector["type"], vector["event_id"], vector["key"].encode(), raw,
                         bytes.fromhex(vector["payload"]))
        check(came.hex() == vector["hash"] and header.hash == came, vector["hash"], came.hex())
        if vector["chain"] in last:
            check(last[vector["chain"]] == previous, "the hash of the record before", previous.hex())
        elif header.position == 1:
            check(previous == feed.origin(vector["feed_id"]), "the feed origin", previous.hex())
        last[vector["chain"]] = came


def test_vectors_ticks_and_refused_headers():
    vectors = json.load(open(os.path.join(HERE, "vectors.json"), encoding="utf-8"))
    for vector in vectors["ticks"]:
        tick = feed.read_tick(bytes.fromhex(vector["payload"]))
        came = {**vars(tick), "hash": tick.hash.hex()}
        wanted = {name: value for name, value in vector.items() if name != "payload"}
        check(came == wanted, wanted, came)
    for vector in vectors["refused"]:
        try:
            came = feed.read_header(bytes.fromhex(vector["header"]))
        except feed.Malformed:
            continue
        check(False, f"{vector['why']} is refused", came)


# ---- what is normal ----

def test_a_whole_feed_holds():
    place = holds(usual().messages, records=6, ticks=1, duplicates=0)
    check(place.position == 6, 6, place.position)


def test_a_repeated_run_is_duplicates():
    messages = usual().messages
    holds(messages[:4] + messages[1:4] + messages[4:] + messages, records=6, duplicates=3 + 6)


def test_a_refused_message_comes_again():
    messages = usual().messages
    holds(messages[:2] + messages[3:5] + messages[2:], records=6, ahead=2)


def test_an_early_tick_counts_later():
    forge = usual()
    holds(forge.messages[:3] + forge.messages[-1:] + forge.messages[3:], records=6, ticks=2)


def test_foreign_messages_are_counted():
    forge = usual()
    forge.put(b"hello", b"world", [])
    holds(forge.messages, foreign=1)


def test_a_closed_epoch_is_dropped():
    forge = usual()
    zombie = Forge()
    zombie.hash, zombie.position, zombie.version = forge.hash, forge.position, dict(forge.version)
    forge.epoch = 1
    forge.tick()
    late = zombie.record(b"zombie")
    forge.record()
    place = holds(forge.messages[:-1] + [late, forge.messages[-1]], records=7, closed=1)
    check(place.epoch == 1, "epoch 1", place.epoch)


# ---- tampered copies ----

def test_a_changed_payload_is_found():
    messages = usual().messages
    is_broken(messages[:3] + [changed(messages[3], value=b"\x08\x02")] + messages[4:], "does not link")


def test_each_part_of_the_record_is_hashed():
    messages = usual().messages
    header = dict(messages[3].headers)["duebook-feed"]
    for at in range(15, len(header) - 32):  # behind layout, epoch, shard, position: each byte of all other fields
        place, found = judge(messages[:3] + [changed(messages[3], at=at)] + messages[4:])
        check(found, f"byte {at} of the header is hashed", "every link holds")
    for name, value in (("ce_id", str(uuid.UUID(int=5)).encode()), ("ce_type", b"billing.invoicing.v1.AccountOpened")):
        is_broken(messages[:3] + [changed(messages[3], header={name: value})] + messages[4:], "does not link")
    other = next(str(key).encode() for key in (uuid.UUID(int=n) for n in range(10**6, 10**7))
                 if feed.partition_of(str(key).encode(), COUNT) == 5)
    is_broken(messages[:3] + [changed(messages[3], key=other)] + messages[4:], "does not link")


def test_a_missing_message_is_found():
    messages = usual().messages
    is_broken(messages[:3] + messages[4:], "is missing")


def test_a_lost_tail_is_found_by_its_tick():
    messages = usual().messages
    is_broken(messages[:4] + messages[-1:], "tail is lost")


def test_two_changed_places_are_found():
    messages = usual().messages
    holds(messages[:3] + [messages[4], messages[3]] + messages[3:])  # reordered and repeated: normal
    is_broken(messages[:3] + [messages[4], messages[3]] + messages[5:], "is missing")


def test_an_inserted_record_is_found():
    forge = usual(3)
    stranger = Forge()
    stranger.position, stranger.hash = 3, bytes(32)
    is_broken(forge.messages[:3] + [stranger.record()], "does not link")


def test_a_second_history_is_found():
    ours, theirs = usual(3), usual(2)
    theirs.messages.pop()
    other = theirs.record(b"another third")
    is_broken(ours.messages[:3] + [other], "another hash")
    is_broken(ours.messages[:2] + [other] + ours.messages[2:3], "another hash")


def test_a_tick_with_another_hash_is_found():
    forge = usual()
    forge.tick(hash=bytes(32))
    is_broken(forge.messages, "a tick shows")


def test_a_late_tick_of_an_earlier_position():
    forge = usual()
    early, at = forge.position - 2, forge.at
    forge.at = at - 3000
    forge.tick(position=early, hash=bytes(32))  # read before our last events: it only comes late
    holds(forge.messages, ticks=2)
    forge.at = at + 3000
    forge.tick(position=early, hash=bytes(32))
    is_broken(forge.messages, "a tick ends the feed")


def test_wrong_places_are_found():
    messages = usual().messages
    forge = Forge()
    is_broken([forge.record(shard=6)], "shard 6 in partition 5")
    forge = Forge()
    is_broken([forge.record(key=key_of(4).encode())], "belongs to partition 4")
    forge = Forge()
    is_broken([forge.record(key=b"x" * 36)], "no 36-character")
    is_broken([changed(messages[0], header={"ce_source": b"/billing/payments"})], "ce_source")
    is_broken([changed(messages[0], headers=messages[0].headers + [("ce_id", b"again")])], "twice")
    is_broken([changed(messages[0], headers=messages[0].headers[1:])], "ce_specversion")


def test_wrong_contents_are_found():
    forge = Forge()
    is_broken([forge.record(bytes(feed.RECORD_MAX))], "a record of")
    forge = usual()
    forge.record(recorded=5)
    is_broken(forge.messages, "goes back")
    forge = usual()
    forge.record(version=9)
    is_broken(forge.messages, "version 9 after 6")
    forge = Forge()
    is_broken([forge.record(index=3, count=3)], "event 3 of 3")


def main() -> int:
    passed = failed = 0
    for name, test in list(globals().items()):
        if not name.startswith("test_"):
            continue
        try:
            test()
            passed += 1
        except Exception as error:  # noqa: BLE001  a test must not stop the others
            failed += 1
            print(f"FAILED: {name}: {type(error).__name__}: {error}\n  alone: tests/verifier/cases.py")
    print(f"{passed} passed, {failed} failed, 0 skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
