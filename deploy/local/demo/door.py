# SPDX-License-Identifier: Apache-2.0
"""The door of an installation, as any program of a customer would use it: JSON over HTTP with a token. Every write carries
an Idempotency-Key made from what it says, so that playing the demonstration again asks for nothing new."""
import concurrent.futures
import hashlib
import http.client
import json
import threading
import time
import urllib.parse

SERVICES = ("invoicing", "payments", "reconciliation", "collections", "reporting")
PARALLEL = 16
ATTEMPTS = 60


class Refused(Exception):
    """A service said no; its problem document says why."""

    def __init__(self, what, status, problem):
        self.status, self.problem = status, problem
        self.code = problem.get("code", "")
        field = f" ({problem['field']})" if problem.get("field") else ""
        super().__init__(f"{what}: {status} {self.code}{field}: {problem.get('detail') or problem.get('title')}")


class Wrong(Exception):
    """The demonstration found something that must not be."""


class Door:
    def __init__(self, base_url, token):
        parts = urllib.parse.urlsplit(base_url)
        self.base_url, self.host, self.prefix = base_url.rstrip("/"), parts.netloc, parts.path.rstrip("/")
        self.token = token
        self.local = threading.local()
        self.pool = concurrent.futures.ThreadPoolExecutor(PARALLEL)
        # Position of our last write per service and shard: a read that names it sees that write (architecture.md, 5).
        self.lock, self.written, self.replayed = threading.Lock(), 0, 0

    def _connection(self):
        if getattr(self.local, "connection", None) is None:
            self.local.connection = http.client.HTTPConnection(self.host, timeout=120)
        return self.local.connection

    def _once(self, method, path, body, headers):
        connection = self._connection()
        try:
            connection.request(method, self.prefix + path, body=body, headers=headers)
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()
        except (OSError, http.client.HTTPException):
            connection.close()
            self.local.connection = None
            raise

    def ask(self, method, service, path, body=None, headers=None, accept=()):
        """The answer's status and JSON. A busy or absent service is asked again, with the same key; a refusal raises
        unless its status is in `accept`."""
        target = f"/{service}{path}"
        headers = {"Authorization": f"Bearer {self.token}", "Accept": "application/json", **(headers or {})}
        for attempt in range(ATTEMPTS):
            try:
                status, answered, data = self._once(method, target, body, headers)
            except (OSError, http.client.HTTPException):
                if attempt == ATTEMPTS - 1:
                    raise
                time.sleep(0.5)
                continue
            if status not in (429, 503) or attempt == ATTEMPTS - 1:
                break
            time.sleep(min(5.0, float(answered.get("Retry-After") or 1)))
        try:
            document = json.loads(data) if data else {}
        except ValueError:
            document = {"detail": data[:200].decode("utf-8", "replace")}
        if answered.get("Idempotency-Replayed"):
            with self.lock:
                self.replayed += 1
        if status >= 300 and status not in accept:
            raise Refused(f"{method} {target}", status, document)
        return status, document

    def get(self, service, path, **query):
        text = urllib.parse.urlencode({name: value for name, value in query.items() if value is not None})
        return self.ask("GET", service, path + ("?" + text if text else ""))[1]

    def rows(self, service, path, **query):
        """All rows of a list, page by page."""
        rows, token = [], None
        while True:
            page = self.get(service, path, page_size=1000, page_token=token, **query)
            rows += page["rows"]
            token = page.get("nextPageToken") or page.get("next_page_token")
            if not token:
                return rows

    def write(self, method, service, path, message, accept=()):
        body = json.dumps(message, ensure_ascii=False, sort_keys=True).encode()
        return self.send(method, service, path, body, "application/json", accept)[1]

    def send(self, method, service, path, body, content_type, accept=()):
        key = hashlib.sha256(b"\0".join((method.encode(), service.encode(), path.encode(), body))).hexdigest()[:40]
        with self.lock:
            self.written += 1
        headers = {"Content-Type": content_type, "Idempotency-Key": f"demo-{key}"}
        return self.ask(method, service, path, body, headers, accept)

    def each(self, function, items):
        """function(item) for all items, several at a time; the first failure is raised once all have ended."""
        futures = [self.pool.submit(function, item) for item in items]
        concurrent.futures.wait(futures)
        return [future.result() for future in futures]
