#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compares the JSON of common/wire with Google's Python implementation on generated messages.

usage: compare.py --tool PATH --generated DIR [--count 10000] [--seed N] [--repeat INDEX]

For every message: our JSON of Google's bytes is the same tree as Google's JSON (with and without defaults), Google reads
our JSON back to the same bytes, we read Google's JSON (both name forms, both escapings) to the same bytes, and our
canonical form is the same for all of them. Then damaged JSON: what we accept Google accepts too, with the same meaning.
The seed is printed; --repeat shows one message of it."""
import argparse
import json
import math
import random
import re
import struct
import subprocess
import sys


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tool", required=True)
    parser.add_argument("--generated", required=True)
    parser.add_argument("--count", type=int, default=10000)
    parser.add_argument("--seed", type=int, default=20260131)
    parser.add_argument("--repeat", type=int)
    return parser.parse_args()


ARGUMENTS = arguments()
sys.path.insert(0, ARGUMENTS.generated)

from billing.everything.v1 import everything_pb2  # noqa: E402
from google.protobuf import json_format  # noqa: E402
from google.protobuf.descriptor import FieldDescriptor as Field  # noqa: E402

Everything = everything_pb2.Everything

# ---- generating ----

INTEGERS = {
    Field.CPPTYPE_INT32: (-(2**31), 2**31 - 1),
    Field.CPPTYPE_INT64: (-(2**63), 2**63 - 1),
    Field.CPPTYPE_UINT32: (0, 2**32 - 1),
    Field.CPPTYPE_UINT64: (0, 2**64 - 1),
}
TEXTS = ["", "a", "Müller & Söhne", "日本電気", "שלום", "😀🏳️‍🌈", "\u2028\u2029", "</script>", "\\\"/\b\f\n\r\t\x01\x1f\x7f",
         " blank ", "null", "1e3", "\ufeffbom", "\U0010ffff", "a\u0301", "x" * 300, "%s%n", "\u00a0", "\ud7ff\ue000"]
DOUBLES = [0.0, 1.0, -1.0, 0.1, 1 / 3, 1e300, -1e-300, 5e-324, 1.7976931348623157e308, 2.0**53, 1e21, 123456789.125,
           math.inf, -math.inf, math.nan, 100000.0, 1e16, 4.35]


def number(chance, low, high):
    special = [low, high, 0, 1, -1, 2**31, 2**53, 2**53 + 1, 10**15, high // 10 * 10]
    value = chance.choice(special) if chance.random() < 0.5 else chance.randint(low, high)
    return min(max(value, low), high)


def text(chance):
    if chance.random() < 0.5:
        return chance.choice(TEXTS)
    points = [chance.choice([chance.randrange(1, 128), chance.randrange(0x80, 0x800), chance.randrange(0x800, 0xD800),
                             chance.randrange(0xE000, 0x10000), chance.randrange(0x10000, 0x110000)])
              for _ in range(chance.randrange(20))]
    return "".join(map(chr, points))


def floating(chance, single):
    value = chance.choice(DOUBLES) if chance.random() < 0.6 else struct.unpack(">d", chance.randbytes(8))[0]
    if math.isnan(value):
        return math.nan
    if single:
        try:
            value = struct.unpack(">f", struct.pack(">f", value))[0]
        except OverflowError:
            value = math.inf
        # Google's Python writes the largest single as 3.4028235e+38 and then refuses to read that.
        if abs(value) > 3.4028234e38 and not math.isinf(value):
            value = math.copysign(1e38, value)
    # protobuf-c does not pack a negative zero, so the bytes could not be compared.
    return 0.0 if value == 0 else value


def scalar(chance, field):
    if field.cpp_type in INTEGERS:
        return number(chance, *INTEGERS[field.cpp_type])
    if field.cpp_type == Field.CPPTYPE_DOUBLE:
        return floating(chance, False)
    if field.cpp_type == Field.CPPTYPE_FLOAT:
        return floating(chance, True)
    if field.cpp_type == Field.CPPTYPE_BOOL:
        return chance.random() < 0.5
    if field.cpp_type == Field.CPPTYPE_ENUM:
        return chance.choice(field.enum_type.values).number
    if field.type == Field.TYPE_BYTES:
        return chance.randbytes(chance.choice([0, 1, 2, 3, 4, 5, 31, 200]))
    return text(chance)


def fill_special(chance, message):
    name = message.DESCRIPTOR.full_name
    if name == "google.protobuf.Timestamp":
        message.seconds = chance.choice([-62135596800, 253402300799, 0, -1, chance.randint(-62135596800, 253402300799)])
    elif name == "google.protobuf.Duration":
        sign = chance.choice([-1, 1])
        message.seconds = sign * chance.choice([0, 1, 315575999999, chance.randint(0, 10**11)])
        message.nanos = sign * chance.choice([0, 1, 999999999, 120000000, 5000])
        return True
    else:
        return name == "google.protobuf.FieldMask"
    message.nanos = chance.choice([0, 0, 1, 999999999, 120000000, 5000, 123456000])
    return True


def fill_map(chance, message, field, depth):
    key, value = field.message_type.fields
    container = getattr(message, field.name)
    for _ in range(chance.choice([1, 2, 5])):
        name = scalar(chance, key)
        if value.message_type:
            fill(chance, container[name], depth + 1)
        else:
            container[name] = scalar(chance, value)


def fill_field(chance, message, field, depth):
    if field.message_type and field.message_type.GetOptions().map_entry:
        fill_map(chance, message, field, depth)
    elif field.label == Field.LABEL_REPEATED:
        container = getattr(message, field.name)
        for _ in range(chance.choice([1, 2, 3, 17])):
            if field.message_type:
                fill(chance, container.add(), depth + 1)
            else:
                container.append(scalar(chance, field))
    elif field.message_type:
        getattr(message, field.name).SetInParent()
        fill(chance, getattr(message, field.name), depth + 1)
    else:
        setattr(message, field.name, scalar(chance, field))


def fill(chance, message, depth=0):
    if fill_special(chance, message):
        return
    density = chance.choice([0.0, 0.05, 0.3, 1.0]) if depth == 0 else 0.7
    for field in message.DESCRIPTOR.fields:
        if field.name != "mask" and chance.random() < density:
            fill_field(chance, message, field, depth)


def generated(index):
    # One generator for each, so that any of them can be repeated alone.
    chance = random.Random(f"{ARGUMENTS.seed}/{index}")
    message = Everything()
    fill(chance, message)
    return message


# ---- our side ----


def ask(mode, records, *options):
    """The answers of the tool: bytes, or a str that says why it was refused."""
    stream = b"".join(struct.pack(">I", len(record)) + record for record in records)
    done = subprocess.run([ARGUMENTS.tool, mode, *options], input=stream, stdout=subprocess.PIPE, check=True)
    out, at, answers = done.stdout, 0, []
    while at < len(out):
        (size,) = struct.unpack_from(">I", out, at)
        refused = size == 0xFFFFFFFF
        at += 4
        if refused:
            (size,) = struct.unpack_from(">I", out, at)
            at += 4
        answer = out[at:at + size]
        answers.append(answer.decode("utf-8", "replace") if refused else answer)
        at += size
    if len(answers) != len(records):
        raise SystemExit(f"{mode}: asked {len(records)}, answered {len(answers)}")
    return answers


# ---- comparing ----


def packed(message):
    return message.SerializeToString(deterministic=True)


def same_tree(ours, theirs):
    """Equal, numbers by value: 1e+20 and 1E20 are spellings. Floats of single precision differ in their digits."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        return ours.keys() == theirs.keys() and all(same_tree(ours[key], theirs[key]) for key in ours)
    if isinstance(ours, list) and isinstance(theirs, list):
        return len(ours) == len(theirs) and all(map(same_tree, ours, theirs))
    if isinstance(ours, bool) or isinstance(theirs, bool):
        return ours is theirs
    if isinstance(ours, (int, float)) and isinstance(theirs, (int, float)):
        return ours == theirs or math.isclose(ours, theirs, rel_tol=1e-7)
    return type(ours) is type(theirs) and ours == theirs


