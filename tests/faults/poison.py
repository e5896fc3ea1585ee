# SPDX-License-Identifier: Apache-2.0
"""F16: what nobody can process. Strays are bytes that any client may write into our topics: they are parked once and the
feed does not notice. Poison is worse: records that link correctly and cannot be decided (written into the log of a stopped
producer with the guide's own rules): each is parked with its key, later messages of that key are held behind it, and
every other account goes on."""
import os
import struct
import sys
import time
import uuid
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "verifier"))
import feed  # noqa: E402
import house  # noqa: E402
from confluent_kafka import Producer  # noqa: E402

FEED, TOPIC, SHARDS = "/billing/invoicing", "billing.invoicing.events", 12
CONSUMERS = [service for service, heard in house.LISTENS.items() if "invoicing" in heard]


def parked(service):
    return int(house.sql(f"SELECT count(*) FROM {service}.parked")[0][0])


def wait_for(what, condition, seconds=30):
    until = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > until:
            raise AssertionError(what)
        time.sleep(0.2)


def strays():
    before = {service: parked(service) for service in CONSUMERS}
    producer = Producer({"bootstrap.servers": os.environ["BILLING_KAFKA"], "message.max.bytes": 900000})
    garbage = [
        (b"not a protobuf", []),
        (b"", [("ce_type", b"billing.invoicing.v1.InvoiceIssued")]),
        (b"\xff" * 100, [("ce_type", b"billing.invoicing.v1.InvoiceIssued"), ("ce_id", b"x"), ("duebook-feed", b"\x01\x02")]),
        (b"x" * 800000, [("ce_type", b"\xff\xfe"), ("duebook-feed", b"\x01" * 2000)]),
    ]
    for number, (value, headers) in enumerate(garbage):
        producer.produce(TOPIC, value, key=b"stray", partition=number % SHARDS, headers=headers)
    producer.flush(30)
    for service in CONSUMERS:
        wait_for(f"{service} parked {parked(service) - before[service]} of {len(garbage)} strays",
                 lambda service=service: parked(service) >= before[service] + len(garbage))
    return len(garbage)


def bytes_of(query):
    return bytes.fromhex(house.sql(query)[0][0])


class Forge:
    """Appends to the log of invoicing, which is stopped, as the unit of work would."""

    def __init__(self, account):
        self.key = account.encode()
        self.shard = feed.partition_of(self.key, SHARDS)
        position, digest, epoch = house.sql(f"SELECT position, encode(hash, 'hex'), epoch FROM invoicing.shard_head WHERE shard = {self.shard}")[0]
        self.position, self.hash, self.epoch = int(position), bytes.fromhex(digest), int(epoch)
        self.now = int(time.time() * 1e6)

    def code(self, type_name):
        house.sql(f"INSERT INTO invoicing.event_type SELECT (SELECT max(code) + 1 FROM invoicing.event_type), '{type_name}' "
                  f"WHERE NOT EXISTS (SELECT FROM invoicing.event_type WHERE name = '{type_name}')")
        return int(house.sql(f"SELECT code FROM invoicing.event_type WHERE name = '{type_name}'")[0][0])

    def append(self, type_name, payload):
        text = lambda value: bytes([len(value)]) + value.encode()  # noqa: E731
        stream, event = uuid.uuid4(), uuid.uuid4()
        header = (struct.pack(">BIHQ", 1, self.epoch, self.shard, self.position + 1) + uuid.UUID(int=1).bytes + text("invoice") + stream.bytes +
                  struct.pack(">Qiqq", 1, 20000, self.now, self.now) + event.bytes + struct.pack(">HHB", 0, 1, 0) + text("service:test") +
                  text("") + struct.pack(">HQ", 0, 0) + text("") + bytes(32))
        digest = feed.link(self.hash, FEED, type_name, str(event), self.key, header, payload)
        self.position, self.hash = self.position + 1, digest
        envelope = event.bytes + uuid.UUID(self.key.decode()).bytes + header[:-32] + digest
        house.sql(f"BEGIN; INSERT INTO invoicing.event VALUES ({self.shard}, {self.position}, 4, '{stream}', 1, {self.code(type_name)}, "
                  f"'\\x{envelope.hex()}', '\\x{payload.hex()}'); UPDATE invoicing.shard_head SET position = {self.position}, "
                  f"hash = '\\x{digest.hex()}' WHERE shard = {self.shard}; COMMIT")


def field(number, value):
    return bytes([number << 3 | 2, len(value)]) + value


def run(business):
    count = strays()
    account = business.open_account()
    house.settle()
    house.control("stop", "invoicing")
    forge = Forge(account)
    issued = "billing.invoicing.v1.InvoiceIssued"
    forge.append(issued, b"\x0a\xff\xff\xff\xff\x0f")                       # a length beyond the end
    forge.append(issued, field(1, str(uuid.uuid4()).encode()))               # nothing but an id
    forge.append(issued, field(1, b"\xff\xfe") + field(2, account.encode()))  # no UTF-8
    forge.append("billing.invoicing.v1.NobodyKnowsThis", b"")                # an unknown type
    poisoned = 4
    before = {service: parked(service) for service in CONSUMERS}
    house.restart("invoicing")
    wait_for("reconciliation did not park the poison", lambda: parked("reconciliation") >= before["reconciliation"] + poisoned)
    held = house.sql(f"SELECT count(*) FROM reconciliation.parked WHERE key = '{account}' AND NOT follower")[0][0]
    if int(held) < 1:
        raise AssertionError("the poisoned account is not held")
    business.accounts = [account]
    follower = business.issue_invoice()   # of the held account: parked behind it
    business.accounts = []
    other = business.open_account()
    business.accounts = [other]
    neighbour = business.issue_invoice()  # of another account: goes on
    wait_for("a neighbour of the poison was not processed", lambda: house.sql(
        f"SELECT 1 FROM reconciliation.open_item WHERE item_id = '{neighbour['invoiceId']}'"))
    wait_for("a later message of the held key was not held", lambda: house.sql(
        f"SELECT 1 FROM reconciliation.parked WHERE key = '{account}' AND follower"))
    if house.sql(f"SELECT 1 FROM reconciliation.open_item WHERE item_id = '{follower['invoiceId']}'"):
        raise AssertionError("a message overtook the parked one of its key")
    for service in house.LISTENS:
        if not house.ready(service):
            raise AssertionError(f"{service} is not ready after poison")
    return f"{count} strays, {poisoned} poisoned records, followers held, neighbours went on"
