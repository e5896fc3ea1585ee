# SPDX-License-Identifier: Apache-2.0
"""Handbook PAY-2, PAY-10 and REC-7 with their numbers, on the service itself: files go in by HTTP, rows come out in lists.
usage: cases.py [CASE…]"""
import json
import os
import sys
import time
import traceback
import uuid

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from camt import Entry, Statement, document  # noqa: E402
from service import Service, ask, migrate, sql, token  # noqa: E402

ENTITY = str(uuid.uuid4())
SERVICE = Service()
TOKENS = {}
CASES = []


def case(function):
    CASES.append(function)
    return function


def same(what, expected, came):
    if expected != came:
        raise AssertionError(f"{what}: expected {expected!r}, came {came!r}")


def account_number(number):
    """Each case has a bank account of its own."""
    return f"BANK-{number}-{uuid.uuid4().hex[:8]}".upper()


def register(number, entity=ENTITY):
    status, answer = ask("POST", "/v1/bank-accounts", {"entityId": entity, "accountNumber": number}, TOKENS["accountant"])
    same(f"registering {number}: {answer}", 201, status)
    return answer["bankAccountId"]


def bring(body, expected=202, bearer=None, key=None):
    key = key or str(uuid.uuid4())
    for attempt in range(20):  # as a good client: a time-out is asked again with the same key
        status, answer = ask("POST", "/v1/bank-statements", body, bearer or TOKENS["cashier"], key)
        if status != 503:
            break
        time.sleep(1)
    expected = 200 if status == 200 and attempt else expected
    same(f"bringing a file: {answer}", expected, status)
    return answer


def show(path):
    status, answer = ask("GET", path, None, TOKENS["viewer"])
    same(f"{path}: {answer}", 200, status)
    return answer


def rows(path):
    found, page = [], ""
    while True:
        answer = show(f"{path}{'&' if '?' in path else '?'}page_size=1000{page}")
        found += answer["rows"]
        if not answer.get("nextPageToken"):
            return found
        page = "&page_token=" + answer["nextPageToken"]


def posted(statement_id, seconds=60):
    end = time.monotonic() + seconds
    while True:
        state = show(f"/v1/bank-statements/{statement_id}")
        if state["status"] == "STATEMENT_STATUS_POSTED":
            return state
        if time.monotonic() > end:
            raise AssertionError(f"not posted after {seconds} s: {state}")
        time.sleep(0.1)


def reasons(outcome):
    return [reason["code"] for reason in outcome["reasons"]]


def total(found, member="amount"):
    return f"{sum(round(float(row[member]['amount']) * 100) for row in found) / 100:.2f}"


# ---- REC-7 ----

BOOKED = ["1176.00", "425.75", "-30.00", "-45.00"]


@case
def rec7_reads():
    """opening 10000.00, +1176.00, +425.75, -30.00, -45.00 -> closing 11526.75"""
    number = account_number("rec7")
    register(number)
    outcome = bring(document(Statement("REC7-1", [Entry(a) for a in BOOKED], "10000.00", "11526.75", account=number)))["statements"][0]
    same("verdict", "STATEMENT_VERDICT_READ", outcome["verdict"])
    state = posted(outcome["statementId"])
    same("payments, movements", (2, 2), (state["payments"], state["movements"]))
    became = rows(f"/v1/bank-statements/{outcome['statementId']}/rows")
    same("what was posted", "1526.75", total(became))


