# SPDX-License-Identifier: Apache-2.0
"""Puts our reading of every camt file beside the reading of the reference programs, and every element path that our
tables know beside the ISO 20022 schemas.

usage: camt.py DUMP SAMPLES      DUMP: the program camt_dump; SAMPLES: the folder of the sample files
A file whose reference has an `error` must be refused, every other camt.053 must be read, field by field; camt.052 and
camt.054 must be answered as unsupported, and so must what is no camt at all. The last line counts."""
import decimal
import json
import os
import subprocess
import sys
import xml.etree.ElementTree as ElementTree

XSD = "{http://www.w3.org/2001/XMLSchema}"
VERSIONS = [f"{number:02}" for number in range(1, 15)]
STATEMENT = ["id", "account", "currency"]
BALANCE = ["type", "amount", "currency", "sign", "date"]
ENTRY = ["amount", "currency", "sign", "reversal", "status", "booking_date", "value_date", "entry_ref", "servicer_ref"]
DETAIL = ["amount", "currency", "end_to_end_id", "mandate_id", "debtor", "debtor_iban", "creditor", "creditor_ref",
          "ustrd", "return_reason"]


def plain(name, value):
    """The same value in one writing: 105.75 and 105.750, blanks of indentation, an empty element and none."""
    if value is None or value == "":
        return None
    if name == "amount":
        return decimal.Decimal(value).normalize()
    if name == "ustrd":
        return [" ".join(line.split()) for line in value if line and line.strip()]
    return " ".join(value.split()) if isinstance(value, str) else value


def compare(place, names, expected, came, breaks):
    for name in names:
        if plain(name, expected.get(name)) != plain(name, came.get(name)):
            breaks.append(f"{place}.{name}: expected {expected.get(name)!r}, came {came.get(name)!r}")


def pairs(place, expected, came, breaks):
    if len(expected) != len(came):
        breaks.append(f"{place}: expected {len(expected)}, came {len(came)}")
    return zip(expected, came)


def compare_statement(place, expected, came, breaks):
    compare(place, STATEMENT, expected, came, breaks)
    for number, (left, right) in enumerate(pairs(place + ".balances", expected["balances"], came["balances"], breaks)):
        compare(f"{place}.balances[{number}]", BALANCE, left, right, breaks)
    for number, (left, right) in enumerate(pairs(place + ".entries", expected["entries"], came["entries"], breaks)):
        here = f"{place}.entries[{number}]"
        compare(here, ENTRY, left, right, breaks)
        details = pairs(here + ".transactions", left["transactions"], right["transactions"], breaks)
        for index, (one, other) in enumerate(details):
            there = f"{here}.transactions[{index}]"
            compare(there, DETAIL, one, other, breaks)
            if one.get("bank_tx_code"):
                compare(there, ["bank_tx_code"], one, other, breaks)
    keys = [key for entry in came["entries"] for key in entry["keys"]]
    if len(keys) != len(set(keys)):
        breaks.append(f"{place}: two bookings have one natural key")


def is_statement(expected, path):
    name = expected.get("format") or path
    return not any(other in name for other in ("camt.052", "camt.054")) and "053" in name


def judge(path, expected, came):
    """The breaks, and the verdict in a word."""
    breaks = []
    if expected.get("error"):
        if not came["error"]:
            breaks.append("the reference refused it, we read it")
        elif not came["path"] or not came["error_line"]:
            breaks.append("refused without line or path")
        return breaks, "refused"
    if not is_statement(expected, path):
        if came["error"] != "unsupported":
            breaks.append(f"expected unsupported, came {came['error'] or 'read'}")
        return breaks, "not read yet"
    if came["error"]:
        return [f"the reference reads it; refused: {came['error']} at {came['path']}: {came['detail']}"], "refused"
    for number, (left, right) in enumerate(pairs("statements", expected["statements"], came["statements"], breaks)):
        compare_statement(f"statements[{number}]", left, right, breaks)
    held = [statement for statement in came["statements"] if statement["hold"] != "read"]
    return breaks, "held" if held else "read"


