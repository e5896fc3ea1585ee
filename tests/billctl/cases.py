#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""billctl on a running house. usage: cases.py [WORD…]      with words: the cases whose name holds one of them"""
import os
import re
import subprocess
import sys
import tempfile
import time
import uuid
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "lib/python"), str(HERE.parent / "integration"), str(HERE.parent / "verifier")]
sys.dont_write_bytecode = True
import banking  # noqa: E402
import door  # noqa: E402
import house  # noqa: E402
import workload  # noqa: E402
import world  # noqa: E402

MADE = []


class Small:
    """A business with a bank."""

    def __init__(self):
        self.business = workload.Business("Proof")
        self.bank = banking.Bank("DE89370400440532013000")
        for _ in range(80):
            self.business.step()
        house.settle()

    def statement(self, *entries):
        return self.bank.file([banking.Entry(amount, reference=str(uuid.uuid4()), text=text) for amount, text in entries])


def the_world():
    if not MADE:
        MADE.append(Small())
    return MADE[0]


def says(out, status, *words):
    """The exit status, and that every word stands in what was printed."""
    text = out.stdout + out.stderr
    if out.returncode != status:
        broken = "\n".join(line for line in text.splitlines() if "BROKEN" in line)
        raise AssertionError(f"expected exit {status}, came {out.returncode}\n{broken or text[-3000:]}")
    for word in words:
        if not re.search(word, text):
            raise AssertionError(f"expected '{word}' in\n{text[-3000:]}")
    return text


def as_bytes(file):
    return file if isinstance(file, bytes) else file.encode()


def admin(statement):
    house.sql("SET session_replication_role = replica; " + statement)


# ---- small things ----

def usage_and_settings():
    says(house.billctl(), 2, "usage: billctl COMMAND")
    says(house.billctl("help"), 0, "prove", "adopt")
    says(house.billctl("help", "park", "discard"), 0, "takes two people")
    page = (HERE.parents[1] / "docs/events.md").read_text()
    if house.billctl("events").stdout != page:
        raise AssertionError("docs/events.md is stale: billctl events > docs/events.md")
    says(house.billctl("wrong"), 2, "there is no command 'wrong'")
    says(house.billctl("decode", "event", "nobody", "1", "1"), 2, "the services are invoicing")
    says(house.billctl("prove", "--sevice", "payments"), 2, "--sevice")
    says(house.billctl("clock", "set", "tomorrow"), 2, "neither RFC 3339 nor a date")


def what_does_not_answer_is_exit_3():
    build = os.environ["DUEBOOK_BUILD"] + "/bin/billctl"
    nothing = {"PATH": os.environ["PATH"], "BILLING_KAFKA": "127.0.0.1:1", "BILLING_DATABASE": "host=127.0.0.1 port=1 dbname=x",
               "BILLING_URL_INVOICING": "http://127.0.0.1:1"}
    for arguments in (["openapi", "invoicing"], ["prove"], ["status"]):
        out = subprocess.run([build, *arguments], env=nothing, capture_output=True, text=True, timeout=120)
        says(out, 3, "does not answer|DOES NOT ANSWER|Connection refused|connect")
    del nothing["BILLING_DATABASE"]
    says(subprocess.run([build, "prove"], env=nothing, capture_output=True, text=True), 2, "set BILLING_DATABASE")


def topics_and_status():
    says(house.billctl("topics", "verify"), 0, *[f"billing.{name}.events +12 partitions .* ok" for name in house.SERVICES])
    says(house.billctl("topics", "apply"), 0, "5 topics of 12 partitions")
    says(house.billctl("status"), 0, *[f"{name} +ready" for name in house.SERVICES])
    says(house.billctl("openapi", "payments"), 0, '"openapi": ?"3.1')