@case
def rec7_holds_a_cent():
    """11526.74 -> held by 0.01; nothing posts until another person accepts it"""
    number = account_number("cent")
    register(number)
    outcome = bring(document(Statement("REC7-2", [Entry(a) for a in BOOKED], "10000.00", "11526.74", account=number)))["statements"][0]
    same("verdict", ("STATEMENT_VERDICT_HELD", ["BALANCE_DIFFERENCE"]), (outcome["verdict"], reasons(outcome)))
    same("by", {"currency": "EUR", "amount": "0.01"}, outcome["reasons"][0]["difference"])
    statement = outcome["statementId"]
    same("posted while held", [], rows(f"/v1/bank-statements/{statement}/rows"))
    path = f"/v1/bank-statements/{statement}/accept"
    same("by a cashier", 403, ask("POST", path, {"reason": "the bank says so"}, TOKENS["cashier"])[0])
    same("without a reason", 422, ask("POST", path, {}, TOKENS["accountant"])[0])
    same("by a second person", 200, ask("POST", path, {"reason": "the bank says so"}, TOKENS["accountant"])[0])
    posted(statement)
    same("rows", 4, len(rows(f"/v1/bank-statements/{statement}/rows")))
    same("again", (409, "STATEMENT_NOT_HELD"), (lambda s, a: (s, a["code"]))(*ask("POST", path, {"reason": "x"}, TOKENS["accountant"])))


@case
def importer_does_not_accept():
    number = account_number("sod")
    register(number)
    outcome = bring(document(Statement("S", [Entry("5.00")], "0.00", "6.00", account=number)), bearer=TOKENS["accountant"])["statements"][0]
    status, answer = ask("POST", f"/v1/bank-statements/{outcome['statementId']}/accept", {"reason": "I know"}, TOKENS["accountant"])
    same("accepting one's own", (409, "ACCEPTED_BY_IMPORTER"), (status, answer["code"]))


@case
def rec7_follows_history():
    """opening != previous closing, and a gap in the sequence, are held; what follows is read"""
    number = account_number("history")
    register(number)
    first = bring(document(Statement("H1", [Entry("100.00")], "0.00", number=7, account=number)))["statements"][0]
    second = bring(document(Statement("H2", [Entry("1.00")], "100.00", number=8, account=number)))["statements"][0]
    jump = bring(document(Statement("H3", [Entry("1.00")], "101.50", number=9, account=number)))["statements"][0]
    gap = bring(document(Statement("H4", [Entry("1.00")], "101.00", number=10, account=number)))["statements"][0]
    same("verdicts", ["STATEMENT_VERDICT_READ"] * 2 + ["STATEMENT_VERDICT_HELD"] * 2, [one["verdict"] for one in (first, second, jump, gap)])
    same("opening", (["OPENING_DIFFERS"], "0.50"), (reasons(jump), jump["reasons"][0]["difference"]["amount"]))
    same("sequence", ["SEQUENCE_GAP"], reasons(gap))


@case
def a_file_of_two_days():
    number = account_number("days")
    register(number)
    outcomes = bring(document(Statement("D1", [Entry("10.00")], "0.00", account=number), Statement("D2", [Entry("5.00")], "10.00", account=number)))["statements"]
    same("verdicts", ["STATEMENT_VERDICT_READ"] * 2, [one["verdict"] for one in outcomes])
    for outcome in outcomes:
        posted(outcome["statementId"])


@case
def rec7_refuses_duplicates():
    """the same file, and the same statement in another file: nothing is posted twice"""
    number = account_number("duplicate")
    register(number)
    body = document(Statement("DUP", [Entry("12.34")], account=number))
    first = bring(body)
    posted(first["statements"][0]["statementId"])
    again = bring(body, 200)
    same("same file", (True, first["importId"]), (again["duplicate"], again["importId"]))
    other = bring(document(Statement("DUP", [Entry("99.99")], account=number), message="M2"), 200)
    same("same statement", (True, "STATEMENT_VERDICT_DUPLICATE", first["importId"]),
         (other["duplicate"], other["statements"][0]["verdict"], other["statements"][0]["firstImportId"]))
    time.sleep(1)
    same("rows", ["12.34"], [row["amount"]["amount"] for row in rows(f"/v1/bank-statements/{first['statements'][0]['statementId']}/rows")])


