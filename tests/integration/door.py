# SPDX-License-Identifier: Apache-2.0
"""One HTTP request as a test writes it: everything may be left out or be wrong. Connections are kept, one per thread and
service, so that thousands of requests are cheap."""
import http.client
import json
import os
import threading
import uuid
from urllib.parse import urlsplit

import house

LOCAL = threading.local()
DEFAULT = object()


class Answer:
    def __init__(self, what, status, headers, text):
        self.what, self.status, self.headers, self.text = what, status, headers, text

    @property
    def json(self):
        return json.loads(self.text)

    @property
    def kind(self):
        return (self.headers.get("Content-Type") or "").split(";")[0]

    def __repr__(self):
        return f"{self.what}: {self.status} {self.text[:300].decode(errors='replace')}"


def address(service):
    parts = urlsplit(house.url(service))
    return parts.hostname, parts.port


def connection(service, fresh=False):
    kept = LOCAL.__dict__.setdefault("connections", {})
    if fresh and service in kept:
        kept.pop(service).close()
    if service not in kept:
        kept[service] = http.client.HTTPConnection(*address(service), timeout=40)
        return kept[service], True
    return kept[service], False


def call(service, method, path, body=None, *, raw=None, token=DEFAULT, key=DEFAULT, kind=DEFAULT, headers=None, what=None):
    """`token`, `key`, `kind`: DEFAULT is what a good caller sends, None leaves the header out."""
    data = raw if raw is not None else json.dumps(body).encode() if body is not None else None
    send = {}
    token = house.token() if token is DEFAULT else token
    if token is not None:
        send["Authorization"] = "Bearer " + token
    if method not in ("GET", "HEAD", "OPTIONS") and key is not None:
        send["Idempotency-Key"] = str(uuid.uuid4()) if key is DEFAULT else key
    if data is not None and kind is not None:
        send["Content-Type"] = "application/json" if kind is DEFAULT else kind
    send.update(headers or {})
    what = what or f"{service} {method} {path}"
    for attempt in range(2):
        line, fresh = connection(service, fresh=attempt > 0)
        try:
            line.request(method, path, data, send)
            answer = line.getresponse()
            text = answer.read()
            return Answer(what, answer.status, answer.headers, text)
        except (http.client.HTTPException, ConnectionError, BrokenPipeError) as error:
            connection(service, fresh=True)
            if fresh or attempt:
                raise house.Unreachable(f"{what}: {error!r}") from error
    raise AssertionError("not reached")


def get(service, path, **options):
    return call(service, "GET", path, **options)


def good(answer, status=None):
    if answer.status != status if status else answer.status >= 400:
        raise AssertionError(f"expected {status or 'success'}, came {answer!r}")
    return answer


def made(answer):
    return good(answer).json


def problem(answer, status, code=None, field=None):
    """The answer is a problem document with this status (or one of several), code and field; returns it."""
    wanted = status if isinstance(status, (tuple, set, list)) else (status,)
    if answer.status not in wanted:
        raise AssertionError(f"expected {'/'.join(map(str, wanted))}, came {answer!r}")
    if answer.kind != "application/problem+json":
        raise AssertionError(f"expected a problem document, came {answer.kind or 'nothing'}: {answer!r}")
    document = answer.json
    for member in ("type", "title", "status", "code"):
        if not document.get(member):
            raise AssertionError(f"the problem document has no {member}: {answer!r}")
    if document["status"] != answer.status:
        raise AssertionError(f"the document's status is not the answer's: {answer!r}")
    if code is not None and document["code"] not in (code if isinstance(code, (tuple, set)) else (code,)):
        raise AssertionError(f"expected code {code}, came {answer!r}")
    if field is not None and not plain(document.get("field", "")).startswith(plain(field)):
        raise AssertionError(f"expected field {field}, came {answer!r}")
    return document


def plain(name):
    """lines[0].unitCode and lines[0].unit_code are one field; so are the header Idempotency-Key's ways of writing."""
    return name.replace("_", "").lower()


def equal(what, expected, came):
    if expected != came:
        raise AssertionError(f"{what}: expected {expected!r}, came {came!r}")


def pid(service):
    return house.pid(service)


def log_path(name):
    return os.path.join(os.environ["DUEBOOK_TEST_DIR"], "log", name + ".log")