def decode_prints_the_same_from_table_and_topic():
    the_world()
    shard, position = house.sql("SELECT shard, position FROM invoicing.event e JOIN invoicing.event_type t ON t.code = e.type "
                                "WHERE t.name = 'billing.invoicing.v1.InvoiceIssued' LIMIT 1")[0]
    table = says(house.billctl("decode", "event", "invoicing", shard, position), 0, "InvoiceIssued", "totals.gross EUR")
    topic = says(house.billctl("decode", "topic", "invoicing", shard, "--from", position, "--count", "1"), 0, "InvoiceIssued")
    body = lambda text: text.split("  stream", 1)[1]  # noqa: E731
    topic = "  stream" + body(topic[topic.index("billing.invoicing.v1"):])
    if "  stream" + body(table) != topic:
        raise AssertionError(f"table and topic print differently\n{table}\n{topic}")
    payload = house.sql(f"SELECT encode(payload, 'hex') FROM invoicing.event WHERE shard = {shard} AND position = {position}")[0][0]
    says(house.billctl("decode", "hex", "billing.invoicing.v1.InvoiceIssued", payload), 0, "totals.gross EUR")
    header = house.sql(f"SELECT encode(substring(envelope from 33), 'hex') FROM invoicing.event WHERE shard = {shard} AND position = {position}")[0][0]
    says(house.billctl("decode", "hex", "duebook-feed", header), 0, "stream +invoice/")
    says(house.billctl("decode", "hex", "billing.invoicing.v1.InvoiceIssued", "ff"), 1)


def tail_shows_what_comes():
    build = os.environ["DUEBOOK_BUILD"] + "/bin/billctl"
    tail = subprocess.Popen([build, "tail", "invoicing", "--count", "1"], stdout=subprocess.PIPE, text=True)
    time.sleep(2)
    world.token("VIEWER")
    out, _ = tail.communicate(timeout=30)
    if "billing.access.v1.TokenIssued" not in out:
        raise AssertionError(out)


def tokens():
    issued = says(house.billctl("token", "issue", "--principal", str(uuid.uuid4()), "--label", "by billctl", "--role", "operator"), 0)
    token_id, secret = re.search(r"token_id (\S+)\ntoken +(\S+)", issued).groups()
    for service in house.SERVICES:
        world.known(secret, service)
    says(house.billctl("token", "list"), 0, token_id)
    says(house.billctl("token", "revoke", token_id, "--token", secret), 0, *[f"{name} +refuses it" for name in house.SERVICES])
    for service in house.SERVICES:
        if door.get(service, "/v1/clock", token=secret).status != 401:
            raise AssertionError(f"{service} takes a revoked token")
    issued = says(house.billctl("token", "issue", "--principal", str(uuid.uuid4()), "--label", "again", "--role", "viewer"), 0)
    says(house.billctl("token", "revoke", re.search(r"token_id (\S+)", issued).group(1)), 0, "reporting +refuses it")


def the_clock_goes_forward_only():
    now = says(house.billctl("clock", "show"), 0, *house.SERVICES)
    year = int(re.search(r"invoicing +(\d{4})", now).group(1))
    says(house.billctl("clock", "set", f"{year - 1}-01-01"), 1, "forward only")
    then = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 7200))
    says(house.billctl("clock", "set", then), 0, *[name + " +" + then[:13] for name in house.SERVICES])


def statements_are_imported():
    ours = the_world()
    with tempfile.TemporaryDirectory() as folder:
        good, bad = Path(folder) / "good.xml", Path(folder) / "bad.xml"
        good.write_bytes(as_bytes(ours.statement(("12.34", "from billctl"), ("56.78", ours.business.invoices[0]["number"]))))
        bad.write_bytes(b"<Document>")
        says(house.billctl("import", "statement", str(good), "--wait"), 0, "READ", "posted")
        says(house.billctl("import", "statement", str(good)), 0, "READ|DUPLICATE|duplicate")
        says(house.billctl("import", "statement", str(bad)), 1, "REFUSED")
        says(house.billctl("import", "statement", str(Path(folder) / "none.xml")), 2, "cannot be opened")


