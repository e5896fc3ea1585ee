# SPDX-License-Identifier: Apache-2.0
"""Raw sockets: clients that are slow, leave, or write what two readers could read in two ways. Each gets its answer or is
cut off, and meanwhile the others are served."""
import socket
import threading
import time
import uuid

import door
import house
import world


class Line:
    """One connection, byte by byte."""

    def __init__(self, service="invoicing", timeout=45):
        self.socket = socket.create_connection(door.address(service), timeout=timeout)
        self.read = b""

    def say(self, text):
        self.socket.sendall(text if isinstance(text, bytes) else text.encode())

    def hear(self, until=b"\r\n\r\n"):
        """Until the mark, the end of the connection, or the time-out."""
        try:
            while until not in self.read:
                part = self.socket.recv(65536)
                if not part:
                    break
                self.read += part
        except ConnectionError:
            pass
        return self.read

    def status(self):
        self.hear()
        return int(self.read.split(b" ", 2)[1]) if self.read.startswith(b"HTTP/1.1 ") else 0

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()


def head(method="GET", path="/v1/customers", host=True, more="", end=True):
    return (f"{method} {path} HTTP/1.1\r\n" + ("Host: x\r\n" if host else "") + f"Authorization: Bearer {house.token()}\r\n" + more + ("\r\n" if end else ""))


class Slow(threading.Thread):
    """A patient attacker on a thread of its own; what it got, and after how long."""

    def __init__(self, function):
        super().__init__(daemon=True)
        self.function, self.status, self.seconds, self.error = function, None, None, None
        self.start()

    def run(self):
        begun = time.monotonic()
        try:
            self.status = self.function()
        except Exception as error:
            self.error = error
        self.seconds = time.monotonic() - begun


def drip_head(service):
    def run():
        with Line(service) as line:
            line.say(f"GET /livez HTTP/1.1\r\nHost: x\r\nX-Slow: ")
            line.socket.settimeout(0.4)
            for _ in range(60):
                try:
                    line.say("a")
                    part = line.socket.recv(65536)
                    line.read += part
                    if b"\r\n\r\n" in line.read or not part:
                        break
                except TimeoutError:
                    continue
                except ConnectionError:
                    break
            return line.status() if line.read else 0
    return run


def stuck_body(service):
    def run():
        with Line(service) as line:
            line.say(head("POST", "/v1/tokens", more=f"Idempotency-Key: {uuid.uuid4()}\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n") + "{")
            return line.status()
    return run


def deaf_reader():
    """Asks for a list and reads nothing."""
    with Line(timeout=5) as line:
        line.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        for _ in range(50):
            try:
                line.say(head(path="/openapi.json", more="Connection: keep-alive\r\n"))
            except (TimeoutError, ConnectionError):
                break
        time.sleep(8)
    return 0


ATTACK = {}


def begin():
    """They need up to half a minute; other cases run meanwhile and must not notice."""
    for number in range(10):
        ATTACK["head", number] = Slow(drip_head(house.SERVICES[number % len(house.SERVICES)]))
        ATTACK["body", number] = Slow(stuck_body("invoicing"))
        ATTACK["deaf", number] = Slow(deaf_reader)


def slow_clients():
    for (what, number), slow in ATTACK.items():
        slow.join(60)
        if slow.error:
            raise slow.error
        expected = {"head": ((408, 0), 8, 16), "body": ((408, 0), 20, 40), "deaf": ((0,), 0, 60)}[what]
        if slow.status not in expected[0] or not expected[1] <= slow.seconds <= expected[2]:
            raise AssertionError(f"{what} {number}: expected {expected[0]} after {expected[1]} to {expected[2]} s, came {slow.status} after {slow.seconds:.1f} s")
    heads = [slow.seconds for (what, _), slow in ATTACK.items() if what == "head"]
    bodies = [slow.seconds for (what, _), slow in ATTACK.items() if what == "body"]
    return f"heads cut after {max(heads):.1f} s, bodies after {max(bodies):.1f} s"


