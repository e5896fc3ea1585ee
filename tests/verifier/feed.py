# SPDX-License-Identifier: Apache-2.0
"""The rules of docs/consumer-guide.md in Python, written from that page alone; numbers in brackets are its sections.

Pure: messages come as plain values, so that vectors, tampered copies and real topics pass through the same code."""
import hashlib
import struct
import uuid
from dataclasses import dataclass, field

HEADER_MAX = 1024
RECORD_MAX = 524288
TICK_TYPE = "billing.common.v1.FeedTick"


class Malformed(Exception):
    """The bytes are not what the guide says."""


class Break(Exception):
    """A rule of the feed is broken; the text says which and where."""


@dataclass
class Message:
    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: list  # of (name, bytes)


@dataclass
class Header:
    layout: int
    epoch: int
    shard: int
    position: int
    entity_id: str
    stream_kind: str
    stream_id: str
    version: int
    posting_days: int
    occurred_us: int
    recorded_us: int
    unit_id: str
    unit_index: int
    unit_count: int
    hops: int
    actor: str
    cause_topic: str
    cause_partition: int
    cause_position: int
    command_key: str
    hash: bytes = field(repr=False, default=b"")


class _Reader:
    def __init__(self, raw: bytes):
        self.raw, self.at = raw, 0

    def take(self, size: int) -> bytes:
        if self.at + size > len(self.raw):
            raise Malformed("the header ends too early")
        self.at += size
        return self.raw[self.at - size:self.at]

    def number(self, form: str) -> int:
        return struct.unpack(">" + form, self.take(struct.calcsize(form)))[0]

    def text(self) -> str:
        raw = self.take(self.number("B"))
        if b"\0" in raw:
            raise Malformed("a text with a NUL")
        try:
            return raw.decode("utf-8")
        except UnicodeDecodeError as error:
            raise Malformed("a text that is not UTF-8") from error

    def uuid(self) -> str:
        return str(uuid.UUID(bytes=self.take(16)))


def read_header(raw: bytes) -> Header:
    """[3]"""
    if len(raw) > HEADER_MAX:
        raise Malformed("the header is longer than 1024 bytes")
    reader = _Reader(raw)
    if reader.number("B") != 1:
        raise Malformed("not layout 1")
    header = Header(1, reader.number("I"), reader.number("H"), reader.number("Q"), reader.uuid(), reader.text(),
                    reader.uuid(), reader.number("Q"), reader.number("i"), reader.number("q"), reader.number("q"),
                    reader.uuid(), reader.number("H"), reader.number("H"), reader.number("B"), reader.text(),
                    reader.text(), reader.number("H"), reader.number("Q"), reader.text(), reader.take(32))
    if reader.at != len(raw):
        raise Malformed("bytes after the hash")
    if header.position < 1 or header.version < 1:
        raise Malformed("a position or version of 0")
    return header


def origin(feed_id: str) -> bytes:
    """[4]"""
    return hashlib.sha256(feed_id.encode()).digest()


def link(previous: bytes, feed_id: str, type_name: str, event_id: str, key: bytes, header: bytes, payload: bytes) -> bytes:
    """[4] What the hash of this record must be after `previous`."""
    digest = hashlib.sha256(previous)
    for part in (feed_id.encode(), type_name.encode(), uuid.UUID(event_id).bytes, key, header[:-32], payload):
        digest.update(struct.pack(">I", len(part)))
        digest.update(part)
    return digest.digest()


def murmur2(data: bytes) -> int:
    """[2] The hash of Kafka's Java client."""
    multiplier, mask = 0x5BD1E995, 0xFFFFFFFF
    value = (0x9747B28C ^ len(data)) & mask
    whole = len(data) // 4 * 4
    for at in range(0, whole, 4):
        word = int.from_bytes(data[at:at + 4], "little") * multiplier & mask
        word = (word ^ word >> 24) * multiplier & mask
        value = (value * multiplier & mask) ^ word
    rest = data[whole:]
    if rest:
        value = (value ^ int.from_bytes(rest, "little")) * multiplier & mask
    value = (value ^ value >> 13) * multiplier & mask
    return value ^ value >> 15


def partition_of(key: bytes, partitions: int) -> int:
    return (murmur2(key) & 0x7FFFFFFF) % partitions