def republish_makes_duplicates_only():
    the_world()
    house.prove()
    head = int(house.sql("SELECT max(position) FROM invoicing.shard_head")[0][0])
    says(house.billctl("republish", "invoicing", "all", "--from", "1"), 0, "publishes again")
    until = time.monotonic() + 30
    while "0 repeated" in house.billctl("prove", "--service", "invoicing").stdout and time.monotonic() < until:
        time.sleep(1)
    text = house.prove()
    if head and not re.search(r"topic +invoicing .* [1-9][\d,]* repeated.* ok", text):
        raise AssertionError(text)


# ---- proofs that break ----

def broken(undo, do, *words):
    admin(do)
    try:
        says(house.billctl("prove", "--service", words[0]), 1, *words[1:])
    finally:
        admin(undo)


def proofs_find_what_was_changed():
    the_world()
    house.prove()
    shard, position = house.sql("SELECT shard, max(position) FROM invoicing.event GROUP BY shard ORDER BY 2 DESC LIMIT 1")[0]
    place = f"shard = {shard} AND position = {position}"
    payload = house.sql(f"SELECT encode(payload, 'hex') FROM invoicing.event WHERE {place}")[0][0]
    broken(f"UPDATE invoicing.event SET payload = decode('{payload}', 'hex') WHERE {place}",
           f"UPDATE invoicing.event SET payload = payload || '\\x7801' WHERE {place}",
           "invoicing", rf"links .* BROKEN", f"invoicing/{shard}/{position}: its hash")
    broken(f"UPDATE invoicing.shard_head SET position = position - 1 WHERE shard = {shard}",
           f"UPDATE invoicing.shard_head SET position = position + 1 WHERE shard = {shard}", "invoicing", "links .* BROKEN", "the head says")
    broken("UPDATE invoicing.number_series SET next = next - 1", "UPDATE invoicing.number_series SET next = next + 1",
           "invoicing", "numbers .* BROKEN", "the next number is to be")
    broken("UPDATE invoicing.invoice SET gross = gross - 1", "UPDATE invoicing.invoice SET gross = gross + 1",
           "invoicing", "tables .* BROKEN", "invoice .*differs from the replay in gross")
    broken("UPDATE invoicing.relay SET position = position - 5", "UPDATE invoicing.relay SET position = position + 5",
           "invoicing", "relay .* BROKEN", "topic .* BROKEN", "its tail is lost")


def proofs_find_what_is_missing_or_too_much():
    the_world()
    house.prove()
    admin("CREATE TABLE kept AS SELECT * FROM invoicing.claim LIMIT 1; "
          "DELETE FROM invoicing.claim c USING kept k WHERE c.index_no = k.index_no AND c.key = k.key")
    try:
        says(house.billctl("prove", "--service", "invoicing"), 1, "indexes .* BROKEN", "is not stored")
    finally:
        admin("INSERT INTO invoicing.claim SELECT * FROM kept; DROP TABLE kept")
    broken("DELETE FROM payments.stream WHERE fold_version = 1 AND state = '\\x0801' AND version = 1",
           "INSERT INTO payments.stream (kind, stream, fold_version, version, shard, state) "
           "SELECT kind, stream, 1, 1, shard, '\\x0801' FROM payments.event WHERE kind < 1000 AND version = 1 LIMIT 1",
           "payments", "states .* BROKEN|states +payments")
    broken("DELETE FROM payments.handover WHERE type = 'none'",
           "INSERT INTO payments.handover SELECT 63, 0, 1, 0, gen_random_uuid(), 'none', gen_random_uuid()::text, '', '', '', 0, "
           "gen_random_uuid(), now(), now()::date, now()", "payments", "put aside .* BROKEN", "no event says that it is under way")
    broken("UPDATE payments.inbox SET position = position - 1000", "UPDATE payments.inbox SET position = position + 1000",
           "payments", "inbox .* BROKEN", "the producer's log ends at")
    hashes = house.sql("SELECT topic, partition, encode(hash, 'hex') FROM reconciliation.inbox WHERE position > 0 LIMIT 1")[0]
    where = f"topic = '{hashes[0]}' AND partition = {hashes[1]}"
    broken(f"UPDATE reconciliation.inbox SET hash = decode('{hashes[2]}', 'hex') WHERE {where}",
           f"UPDATE reconciliation.inbox SET hash = decode('{'00' * 32}', 'hex') WHERE {where}",
           "reconciliation", "inbox .* BROKEN", "with another hash")