def google_json(message, **options):
    return json_format.MessageToJson(message, indent=0, **options).encode("utf-8")


class Report:
    def __init__(self):
        self.passed = self.failed = 0

    def check(self, good, index, what, detail=""):
        if good:
            self.passed += 1
            return
        self.failed += 1
        if self.failed <= 10:
            print(f"message {index}: {what}\n    {detail}\n    repeat: --seed {ARGUMENTS.seed} --repeat {index}")


def compare_written(report, index, message, answer, theirs):
    if isinstance(answer, str):
        report.check(False, index, "we refuse to write it", answer)
        return
    report.check(same_tree(json.loads(answer), json.loads(theirs)), index, "our JSON is another tree",
                 f"ours   {answer[:400]}\n    theirs {theirs[:400]}")
    try:
        again = json_format.Parse(answer, Everything())
    except json_format.ParseError as error:
        report.check(False, index, f"Google refuses our JSON: {error}", answer[:400])
        return
    report.check(packed(again) == packed(message), index, "Google reads our JSON as another message", answer[:400])


def compare_read(report, index, message, answer, document):
    if isinstance(answer, str):
        report.check(False, index, f"we refuse Google's JSON: {answer}", document[:400])
        return
    again = Everything.FromString(answer)
    report.check(packed(again) == packed(message), index, "we read Google's JSON as another message", document[:400])


