# SPDX-License-Identifier: Apache-2.0
"""Starts the measuring programs and the services in one environment, so that every ratio compares figures of one run."""
import json
import os
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "lib/python"))
import house  # noqa: E402

QUICK = bool({"quick", "--quick"} & set(sys.argv[1:]))
NAMES = [argument for argument in sys.argv[1:] if argument not in ("quick", "--quick")]
BUILD = os.environ["DUEBOOK_BUILD"]
DATABASE = os.environ["BILLING_TEST_DATABASE"]
RUNS = 3


def program(name, *arguments):
    out = subprocess.run([f"{BUILD}/bench/bench_{name}", *map(str, arguments)], capture_output=True, text=True)
    if out.returncode:
        raise RuntimeError(f"bench_{name}: {out.stderr.strip()}")
    return out.stdout


def line(name, unit, values, ceilings=None, raws=None):
    """Sorted runs; ratios run by run."""
    ratios = sorted(value / ceiling for value, ceiling in zip(values, ceilings)) if ceilings else [0] * len(values)
    raw_ratios = sorted(value / raw for value, raw in zip(values, raws)) if raws else [0] * len(values)
    middle = len(values) // 2
    print(json.dumps({
        "name": name, "value": round(sorted(values)[middle], 1), "unit": unit,
        "ceiling": round(sorted(ceilings)[middle], 1) if ceilings else None,
        "ratio": round(ratios[middle], 3) if ceilings else None, "raw_ratio": round(raw_ratios[middle], 3) if raws else None,
        "runs": {"value": [round(value, 1) for value in sorted(values)], "ratio": [round(ratio, 3) for ratio in ratios],
                 "raw_ratio": [round(ratio, 3) for ratio in raw_ratios]}}), flush=True)


def one(query):
    return int(house.sql(query)[0][0] or 0)


def stop_all():
    for service in house.SERVICES:
        house.control("stop", service)


def append():
    stop_all()
    sys.stdout.write(program("append", DATABASE, 3000 if QUICK else 20000))
    sys.stdout.flush()


def wait_published(service):
    while one(f"SELECT coalesce(sum(h.position - r.position), 0) FROM {service}.shard_head h JOIN {service}.relay r USING (shard)"):
        time.sleep(0.1)


def hop():
    """consume -> decide -> commit -> publish -> read back, with all headers: InvoiceIssued becomes ItemOpened and a journal."""
    accounts = 4000 if QUICK else 30000
    stop_all()
    values, raws, likes = [], [], []
    seeded = one("SELECT count(*) FROM invoicing.account")
    for run in range(RUNS):
        month = run + 1 if not seeded else run + 5
        if not seeded and run == 0:
            accounts = int(program("fill", DATABASE, accounts, 1))
        else:
            accounts = int(program("fill", DATABASE, min(accounts, seeded or accounts), month))
        house.restart("invoicing")
        wait_published("invoicing")
        house.control("stop", "invoicing")
        before = one("SELECT sum(position) FROM reconciliation.inbox")
        told = one("SELECT sum(position) FROM invoicing.shard_head")
        units = house.sql("SELECT 1")
        house.restart("reconciliation")
        begun = None
        while True:
            heard = one("SELECT sum(position) FROM reconciliation.inbox WHERE topic = 'billing.invoicing.events'")
            if begun is None and heard > before:
                begun, first = time.monotonic(), heard
            left = one("SELECT sum(h.position - r.position) FROM reconciliation.shard_head h JOIN reconciliation.relay r USING (shard)")
            if heard >= told and not left:
                break
            time.sleep(0.02)
        values.append((told - first) / (time.monotonic() - begun))
        house.control("stop", "reconciliation")
        del units
    messages = one("SELECT sum(position) FROM reconciliation.inbox WHERE topic = 'billing.invoicing.events'")
    for _ in range(RUNS):
        alone = json.loads(program("ceilings", DATABASE, os.environ["BILLING_KAFKA"], 2000))
        likes.append(messages / (alone["copy"] + alone["produce"] + alone["consume"]))
        raws.append(messages / (alone["raw"] + alone["produce"] + alone["consume"]))
    line("hop", "messages/s", values, likes, raws)
    for service in house.SERVICES:
        house.restart(service)


def bill_run():
    """Through the service: POST a bill run and wait for its proof."""
    accounts = one("SELECT count(*) FROM invoicing.account WHERE cycle_code = 'MONTHLY'") if one(
        "SELECT count(*) FROM invoicing.account") else 0
    stop_all()
    if not accounts:
        accounts = int(program("fill", DATABASE, 3000 if QUICK else 20000, 0))
    house.restart("invoicing")
    entity = house.sql("SELECT entity_id FROM invoicing.legal_entity ORDER BY 1 LIMIT 1")[0][0]
    values = []
    for run in range(RUNS):
        month = 9 + run
        begun = time.monotonic()
        started = house.command("invoicing", "POST", "/v1/bill-runs", {
            "entityId": entity, "cycleCode": "MONTHLY", "periodStart": f"2026-{month:02d}-01", "periodEnd": f"2026-{month + 1:02d}-01"},
            f"bench-run-{month}")
        identity = started["run"]["billRunId"]
        while True:
            status = house.ask("invoicing", "GET", f"/v1/bill-runs/{identity}")[1]
            if status["status"] != "BILL_RUN_STATUS_STARTED":
                break
            time.sleep(0.02)
        if status["status"] != "BILL_RUN_STATUS_PROVED":
            raise RuntimeError(json.dumps(status)[:500])
        values.append(status["billed"] / (time.monotonic() - begun))
    line("bill_run", "invoices/s", values)
    for service in house.SERVICES:
        if service != "invoicing":
            house.restart(service)


def statement():
    """Rows of a camt.053 file, from POST to the last row posted as a payment."""
    import statements
    rows = 2000 if QUICK else 20000
    values = []
    for run in range(RUNS):
        values.append(rows / statements.import_and_wait(run, rows))
    line("statement", "rows/s", values)


def replay():
    """billctl prove reads every event again, links it, folds it and compares: events a second over the whole proof."""
    house.settle(300)
    events = sum(one(f"SELECT sum(position) FROM {service}.shard_head") for service in house.SERVICES)
    values = []
    for _ in range(RUNS):
        begun = time.monotonic()
        out = house.billctl("prove")
        if out.returncode:
            raise RuntimeError(out.stdout[-2000:] + out.stderr[-500:])
        values.append(events / (time.monotonic() - begun))
    line("replay", "events/s", values)


def aging():
    import aging_items
    items = 100000 if QUICK else 1000000
    aging_items.fill(items)
    values = []
    for _ in range(RUNS):
        values.append(aging_items.ask())
    line(f"aging_{items}_items", "s", values)


def memory():
    """Five idle services: the sum of their proportional set sizes."""
    stop_all()
    for service in house.SERVICES:
        house.restart(service)
    time.sleep(10)
    values = []
    for _ in range(RUNS):
        total = 0
        for service in house.SERVICES:
            pid = subprocess.run([str(house.ROOT / "tests/lib/control"), "pid", service], capture_output=True, text=True, check=True).stdout.strip()
            for text in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
                if text.startswith("Pss:"):
                    total += int(text.split()[1])
        values.append(total / 1024)
        time.sleep(1)
    line("idle_memory_of_five", "MiB", values)


def main():
    suite = house.Suite()
    for function in (append, hop, bill_run, statement, replay, memory, aging):
        if not NAMES or function.__name__ in NAMES:
            suite.run(function.__name__, function)
    sys.exit(suite.end())


main()