# ---- put aside ----

def what_is_parked_is_listed_and_discarded_by_two():
    from confluent_kafka import Producer
    the_world()
    producer = Producer({"bootstrap.servers": os.environ["BILLING_KAFKA"]})
    producer.produce("billing.invoicing.events", b"nonsense", partition=3,
                     headers=[("ce_type", b"billing.invoicing.v1.InvoiceIssued"), ("duebook-feed", b"\x01")])
    producer.flush(10)
    until = time.monotonic() + 20
    while not (rows := house.sql("SELECT id FROM payments.parked")) and time.monotonic() < until:
        time.sleep(0.3)
    if not rows:
        raise AssertionError("the message was not parked")
    parked_id = rows[0][0]
    says(house.billctl("park", "list", "--service", "payments"), 0, parked_id, "malformed", "1 messages")
    says(house.billctl("park", "show", "payments", parked_id), 0, '"partition": 3')
    says(house.billctl("prove", "--service", "payments"), 0, "1 parked")
    says(house.billctl("park", "redrive", "payments", parked_id), 1, "STOPPED")
    says(house.billctl("park", "discard", "payments", parked_id, "--reason", "a test wrote it"), 0, "DISCARD_REQUESTED")
    says(house.billctl("park", "discard", "payments", parked_id), 1, "SOD_VIOLATION")
    second = world.token("OPERATOR")[0]
    for service in house.SERVICES:
        world.known(second, service)
    token_file = os.environ["BILLING_BOOTSTRAP_TOKEN_FILE"]
    with tempfile.NamedTemporaryFile("w", suffix=".token") as file:
        file.write(second)
        file.flush()
        os.environ["BILLING_BOOTSTRAP_TOKEN_FILE"] = file.name
        try:
            says(house.billctl("park", "discard", "payments", parked_id), 0, "DISCARDED", "DONE")
            for service in house.SERVICES:
                for row in house.sql(f"SELECT id FROM {service}.parked"):
                    house.billctl("park", "discard", service, row[0], "--reason", "a test wrote it")
        finally:
            os.environ["BILLING_BOOTSTRAP_TOKEN_FILE"] = token_file
    for service in house.SERVICES:
        for row in house.sql(f"SELECT id FROM {service}.parked"):
            says(house.billctl("park", "discard", service, row[0]), 0, "DONE")
    says(house.billctl("park", "list"), 0, "0 messages")
    house.prove()


# ---- explain ----

def explain_tells_a_balance_from_its_events():
    ours = the_world()
    text = says(house.billctl("explain", "account", ours.business.invoices[0]["accountId"]), 0, "InvoiceIssued", "ItemOpened", "open")
    number = ours.business.invoices[0]["number"]
    says(house.billctl("explain", "document", number), 0, "InvoiceIssued", number)
    payment = next(entry[2] for entry in ours.business.accepted if entry[1] == "payment")
    says(house.billctl("explain", "payment", payment), 0, "PaymentReceived")
    item = house.sql("SELECT item_id FROM reconciliation.open_item LIMIT 1")[0][0]
    says(house.billctl("explain", "item", item), 0, "ItemOpened")
    says(house.billctl("explain", "document", "NO-SUCH-NUMBER"), 1, "no event")
    return f"{text.count(chr(10))} lines for an account"


# ---- a restored database ----

def dump(path):
    subprocess.run(["pg_dump", os.environ["BILLING_TEST_DATABASE"], "-Fc", "-f", path], check=True)