def compare_batch(report, indexes):
    messages = [generated(index) for index in indexes]
    binaries = [message.SerializeToString() for message in messages]
    forms = {
        "plain": [google_json(message) for message in messages],
        "defaults": [google_json(message, including_default_value_fields=True) for message in messages],
        "names": [google_json(message, preserving_proto_field_name=True, ensure_ascii=False) for message in messages],
        "numbers": [google_json(message, use_integers_for_enums=True) for message in messages],
    }
    for form, options in (("plain", ()), ("defaults", ("defaults",))):
        for answer, index, message, theirs in zip(ask("to-json", binaries, *options), indexes, messages, forms[form]):
            compare_written(report, index, message, answer, theirs)
    for documents in forms.values():
        for answer, index, message, document in zip(ask("from-json", documents), indexes, messages, documents):
            compare_read(report, index, message, answer, document)
    canonical = [ask("canonical", documents) for documents in forms.values()]
    for index, *answers in zip(indexes, *canonical):
        report.check(len(set(answers)) == 1 and isinstance(answers[0], bytes), index, "canonical forms differ",
                     str(answers)[:800])


# ---- damage ----

PIECES = [b"{", b"}", b"[", b"]", b",", b":", b'"', b"\\", b"null", b"true", b"false", b"0", b"-", b"1e3", b"1.0", b"1.5",
          b"9223372036854775808", b"18446744073709551616", b"\\u0000", b"\\ud800", b"\xff", b"\x00", b" ", b"\\n", b"//", b"'",
          b"NaN", b"Infinity", b"1e400", b"01", b"+1", b".5", b"\xc0\x80", b"\xed\xa0\x80"]


def damaged(chance, document):
    for _ in range(chance.choice([1, 1, 2, 4])):
        at = chance.randrange(len(document) + 1)
        kind = chance.randrange(3)
        if kind == 0:
            document = document[:at] + chance.choice(PIECES) + document[at:]
        elif kind == 1:
            document = document[:at] + document[at + chance.choice([1, 2, 8]):]
        else:
            document = document[:at] + chance.choice(PIECES) + document[at + 1:]
    return document


# What we accept on purpose and Google's Python does not: whole numbers with an exponent or a fraction in quotes, which
# the mapping allows.
ON_PURPOSE = re.compile(rb'"-?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]+)?"')
# To Python's json the number -0 is the integer 0, to us (and to Google's C++) it is a negative zero.
BARE_ZERO = re.compile(rb"-0[,\s\]}]")


def compare_damaged(report, indexes):
    chance = random.Random(f"{ARGUMENTS.seed}/damage/{indexes[0]}")
    documents = [damaged(chance, google_json(generated(index))) for index in indexes]
    accepted = 0
    for answer, index, document in zip(ask("from-json", documents), indexes, documents):
        if isinstance(answer, str):
            report.check(": " in answer, index, "a refusal without a reason", answer)
            continue
        accepted += 1
        try:
            theirs = json_format.Parse(document, Everything())
        except (json_format.ParseError, UnicodeDecodeError, ValueError) as error:
            report.check(ON_PURPOSE.search(document) is not None, index, f"we accept what Google refuses: {error}",
                         document[:600])
            continue
        same = packed(Everything.FromString(answer)) == packed(theirs)
        report.check(same or BARE_ZERO.search(document) is not None, index, "damaged JSON means something else to Google",
                     document[:600])
    return accepted


def main():
    report = Report()
    if ARGUMENTS.repeat is not None:
        message = generated(ARGUMENTS.repeat)
        print(google_json(message).decode())
        compare_batch(report, [ARGUMENTS.repeat])
    else:
        accepted = 0
        for start in range(0, ARGUMENTS.count, 500):
            indexes = range(start, min(start + 500, ARGUMENTS.count))
            compare_batch(report, indexes)
            accepted += compare_damaged(report, indexes)
        print(f"seed {ARGUMENTS.seed}: {ARGUMENTS.count} messages, {report.passed + report.failed} comparisons, "
              f"{accepted} damaged documents still had a meaning")
    if report.failed:
        print(f"{report.failed} comparisons failed")
    return 1 if report.failed else 0


sys.exit(main())