@case
def unknown_account_waits_for_its_owner():
    number = account_number("unknown")
    outcome = bring(document(Statement("U1", [Entry("7.00")], account=number)))["statements"][0]
    same("held", ["UNKNOWN_BANK_ACCOUNT"], reasons(outcome))
    path = f"/v1/bank-statements/{outcome['statementId']}/accept"
    same("nobody's", "BANK_ACCOUNT_UNKNOWN", ask("POST", path, {"reason": "r"}, TOKENS["accountant"])[1]["code"])
    register(number)
    same("accepted", 200, ask("POST", path, {"reason": "now known"}, TOKENS["accountant"])[0])
    same("entity", ENTITY, posted(outcome["statementId"])["entityId"])


@case
def broken_files_are_refused_whole():
    good = document(Statement("B1", [Entry("1.00")]))
    for name, body, code in (("cut", good[:-40], "malformed"), ("amount", good.replace(b">1.00<", b">1.001<", 1), "out_of_range"),
                             ("doctype", b'<!DOCTYPE x [<!ENTITY a "b">]>' + good, "malformed"), ("words", b"hello", "malformed")):
        answer = bring(body, 422)
        same(name, code, answer["code"])
        if "line" not in answer["detail"]:
            raise AssertionError(f"{name}: no line in {answer}")
        again = bring(body, 422)
        same(name + " again", answer["detail"], again["detail"])
    kept = rows("/v1/imports?verdict=refused")
    same("kept", 4, len(kept))
    same("nothing", 400, ask("POST", "/v1/bank-statements", b"", TOKENS["cashier"])[0])
    notice = good.replace(b"camt.053", b"camt.054").replace(b"BkToCstmrStmt", b"BkToCstmrDbtCdtNtfctn").replace(b"Stmt>", b"Ntfctn>")
    same("camt.054", "not_read_yet", bring(notice, 422)["code"])
    same("counted apart", 1, len(rows("/v1/imports?verdict=not_read_yet")))


@case
def one_key_one_file():
    number = account_number("key")
    register(number)
    key = str(uuid.uuid4())
    bring(document(Statement("K1", [Entry("1.00")], account=number)), key=key)
    same("another file", "IDEMPOTENCY_CONFLICT", bring(document(Statement("K2", [Entry("2.00")], "1.00", account=number)), 422, key=key)["code"])


@case
def entities_are_kept_apart():
    number = account_number("apart")
    register(number, str(uuid.uuid4()))
    same("of another entity", 403, ask("POST", "/v1/bank-statements", document(Statement("A1", [Entry("1.00")], account=number)), TOKENS["limited"])[0])
    late = account_number("late")
    held = bring(document(Statement("A2", [Entry("1.00")], account=late)), bearer=TOKENS["limited"])["statements"][0]
    register(late, str(uuid.uuid4()))
    path = f"/v1/bank-statements/{held['statementId']}/accept"
    same("held, of another entity", 403, ask("POST", path, {"reason": "r"}, TOKENS["limited accountant"])[0])
    same("by its own", 200, ask("POST", path, {"reason": "r"}, TOKENS["accountant"])[0])


# ---- PAY-2 ----

@case
def pay2_two_equal_receipts():
    """50.00 and 50.00, same payer and day, different entry refs -> 100.00; redelivery -> still 100.00"""
    number = account_number("pay2")
    register(number)
    body = document(Statement("P1", [Entry("50.00", "E1", payer="A"), Entry("50.00", "E2", payer="A")], account=number))
    outcome = bring(body)["statements"][0]
    posted(outcome["statementId"])
    bring(body, 200)
    same("payments", "100.00", total(rows(f"/v1/payments?statement_id={outcome['statementId']}")))