@dataclass
class Tick:
    feed_id: str = ""
    shard: int = 0
    epoch: int = 0
    position: int = 0
    hash: bytes = b""
    time_us: int = 0


def _varint(raw: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        if at >= len(raw) or shift > 63:
            raise Malformed("a varint that does not end")
        value |= (raw[at] & 0x7F) << shift
        shift += 7
        at += 1
        if raw[at - 1] < 0x80:
            return value & (1 << 64) - 1, at


def read_tick(raw: bytes) -> Tick:
    """[6] The six fields by hand, so that nothing of ours is needed, not even the .proto files."""
    names = {1: "feed_id", 2: "shard", 3: "epoch", 4: "position", 5: "hash", 6: "time_us"}
    tick, at = Tick(), 0
    while at < len(raw):
        tag, at = _varint(raw, at)
        number, wire = tag >> 3, tag & 7
        if wire == 0:
            value, at = _varint(raw, at)
            value = value - (1 << 64) if value >= 1 << 63 and number in (4, 6) else value
        elif wire == 2:
            size, at = _varint(raw, at)
            if at + size > len(raw):
                raise Malformed("a field runs beyond the tick")
            value, at = raw[at:at + size], at + size
        elif wire in (1, 5):
            at += 8 if wire == 1 else 4
            value = None
        else:
            raise Malformed("an unknown wire type")
        if number in names and value is not None:
            setattr(tick, names[number], value.decode() if number == 1 else value)
    if len(tick.hash) != 32 or tick.position < 0:
        raise Malformed("a tick without a hash of 32 bytes, or of a negative position")
    return tick


@dataclass
class Partition:
    """[5] The place in one partition, and what was met on the way."""
    topic: str
    number: int
    feed_id: str
    partitions: int
    epoch: int = 0
    position: int = 0
    hash: bytes = b""
    complete_us: int = -1 << 63
    recorded_us: int = -1 << 63
    early: Tick | None = None
    ahead: int = 0  # the lowest position that was met above a gap; 0: none
    counts: dict = field(default_factory=lambda: dict.fromkeys(
        ("messages", "records", "duplicates", "closed", "ahead", "ticks", "old_ticks", "foreign"), 0))
    epochs: set = field(default_factory=set)
    versions: dict = field(default_factory=dict)

    def __post_init__(self):
        self.hash = origin(self.feed_id)

    def where(self, message: Message, what: str) -> Break:
        return Break(f"{message.topic} partition {message.partition} offset {message.offset} "
                     f"(place: epoch {self.epoch}, position {self.position}): {what}")

    def take(self, message: Message) -> None:
        self.counts["messages"] += 1
        headers: dict = {}
        for name, value in message.headers or []:
            if name in headers and name in ("ce_id", "ce_source", "ce_type", "duebook-feed"):
                raise self.where(message, f"the header {name} comes twice [2]")
            headers[name] = value or b""
        try:
            if "duebook-feed" in headers:
                self._record(message, headers)
            elif headers.get("ce_type") == TICK_TYPE.encode():
                self._tick(message, headers)
            else:
                self.counts["foreign"] += 1
        except Malformed as error:
            raise self.where(message, f"malformed: {error} [3]") from error

    def _envelope(self, message: Message, headers: dict) -> None:
        if headers.get("ce_specversion") != b"1.0":
            raise self.where(message, "ce_specversion is not 1.0 [2]")
        if headers.get("ce_source") != self.feed_id.encode():
            raise self.where(message, f"ce_source is {headers.get('ce_source')}, not {self.feed_id} [1]")
        for name in ("ce_id", "ce_type"):
            if not headers.get(name):
                raise self.where(message, f"{name} is missing [2]")

    def _record(self, message: Message, headers: dict) -> None:
        self._envelope(message, headers)
        raw, payload, key = headers["duebook-feed"], message.value or b"", message.key or b""
        event_id = headers["ce_id"].decode("ascii", "replace")
        for name, text in (("ce_id", event_id), ("key", key.decode("ascii", "replace"))):
            try:
                plain = str(uuid.UUID(text)) == text
            except ValueError:
                plain = False
            if not plain:
                raise self.where(message, f"{name} is no 36-character lower-case UUID: {text!r} [2]")
        if len(raw) + len(payload) > RECORD_MAX:
            raise self.where(message, f"a record of {len(raw) + len(payload)} bytes [2]")
        header = read_header(raw)
        if header.shard != message.partition:
            raise self.where(message, f"shard {header.shard} in partition {message.partition} [3]")
        if partition_of(key, self.partitions) != message.partition:
            raise self.where(message, f"key {key.decode()} belongs to partition {partition_of(key, self.partitions)} [2]")
        if header.unit_index >= header.unit_count:
            raise self.where(message, f"event {header.unit_index} of {header.unit_count} in its unit [3]")
        self._judge(message, headers, header, key, payload, event_id)

    def _judge(self, message, headers, header, key, payload, event_id) -> None:
        """[5] The table, row by row."""
        if header.epoch < self.epoch:
            self.counts["closed"] += 1
        elif header.position < self.position:
            self.counts["duplicates"] += 1
        elif header.position == self.position:
            if header.hash != self.hash:
                raise self.where(message, f"FORK: position {header.position} again with another hash [5]")
            self.counts["duplicates"] += 1
        elif header.position > self.position + 1:
            self.counts["ahead"] += 1
            self.ahead = min(self.ahead or header.position, header.position)
        else:
            wanted = link(self.hash, self.feed_id, headers["ce_type"].decode(), event_id, key, headers["duebook-feed"],
                          payload)
            if wanted != header.hash:
                raise self.where(message, f"FORK: position {header.position} does not link to its predecessor [4]")
            self._apply(message, header)

    def _apply(self, message: Message, header: Header) -> None:
        if header.recorded_us < self.recorded_us:
            raise self.where(message, f"position {header.position}: recorded at goes back [3]")
        stream = (header.stream_kind, header.stream_id)
        before = self.versions.get(stream, 0)
        if header.version != before + 1:
            raise self.where(message, f"stream {stream[0]}/{stream[1]}: version {header.version} after {before} [3]")
        self.versions[stream] = header.version
        self.counts["records"] += 1
        self.epochs.add(header.epoch)
        self.epoch = max(self.epoch, header.epoch)
        self.position, self.hash, self.recorded_us = header.position, header.hash, header.recorded_us
        self.complete_us = max(self.complete_us, header.recorded_us - 1)
        if self.ahead and self.position >= self.ahead:
            self.ahead = 0
        if self.early and self.early.position <= self.position:
            tick, self.early = self.early, None
            self._judge_tick(message, tick)

    def _tick(self, message: Message, headers: dict) -> None:
        self._envelope(message, headers)
        tick = read_tick(message.value or b"")
        if tick.feed_id != self.feed_id or tick.shard != message.partition or message.key:
            raise self.where(message, "a tick of another feed or shard, or with a key [6]")
        self._judge_tick(message, tick)

    def _judge_tick(self, message: Message, tick: Tick) -> None:
        """[6]"""
        if tick.epoch < self.epoch:
            self.counts["old_ticks"] += 1
        elif tick.position > self.position:
            if not self.early or (tick.epoch, tick.position) >= (self.early.epoch, self.early.position):
                self.early = tick
        elif tick.position == self.position and tick.hash != self.hash:
            raise self.where(message, f"FORK: a tick shows position {tick.position} with another hash [6]")
        elif tick.position < self.position and tick.epoch == self.epoch and tick.time_us > self.complete_us + 1:
            raise self.where(message, f"FORK: a tick ends the feed at {tick.position} at a time after our last event [6]")
        else:
            self.counts["ticks"] += 1
            self.epoch = max(self.epoch, tick.epoch)
            self.complete_us = max(self.complete_us, tick.time_us)

    def waits(self) -> bool:
        """Something above the place was shown, and what leads there has not come."""
        return bool(self.ahead or self.early)

    def end(self, last_offset: int) -> None:
        """What may not stand open when everything was read."""
        place = f"{self.topic} partition {self.number} offset {last_offset} (place: epoch {self.epoch}, position {self.position})"
        if self.ahead:
            raise Break(f"{place}: position {self.position + 1} is missing; {self.ahead} was met above it [5.3]")
        if self.early:
            raise Break(f"{place}: a tick says that the feed had come to {self.early.position}; its tail is lost [6]")