def compare_files(dump, samples):
    expected = {}
    for folder, _, names in os.walk(os.path.join(samples, "expected", "camt")):
        for name in names:
            if name.endswith(".json") and not name.endswith(".genkgo.json"):
                with open(os.path.join(folder, name), encoding="utf-8") as file:
                    reading = json.load(file)
                expected[reading["file"]] = reading
    paths = sorted(expected)
    run = subprocess.run([dump] + [os.path.join(samples, path) for path in paths], stdout=subprocess.PIPE, check=False)
    if run.returncode != 0:
        return 0, [f"{dump} ended with {run.returncode}"]
    failed, verdicts = [], {}
    for path, line in zip(paths, run.stdout.decode().splitlines()):
        breaks, verdict = judge(path, expected[path], json.loads(line))
        verdicts[verdict] = verdicts.get(verdict, 0) + 1
        failed += [f"{path}: {text}" for text in breaks[:5]]
        if breaks:
            verdicts["wrong"] = verdicts.get("wrong", 0) + 1
    print("camt files:", ", ".join(f"{count} {verdict}" for verdict, count in sorted(verdicts.items())))
    return len(paths) - verdicts.get("wrong", 0), failed


def schema_paths(file):
    """Every element path of a schema, with the container written as in all versions but the first."""
    root = ElementTree.parse(file).getroot()
    types = {node.get("name"): node for node in root if node.tag == XSD + "complexType"}
    paths = set()

    def walk(name, path, above):
        if name not in types or name in above:
            return
        for element in types[name].iter(XSD + "element"):
            inner = f"{path}/{element.get('name')}".replace("BkToCstmrStmtV01", "BkToCstmrStmt")
            paths.add(inner.lstrip("/"))
            walk(element.get("type"), inner, above | {name})

    walk(next(node for node in root if node.tag == XSD + "element").get("type"), "", frozenset())
    return paths


def compare_schemas(dump, samples):
    """A row of our tables that stands for no element of any version is a slip of the pen: it would silently read
    nothing. Rows are shared between places, so one place where a version has it is enough."""
    versions = {}
    for version in VERSIONS:
        versions[version] = schema_paths(os.path.join(samples, "xsd", f"camt.053.001.{version}.xsd"))
    everything = set().union(*versions.values())
    rows, known = {}, set()
    for line in subprocess.run([dump, "--paths"], stdout=subprocess.PIPE, check=True).stdout.decode().splitlines():
        row, path = line.split()
        rows.setdefault(row, []).append(path)
        known.add(path)
    failed = [f"schema: no version has {paths[0]}" for paths in rows.values() if not everything.intersection(paths)]
    must = ["Stmt/Ntry/Amt", "Stmt/Ntry/CdtDbtInd", "Stmt/Ntry/Sts", "Stmt/Ntry/AcctSvcrRef", "Stmt/Ntry/RvslInd",
            "Stmt/Ntry/BookgDt/Dt", "Stmt/Ntry/ValDt/DtTm", "Stmt/Bal/Amt", "Stmt/Bal/CdtDbtInd", "Stmt/Acct/Id/IBAN",
            "Stmt/Id", "Stmt/ElctrncSeqNb", "GrpHdr/MsgId"]
    for version, paths in versions.items():
        for path in must:
            if f"BkToCstmrStmt/{path}" not in paths & known:
                failed.append(f"version {version}: {path} is not read")
    print(f"camt schemas: {len(versions)}; rows of our tables: {len(rows)}, paths: {len(known)}")
    return len(versions) if not failed else 0, failed


def main():
    dump, samples = sys.argv[1:3]
    passed, breaks, counts = 0, [], []
    for part in (compare_files, compare_schemas):
        good, failed = part(dump, samples)
        passed += good
        breaks += failed
        counts.append(len({line.split(":")[0] for line in failed}))
    for line in breaks:
        print("  " + line)
    print(f"{passed} passed, {sum(counts)} failed, 0 skipped")
    return 1 if breaks else 0


if __name__ == "__main__":
    sys.exit(main())