@case
def pay2_by_hand():
    receipt = {"entityId": ENTITY, "amount": {"currency": "EUR", "amount": "50.00"}, "valueDate": "2026-03-31",
               "method": "PAYMENT_METHOD_CHEQUE", "sourceReference": "CHQ-1", "payerName": "Zoë Müller",
               "remittance": {"text": "for INV20260000042, ref RF18 5390 0754 7034"}}
    status, first = ask("POST", "/v1/payments", receipt, TOKENS["cashier"])
    same(f"first: {first}", 201, status)
    status, second = ask("POST", "/v1/payments", receipt, TOKENS["cashier"])
    same("second", (409, "DUPLICATE_RECEIPT"), (status, second["code"]))
    if first["payment"]["paymentId"] not in second["detail"]:
        raise AssertionError(f"the first is not named: {second}")
    status, other = ask("POST", "/v1/payments", {**receipt, "sourceReference": "CHQ-2"}, TOKENS["cashier"])
    same("another cheque", 201, status)
    remittance = first["payment"]["remittance"]
    same("references", (["RF18539007547034"], True), (remittance["creditorReferences"], "INV20260000042" in remittance["referencesInText"]))
    same("by name", "Zoë Müller", show(f"/v1/payments/{first['payment']['paymentId']}")["payment"]["payerName"])
    for change, code in (({"sourceReference": ""}, "FIELD_REQUIRED"), ({"method": "PAYMENT_METHOD_UNSPECIFIED"}, "ENUM_REQUIRED"),
                         ({"amount": {"currency": "EUR", "amount": "-1.00"}}, "AMOUNT_NOT_POSITIVE"), ({"valueDate": "2090-01-01"}, "VALUE_DATE_IN_FUTURE")):
        status, answer = ask("POST", "/v1/payments", {**receipt, "sourceReference": "CHQ-9", **change}, TOKENS["cashier"])
        same(f"{change}", (422, code), (status, answer["code"]))


# ---- PAY-10 ----

@case
def pay10_returns():
    """a return finds its payment, is recorded once, and never takes back more than came in"""
    number = account_number("pay10")
    register(number)
    opening = document(Statement("R1", [Entry("1176.00", "BANK-1", "E2E-1", "INV20260000042"), Entry("80.00", "BANK-2", "E2E-2")], account=number))
    posted(bring(opening)["statements"][0]["statementId"])
    back = document(Statement("R2", [
        Entry("-1176.00", "RET-1", "E2E-1", reason="AC04", code="PMNT/ICDT/RRTN"), Entry("-30.00", "RET-2", "E2E-2", reason="MD06", code="PMNT/IDDT/UPDD"),
        Entry("-90.00", "RET-3", "E2E-2", reason="MD06", code="PMNT/IDDT/UPDD"), Entry("-9.99", "RET-4", "NOBODY", reason="AC01", code="PMNT/ICDT/RRTN"),
        Entry("2.00", "RET-5", "OURS", reason="AC01", code="PMNT/ICDT/RRTN"), Entry("0.50", "INT", code="ACMT/MCOP/INTR")], "1256.00", account=number))
    outcome = bring(back)["statements"][0]
    same("verdict", "STATEMENT_VERDICT_READ", outcome["verdict"])
    state = posted(outcome["statementId"])
    same("returns, movements, payments, duplicates", (2, 4, 0, 0), tuple(state[name] for name in ("returns", "movements", "payments", "duplicates")))
    payments = {row["endToEndId"]: row for row in rows(f"/v1/payments?entity_id={ENTITY}") if row["endToEndId"] in ("E2E-1", "E2E-2")}
    same("all of it", ("returned", "1176.00"), (payments["E2E-1"]["status"], payments["E2E-1"]["returned"]["amount"]))
    same("a part", ("partly_returned", "30.00"), (payments["E2E-2"]["status"], payments["E2E-2"]["returned"]["amount"]))
    unmatched = rows(f"/v1/bank-movements?statement_id={outcome['statementId']}&unmatched_return=true")
    same("not matched", ["-90.00", "-9.99", "2.00"], sorted((row["amount"]["amount"] for row in unmatched), key=float))
    same("bring the returns again", True, bring(back, 200)["duplicate"])


