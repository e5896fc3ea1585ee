# SPDX-License-Identifier: Apache-2.0
"""The payments service as one process of this test: migrated, started, asked, killed."""
import hashlib
import json
import os
import signal
import subprocess
import time
import urllib.error
import urllib.request
import uuid

PORT = int(os.environ["DUEBOOK_TEST_PORT_BASE"]) + 2
URL = f"http://127.0.0.1:{PORT}"
BINARY = os.path.join(os.environ["DUEBOOK_BUILD"], "bin", "duebook-payments")
DATABASE = os.environ["DUEBOOK_TEST_DATABASE_PAYMENTS"]
ROLES = {"cashier": 3, "accountant": 5, "viewer": 1, "controller": 8}
DIRECTORY = os.environ["DUEBOOK_TEST_DIR"]


def sql(query, options="-AtF\t"):
    out = subprocess.run(["psql", os.environ["BILLING_TEST_DATABASE"], "-qX", "-v", "ON_ERROR_STOP=1", options, "-c", query],
                         check=True, capture_output=True, text=True).stdout
    return [line.split("\t") for line in out.splitlines()]


def migrate():
    subprocess.run([BINARY, "migrate"], check=True)


class Service:
    def __init__(self):
        self.process = None
        self.log = open(os.path.join(DIRECTORY, "payments.log"), "ab")

    def start(self, **more):
        environment = {**os.environ, "BILLING_DATABASE": DATABASE, "BILLING_HTTP_LISTEN": f"127.0.0.1:{PORT}", **more}
        self.process = subprocess.Popen([BINARY, "run"], env=environment, stdout=self.log, stderr=self.log)
        self.wait()

    def wait(self, seconds=60):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self.process.poll() is not None:
                raise AssertionError(f"the service ended with {self.process.returncode}; see {self.log.name}")
            try:
                with urllib.request.urlopen(URL + "/readyz", timeout=2):
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)
        raise AssertionError("the service is not ready")

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self):
        self.process.terminate()
        return self.process.wait(timeout=60)


def token(role, entity=None):
    """A token as invoicing's feed would bring it, put into the service's copy."""
    token_id, principal, secret = uuid.uuid4(), uuid.uuid4(), os.urandom(32)
    digest = hashlib.sha256(secret).hexdigest()
    grant = bytes([ROLES[role]]) + (uuid.UUID(entity).bytes if entity else bytes(16))
    sql("INSERT INTO payments.access_token (token_id, principal_id, label, secret_hash, grants, expires_at, issued_at) "
        f"VALUES ('{token_id}', '{principal}', '{role}', '\\x{digest}', '\\x{grant.hex()}', NULL, now())")
    return f"bk_test_{token_id.hex}_{secret.hex()}"


def ask(method, path, body=None, bearer=None, key=None):
    data = body if isinstance(body, bytes) else json.dumps(body).encode() if body is not None else None
    request = urllib.request.Request(URL + path, method=method, data=data)
    request.add_header("Authorization", "Bearer " + bearer)
    request.add_header("Content-Type", "application/xml" if isinstance(body, bytes) else "application/json")
    if method != "GET":
        request.add_header("Idempotency-Key", key or str(uuid.uuid4()))
    try:
        with urllib.request.urlopen(request, timeout=120) as answer:
            return answer.status, json.loads(answer.read() or b"null")
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read() or b"null")