POST = f"Idempotency-Key: k\r\nContent-Type: application/json\r\n"
MALFORMED = [
    ("Content-Length and Transfer-Encoding", head("POST", more=POST + "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n") + "0\r\n\r\n", 400),
    ("two Content-Length", head("POST", more=POST + "Content-Length: 2\r\nContent-Length: 3\r\n") + "{}", 400),
    ("Content-Length with a sign", head("POST", more=POST + "Content-Length: +2\r\n") + "{}", 400),
    ("Content-Length of a list", head("POST", more=POST + "Content-Length: 2, 2\r\n") + "{}", 400),
    ("negative Content-Length", head("POST", more=POST + "Content-Length: -1\r\n"), 400),
    ("huge Content-Length", head("POST", more=POST + "Content-Length: 99999999999999999999\r\n"), (400, 413)),
    ("another transfer coding", head("POST", more=POST + "Transfer-Encoding: gzip, chunked\r\n"), (400, 501)),
    ("bad chunk size", head("POST", more=POST + "Transfer-Encoding: chunked\r\n") + "xyz\r\n", 400),
    ("huge chunk size", head("POST", more=POST + "Transfer-Encoding: chunked\r\n") + "ffffffffffffffff\r\n", (400, 413)),
    ("chunk without its end", head("POST", more=POST + "Transfer-Encoding: chunked\r\n") + "2\r\n{}xx0\r\n\r\n", 400),
    ("no Host", head(host=False), 400),
    ("two Hosts", head(more="Host: y\r\n"), 400),
    ("folded header", head(more="X-Fold: a\r\n b\r\n"), 400),
    ("space before the colon", head(more="X-Space : a\r\n"), 400),
    ("bare line feeds", head().replace("\r\n", "\n"), 400),
    ("bare carriage return", head(more="X-A: a\rb\r\n"), 400),
    ("NUL in a header", head(more="X-A: a\0b\r\n"), 400),
    ("absolute form", head(path="http://x/v1/customers"), 400),
    ("two spaces", "GET  /livez HTTP/1.1\r\nHost: x\r\n\r\n", 400),
    ("no version", "GET /livez\r\n\r\n", (400, 505)),
    ("HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", (400, 501, 505)),
    ("HTTP/3.0", "GET /livez HTTP/3.0\r\nHost: x\r\n\r\n", (400, 505)),
    ("TLS greeting", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 64 + b"\r\n\r\n", 400),
    ("a header of 40 KiB", head(more="X-Long: " + "a" * 40000 + "\r\n"), (400, 431)),
    ("101 headers", head(more="".join(f"X-{number}: a\r\n" for number in range(101))), (400, 431)),
    ("a target of 9 KiB", head(path="/v1/customers?country=" + "a" * 9000), 414),
    ("path out of the root", head(path="/../etc/passwd"), (400, 404)),
    ("encoded slash", head(path="/v1%2fcustomers"), (400, 404)),
    ("unknown expectation", head("POST", more=POST + "Content-Length: 2\r\nExpect: the-best\r\n"), 417),
]


def malformed():
    failures = []
    with world.NothingWritten("malformed requests"):
        for what, text, status in MALFORMED:
            with Line(timeout=15) as line:
                line.say(text)
                came = line.status()
                wanted = status if isinstance(status, tuple) else (status,)
                if came not in wanted:
                    failures.append(f"{what}: expected {wanted}, came {came}: {line.read[:160]!r}")
                elif b"application/problem+json" not in line.read.lower():
                    failures.append(f"{what}: no problem document: {line.read[:300]!r}")
    if failures:
        raise AssertionError("\n    ".join(["", *failures]))
    return f"{len(MALFORMED)} requests"


def well_formed():
    with Line() as line:  # three requests in one breath are answered in order
        line.say(head(path="/livez") + head(path="/nowhere") + head(path="/v1/clock", more="Connection: close\r\n"))
        line.hear(b"never")
        statuses = [int(part[:3]) for part in line.read.split(b"HTTP/1.1 ")[1:]]
        door.equal("pipelined answers", [200, 404, 200], statuses)
    with Line() as line:
        key = str(uuid.uuid4())
        more = f"Idempotency-Key: {key}\r\nContent-Type: application/json\r\n"
        body = b'{"kind":"CUSTOMER_KIND_ORGANISATION","name":"Chunked","country":"DE"}'
        line.say(head("POST", more=more + "Transfer-Encoding: chunked\r\nExpect: 100-continue\r\n"))
        if not line.hear().startswith(b"HTTP/1.1 100"):
            raise AssertionError(f"Expect: 100-continue: came {line.read!r}")
        line.read = b""
        for part in (body[:1], body[1:40], body[40:]):
            line.say(b"%x\r\n%s\r\n" % (len(part), part))
        line.say(b"0\r\n\r\n")
        door.equal("a chunked body", 201, line.status())
    options = door.call("invoicing", "OPTIONS", "/v1/customers", token=None)
    door.equal("OPTIONS allows", {"GET", "HEAD", "POST", "OPTIONS"}, set(options.headers["Allow"].split(", ")))
    door.equal("HEAD", (200, b""), (door.call("invoicing", "HEAD", "/v1/customers").status, door.call("invoicing", "HEAD", "/v1/customers").text))
    for path in ("/livez", "/v1/customers"):
        if not door.get("invoicing", path).headers.get("Request-Id"):
            raise AssertionError(f"{path} is answered without a Request-Id")


def clients_that_leave():
    """A command whose caller is gone before the answer: it took effect or it did not, and the same key says which."""
    keys = [str(uuid.uuid4()) for _ in range(40)]
    body = b'{"kind":"CUSTOMER_KIND_ORGANISATION","name":"Gone","country":"DE"}'
    before = int(house.sql("SELECT count(*) FROM invoicing.customer")[0][0])
    for number, key in enumerate(keys):
        with Line() as line:
            line.say(head("POST", more=f"Idempotency-Key: {key}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n").encode() + body)
            time.sleep(0.0005 * (number % 10))
    replayed = 0
    for key in keys:
        answer = door.good(door.call("invoicing", "POST", "/v1/customers", raw=body, key=key), 201)
        replayed += answer.headers.get("Idempotency-Replayed") == "true"
    door.equal("customers", before + len(keys), int(house.sql("SELECT count(*) FROM invoicing.customer")[0][0]))
    return f"{replayed} of {len(keys)} had taken effect"


def cases(house_world):
    yield "sockets: what could be read in two ways", malformed
    yield "sockets: pipelining, chunks, 100-continue, HEAD, OPTIONS", well_formed
    yield "sockets: clients that leave", clients_that_leave
    yield "sockets: slow heads, slow bodies, deaf readers", slow_clients