@case
def return_in_the_same_file():
    number = account_number("same")
    register(number)
    outcome = bring(document(Statement("F1", [Entry("-40.00", "Z-R", "Z-1", reason="AM04"), Entry("40.00", "Z-P", "Z-1")], account=number)))["statements"][0]
    state = posted(outcome["statementId"])
    same("payments, returns", (1, 1), (state["payments"], state["returns"]))


# ---- what is about people, and much of it ----

@case
def payers_are_sealed():
    number = account_number("people")
    register(number)
    outcome = bring(document(Statement("Q1", [Entry("5.00", payer="Élodie Secret", payer_iban="FR1420041010050500013M02606",
                                                    text="Rechnung INV-2026-0000\n42 danke", structured="RF18539007547034")], account=number)))["statements"][0]
    posted(outcome["statementId"])
    row = rows(f"/v1/payments?statement_id={outcome['statementId']}")[0]
    same("name, account", ("Élodie Secret", "FR1420041010050500013M02606"), (row["payerName"], row["payerAccount"]))
    for reference in ("RF18539007547034", "INV-2026-000042", "INV2026000042"):
        if reference not in row["references"].split():
            raise AssertionError(f"{reference} is not among {row['references']}")
    for table in ("event", "payment", "import_file", "stream"):
        found = sql(f"SELECT count(*) FROM payments.{table} t WHERE position('Secret' IN t::text) > 0 OR "
                    f"position(encode('Secret'::bytea, 'hex') IN t::text) > 0 OR position(encode('RnVDcmV0', 'escape') IN t::text) > 0")
        same(f"plain names in {table}", [["0"]], found)


@case
def batches_are_split():
    number = account_number("batch")
    register(number)
    outcome = bring(document(Statement("T1", [Entry("30.00", "B", "X", details=["10.00", "12.50", "7.50"])], account=number)))["statements"][0]
    posted(outcome["statementId"])
    same("payments", ["7.50", "10.00", "12.50"], sorted((row["amount"]["amount"] for row in rows(f"/v1/payments?statement_id={outcome['statementId']}")), key=float))


def big(number, count, name="BIG"):
    entries = [Entry(f"{1 + i % 900}.{i % 100:02d}", f"REF{i}", f"E2E{i}", f"invoice INV2026{i:07d} thank you", f"Payer {i}", "DE75512108001245126199") for i in range(count)]
    entries += [Entry(f"-{1 + i % 900}.{i % 100:02d}", f"BACK{i}", f"E2E{i}", reason="AC04", code="PMNT/ICDT/RRTN") for i in range(0, count, 100)]
    return document(Statement(name, entries, account=number))


