# SPDX-License-Identifier: Apache-2.0
"""The house under test, for suites that run inside tests/lib/with-environment --services: calls with idempotency keys,
questions to the database, faults on processes, waiting until everything that was said has been heard, and `prove`."""
import http.client
import json
import os
import subprocess
import time
import urllib.error
import urllib.request
import uuid
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
SERVICES = ["invoicing", "payments", "reconciliation", "collections", "reporting"]
LISTENS = {
    "payments": ["invoicing"],
    "reconciliation": ["invoicing", "payments"],
    "collections": ["invoicing", "reconciliation"],
    "reporting": ["invoicing", "reconciliation"],
}


class Refused(Exception):
    def __init__(self, status, problem):
        super().__init__(f"{status} {problem}")
        self.status, self.problem = status, problem


class Unreachable(Exception):
    pass


def token():
    return Path(os.environ["BILLING_BOOTSTRAP_TOKEN_FILE"]).read_text().strip()


def url(service):
    return os.environ["DUEBOOK_TEST_URL_" + service.upper()]


def ask(service, method, path, body=None, key=None, headers=None, raw=None, timeout=30):
    """One call. Returns (status, document, headers); a problem document is not an exception here."""
    data = raw if raw is not None else (json.dumps(body).encode() if body is not None else None)
    request = urllib.request.Request(url(service) + path, method=method, data=data)
    request.add_header("Authorization", "Bearer " + token())
    if data is not None:
        request.add_header("Content-Type", "application/json")
    if method != "GET":
        request.add_header("Idempotency-Key", key or str(uuid.uuid4()))
    for name, value in (headers or {}).items():
        request.remove_header(name.capitalize())
        request.add_header(name, value)
    try:
        with urllib.request.urlopen(request, timeout=timeout) as answer:
            text = answer.read()
            kind = answer.headers.get("Content-Type", "")
            return answer.status, json.loads(text) if "json" in kind and text else text, answer.headers
    except urllib.error.HTTPError as error:
        text = error.read()
        try:
            return error.code, json.loads(text), error.headers
        except ValueError:
            return error.code, {"detail": text.decode(errors="replace")}, error.headers
    except (urllib.error.URLError, http.client.HTTPException, OSError) as error:
        raise Unreachable(str(error)) from error


def command(service, method, path, body, key, deadline_s=60):
    """A command with one key until it has an answer that is final; what a careful client does."""
    until = time.monotonic() + deadline_s
    while True:
        try:
            status, document, _ = ask(service, method, path, body, key)
            if status < 400:
                return document
            if status not in (429, 503, 502, 504):
                raise Refused(status, document)
        except Unreachable:
            pass
        if time.monotonic() > until:
            raise TimeoutError(f"{method} {path} has no answer after {deadline_s} s")
        time.sleep(0.1)


def sql(query, database=None):
    """Rows as lists of texts, from the superuser's connection."""
    out = subprocess.run(["psql", database or os.environ["BILLING_TEST_DATABASE"], "-XAtq", "-F", "\t", "-v", "ON_ERROR_STOP=1", "-c", query],
                         capture_output=True, text=True)
    if out.returncode:
        raise RuntimeError(out.stderr.strip())
    return [line.split("\t") for line in out.stdout.splitlines()]


def control(act, name, **environment):
    subprocess.run([str(ROOT / "tests/lib/control"), act, name], check=True, env={**os.environ, **environment},
                   stdout=subprocess.DEVNULL)


def pid(name):
    out = subprocess.run([str(ROOT / "tests/lib/control"), "pid", name], capture_output=True, text=True)
    return int(out.stdout) if out.returncode == 0 else None


def restart(name, **environment):
    control("start", name, **environment)
    control("wait", name)


def ready(service):
    try:
        return ask(service, "GET", "/readyz", timeout=3)[0] == 200
    except Unreachable:
        return False


def metric(service, name):
    text = ask(service, "GET", "/metrics")[1]
    total = 0
    for line in text.decode().splitlines():
        if line.startswith(name + " ") or line.startswith(name + "{"):
            total += int(float(line.rsplit(" ", 1)[1]))
    return total


def under_way():
    """What is not heard, published or done yet; empty when the house is quiet. One question, because it is asked often."""
    parts = []
    for service in SERVICES:
        parts.append(f"SELECT '{service}/' || h.shard || ' published ' || r.position || ' of ' || h.position FROM {service}.shard_head h "
                     f"JOIN {service}.relay r USING (shard) WHERE h.position > r.position")
        for table in ("handover", "waiting"):
            parts.append(f"SELECT '{service} has ' || count(*) || ' in {table}' FROM {service}.{table} HAVING count(*) > 0")
    for service, heard in LISTENS.items():
        for other in heard:
            parts.append(f"SELECT '{service} heard ' || i.position || ' of ' || h.position || ' of {other}/' || h.shard FROM {other}.shard_head h "
                         f"JOIN {service}.inbox i ON i.partition = h.shard AND i.topic = 'billing.{other}.events' WHERE h.position > i.position")
    return [row[0] for row in sql(" UNION ALL ".join(parts))]


def settle(deadline_s=90):
    """Waits until the house is quiet, twice in a row: what was heard last may have caused something."""
    until = time.monotonic() + deadline_s
    quiet = 0
    left = []
    while quiet < 2:
        left = under_way()
        quiet = 0 if left else quiet + 1
        if time.monotonic() > until:
            raise TimeoutError("not quiet: " + "; ".join(left[:6]))
        time.sleep(0.05)


def billctl(*arguments, check=False):
    build = os.environ.get("DUEBOOK_BUILD", str(ROOT / "build/dev"))
    environment = dict(os.environ)
    for service in SERVICES:
        environment["BILLING_URL_" + service.upper()] = url(service)
    environment["BILLING_TOKEN_FILE"] = os.environ["BILLING_BOOTSTRAP_TOKEN_FILE"]
    environment["BILLING_DATABASE"] = os.environ["BILLING_TEST_DATABASE"]
    out = subprocess.run([build + "/bin/billctl", *arguments], capture_output=True, text=True, env=environment)
    if check and out.returncode:
        raise AssertionError(f"billctl {' '.join(arguments)}: exit {out.returncode}\n{out.stdout}{out.stderr}")
    return out


def prove():
    settle()
    out = billctl("prove")
    if out.returncode:
        raise AssertionError("prove:\n" + out.stdout[-6000:] + out.stderr[-2000:])
    return out.stdout


class Suite:
    """Runs functions as tests; the last line is the count that tests/run reads."""

    def __init__(self):
        self.passed = self.failed = self.skipped = 0

    def run(self, name, function):
        begun = time.monotonic()
        try:
            said = function()
        except Exception as error:  # a failing test is reported, the others go on
            self.failed += 1
            print(f"FAIL {name}: {type(error).__name__}: {error}", flush=True)
            return False
        self.passed += 1
        print(f"ok   {name} ({time.monotonic() - begun:.1f} s){': ' + said if isinstance(said, str) else ''}", flush=True)
        return True

    def skip(self, name, why):
        self.skipped += 1
        print(f"SKIP {name}: {why}", flush=True)

    def end(self):
        print(f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped", flush=True)
        return 1 if self.failed else 0