def restore(path):
    for service in [*house.SERVICES, "vault"]:
        house.sql(f"DROP SCHEMA IF EXISTS {service} CASCADE")
    subprocess.run(["pg_restore", "-d", os.environ["BILLING_TEST_DATABASE"], path], check=True)


def more_business(ours, step):
    account = ours.business.open_account()
    for _ in range(40):
        ours.business.step()
    key = f"adopt-{step}"
    receipt = {"entityId": ours.business.entity, "accountId": account, "amount": world.euro(5000), "valueDate": world.TODAY.isoformat(),
               "method": "PAYMENT_METHOD_CASH", "sourceReference": f"TILL-{step}"}
    house.command("payments", "POST", "/v1/payments", receipt, key)
    door.made(banking.bring(ours.statement((f"7.7{step}", f"restored {step}"), ("23.80", ours.business.invoices[3]["number"]))))
    house.settle()
    return key, receipt


def all_events():
    return {service: int(house.sql(f"SELECT count(*) FROM {service}.event")[0][0]) for service in house.SERVICES}


def a_restored_database_takes_back_what_was_published():
    ours = the_world()
    more_business(ours, 1)
    house.prove()
    before = all_events()
    with tempfile.TemporaryDirectory() as folder:
        backup = os.path.join(folder, "backup")
        dump(backup)
        key, receipt = more_business(ours, 2)
        lost = all_events()
        says(house.billctl("adopt", "invoicing", "all"), 1, "is running")
        for service in house.SERVICES:
            house.control("stop", service)
        restore(backup)
    if all_events() != before or lost == before:
        raise AssertionError(f"the backup holds {all_events()}, not {before}")
    for service in house.SERVICES:  # as if the old leases had run out
        house.sql(f"UPDATE {service}.lease SET until = '-infinity'")
    says(house.billctl("prove", "--service", "invoicing"), 1, "billctl adopt")
    house.control("start", "invoicing")
    time.sleep(6)
    if house.ready("invoicing"):
        raise AssertionError("a service whose topic is ahead of its log says that it is ready")
    house.control("stop", "invoicing")
    said = []
    for service in house.SERVICES:
        house.sql(f"UPDATE {service}.lease SET until = '-infinity'")
        said.append(says(house.billctl("adopt", service, "all"), 0, "events taken back").splitlines()[-1])
    now = all_events()
    if now != lost:
        raise AssertionError(f"adopted {now}, published were {lost}")
    says(house.billctl("prove"), 0, "everything is proved")
    for service in house.SERVICES:
        house.restart(service)
    if house.command("payments", "POST", "/v1/payments", receipt, key) is None or all_events()["payments"] != lost["payments"]:
        raise AssertionError("a command that was done before the loss was done again")
    more_business(ours, 3)
    house.prove()
    epochs = {row[0] for service in house.SERVICES for row in house.sql(f"SELECT epoch FROM {service}.shard_head")}
    if epochs != {"1"}:
        raise AssertionError(f"epochs {epochs}")
    verify = subprocess.run([sys.executable, str(HERE.parent / "verifier/verify.py"), "--bootstrap", os.environ["BILLING_KAFKA"]],
                            capture_output=True, text=True)
    says(verify, 0, "every link holds")
    return "; ".join(said)


CASES = [usage_and_settings, what_does_not_answer_is_exit_3, topics_and_status, decode_prints_the_same_from_table_and_topic,
         tail_shows_what_comes, tokens, the_clock_goes_forward_only, statements_are_imported, explain_tells_a_balance_from_its_events,
         proofs_find_what_was_changed, proofs_find_what_is_missing_or_too_much, republish_makes_duplicates_only,
         what_is_parked_is_listed_and_discarded_by_two, a_restored_database_takes_back_what_was_published]


def main():
    suite = house.Suite()
    words = [word for word in sys.argv[1:] if word != "quick"]
    for case in CASES:
        name = case.__name__.replace("_", " ")
        if not words or any(word in name for word in words):
            suite.run(name, case)
    suite.end()
    sys.exit(1 if suite.failed else 0)


if __name__ == "__main__":
    main()