@case
def many_rows():
    count = int(os.environ.get("DUEBOOK_STATEMENT_ROWS", "3000"))
    number = account_number("many")
    register(number)
    body = big(number, count)
    begin = time.monotonic()
    outcome = bring(body)["statements"][0]
    judged = time.monotonic()
    state = posted(outcome["statementId"], 600)
    end = time.monotonic()
    same("payments, returns", (count, (count + 99) // 100), (state["payments"], state["returns"]))
    print(f"  {count} payments in {len(body) / 1e6:.1f} MB: judged and kept in {judged - begin:.2f} s, posted in {end - judged:.2f} s, "
          f"{count / (end - judged):.0f} rows a second", flush=True)


@case
def killed_while_posting():
    number = account_number("kill")
    register(number)
    count = 6000
    outcome = bring(big(number, count, "KILL"))["statements"][0]
    for attempt in range(4):
        time.sleep(0.6)
        if attempt % 2:
            same("a stop in the middle", 0, SERVICE.stop())
        else:
            SERVICE.kill()
        SERVICE.start()
    state = posted(outcome["statementId"], 300)
    same("payments, returns, duplicates", (count, count // 100, 0), (state["payments"], state["returns"], state["duplicates"]))
    found = sql(f"SELECT count(*), count(DISTINCT natural_key) FROM payments.payment WHERE statement_id = '{outcome['statementId']}'")
    same("receipts", [[str(count)] * 2], found)


@case
def samples():
    """every real file: read or held, refused where the reference refuses, camt.052 and camt.054 not read yet"""
    folder = os.environ.get("DUEBOOK_SAMPLES") or os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../../../shared/samples")
    counts, breaks = {}, []
    for root, _, names in sorted(os.walk(os.path.join(folder, "camt"))):
        for name in sorted(names):
            path = os.path.relpath(os.path.join(root, name), folder)
            with open(os.path.join(root, name), "rb") as file:
                status, answer = ask("POST", "/v1/bank-statements", file.read(), TOKENS["cashier"])
            with open(os.path.join(folder, "expected", path + ".json"), encoding="utf-8") as file:
                expected = json.load(file)
            is_statement = "053" in (expected.get("format") or path) and not any(o in (expected.get("format") or "") for o in ("camt.052", "camt.054"))
            wanted = 422 if expected.get("error") or not is_statement else 202
            if status not in (wanted, 200 if wanted == 202 else wanted):
                breaks.append(f"{path}: expected {wanted}, came {status} {answer}")
            words = [one["verdict"][18:].lower() for one in answer["statements"]] if status < 300 else [answer["code"]]
            for word in words:
                counts[word] = counts.get(word, 0) + 1
    if not counts:
        print("  SKIP: no samples here: set DUEBOOK_SAMPLES")
        return
    print("  samples: " + ", ".join(f"{count} {word}" for word, count in sorted(counts.items())), flush=True)
    same("files that were answered otherwise", [], breaks)
    held = [row for row in rows("/v1/bank-statements?status=held") if "UNKNOWN_BANK_ACCOUNT" in row["reasons"] and "BANK-" not in row["accountNumber"]]
    for number in sorted({row["accountNumber"] for row in held}):
        ask("POST", "/v1/bank-accounts", {"entityId": ENTITY, "accountNumber": number}, TOKENS["accountant"])
    for row in held:
        status, answer = ask("POST", f"/v1/bank-statements/{row['statementId']}/accept", {"reason": "a sample"}, TOKENS["accountant"])
        same(f"accepting {row['bankStatementReference']}: {answer}", 200, status)
    states = [posted(row["statementId"], 120) for row in held]
    print("  accepted and posted: " + ", ".join(f"{sum(state[name] for state in states)} {name}" for name in ("payments", "returns", "movements", "duplicates")), flush=True)
    same("rows", sum(state["statement"]["rows"] for state in states), sum(state[name] for state in states for name in ("payments", "returns", "movements")))


def main():
    migrate()
    for role in ("cashier", "accountant", "viewer"):
        TOKENS[role] = token(role)
    TOKENS["limited"] = token("cashier", ENTITY)
    TOKENS["limited accountant"] = token("accountant", ENTITY)
    SERVICE.start()
    passed = failed = 0
    wanted = sys.argv[1:]
    for function in CASES:
        if wanted and function.__name__ not in wanted:
            continue
        try:
            function()
            passed += 1
        except Exception as error:  # noqa: BLE001
            failed += 1
            print(f"FAIL {function.__name__}: {error}\n  run alone: tests/integration/statements/run {function.__name__}")
            if not isinstance(error, AssertionError):
                traceback.print_exc()
    status = SERVICE.stop()
    if status != 0:
        failed += 1
        print(f"the service ended with {status}; see {SERVICE.log.name}")
        with open(SERVICE.log.name, errors="replace") as log:
            print("".join(log.readlines()[-60:]))
    print(f"{passed} passed, {failed} failed, 0 skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
