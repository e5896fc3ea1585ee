# SPDX-License-Identifier: Apache-2.0
"""Everything that may be wrong with a request, asked of every route of every service: a problem document with its code and
the field at fault, and nothing written."""
import gzip
import json
import socket
import uuid

import door
import house
import shape
import world

UNKNOWN = str(uuid.UUID(int=0x123456789012345678901234567890ab))
WRONG_QUERY = {"integer": ["x", "1.5", "9223372036854775808", ""], "boolean": ["yes", "1", ""]}


class Cases:
    def __init__(self, house_world):
        self.world = house_world
        self.routes = list(shape.routes())
        self.guarded = [route for route in self.routes if not route.public]
        self.commands = [route for route in self.guarded if route.writes and route.schema]
        self.asked = 0

    def ask(self, route, path=None, **options):
        self.asked += 1
        return door.call(route.service, route.method, path or route.filled(self.world.ids), what=str(route), **options)

    def each(self, routes, function):
        """Runs for each route; the service's events are counted before and after all of them, and a trace is laid to whom
        it was."""
        house.settle()
        before, failures = world.all_events(), []
        self.asked = 0
        for route in routes:
            try:
                function(route)
            except AssertionError as error:
                failures.append(str(error))
        after = world.all_events()
        if after != before:
            failures.append(f"something was written: events {before} before, {after} after")
        if failures:
            raise AssertionError(f"{len(failures)} of {len(routes)} routes:\n    " + "\n    ".join(failures[:25]))
        return f"{len(routes)} routes, {self.asked} requests"

    # ---- bodies ----

    def malformed_json(self):
        def ask(route):
            for raw in (b"{", b"{]", b"nonsense", b"[]", b'"x"', b"5", b"null", b'{"a":1,}', b"{'a':1}", b"\xff\xfe{}", b'{"a":"\xc3("}',
                        b'{"a":"\x00"}', b"{}{}", b'{"a":01}', b'{"a":1,"a":1}', b"[" * 5000, b'{"a":' * 5000):
                door.problem(self.ask(route, raw=raw), (400, 413))
        return self.each(self.commands, ask)

    def unknown_fields(self):
        def ask(route):
            door.problem(self.ask(route, body={"noSuchField": 1}), 400, field="noSuchField")
        return self.each(self.commands, ask)

    def wrong_values(self):
        def ask(route):
            for field, body in shape.wrong_bodies(route):
                try:
                    # A number inside a text is a matter of range or of form; both are the caller's fault, at this field.
                    door.problem(self.ask(route, body=body), 400, field=field.split(".")[0].split("[")[0])
                except AssertionError as error:
                    raise AssertionError(f"{json.dumps(body)[:160]}: {error}") from error
        return self.each(self.commands, ask)

    def oversized(self):
        def ask(route):
            door.problem(self.ask(route, raw=b" " * ((1 << 20) + 1)), 413, "too_large")
        return self.each(self.commands, ask)

    def oversized_files(self):
        """Of a route that takes files only the head is sent: it must be refused before a byte of the body."""
        def ask(route):
            self.asked += 1
            with socket.create_connection(door.address(route.service), timeout=10) as line:
                line.sendall((f"{route.method} {route.filled(self.world.ids)} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {house.token()}\r\n"
                              f"Idempotency-Key: {uuid.uuid4()}\r\nContent-Type: application/xml\r\nContent-Length: {1 << 40}\r\n\r\n").encode())
                head = line.recv(200)
            if not head.startswith(b"HTTP/1.1 413"):
                raise AssertionError(f"{route}: expected 413, came {head!r}")
        return self.each([route for route in self.guarded if route.writes and not route.schema and route.media], ask)

    def wrong_content(self):
        def ask(route):
            door.problem(self.ask(route, raw=b"{}", kind="text/plain"), 415, "content_type", "Content-Type")
            door.problem(self.ask(route, raw=b"{}", kind=None), 415, "content_type", "Content-Type")
            door.problem(self.ask(route, raw=b"{}", kind="application/json; charset=latin1"), 415)
            door.problem(self.ask(route, raw=gzip.compress(b"{}"), headers={"Content-Encoding": "gzip"}), 415, "content_encoding", "Content-Encoding")
        return self.each(self.commands, ask)

    def body_on_reads(self):
        return self.each([route for route in self.guarded if not route.writes],
                         lambda route: door.problem(self.ask(route, raw=b"{}"), 400, "body_unexpected"))

    # ---- heads ----

    def idempotency_key(self):
        def ask(route):
            door.problem(self.ask(route, raw=b"{}", key=None), 400, "idempotency_key_missing", "Idempotency-Key")
            for key in ("a b", "x" * 129, "", "schl\u00fcssel".encode().decode("latin1")):
                door.problem(self.ask(route, raw=b"{}", key=key), 400, field="Idempotency-Key")
        return self.each([route for route in self.guarded if route.parameter("header", "Idempotency-Key")], ask)

    def tokens(self):
        secret = house.token()
        revoked, revoked_id = world.token("OPERATOR")
        for service in house.SERVICES:
            world.known(revoked, service)
        door.good(door.call("invoicing", "DELETE", f"/v1/tokens/{revoked_id}", body={"reason": "test"}))
        house.settle()
        made_up = "bk_live_" + "0" * 32 + "_" + "0" * 64

        def ask(route):
            for token in (None, "", "x", "a b", made_up, "bk_test_" + made_up[8:], secret[:-1], secret + "0", revoked, revoked[:-1] + ("0" if revoked[-1] != "0" else "1")):
                answer = self.ask(route, token=token, raw=b"{}" if route.schema else None)
                door.problem(answer, 401, "unauthenticated")
                if not (answer.headers.get("WWW-Authenticate") or "").startswith("Bearer"):
                    raise AssertionError(f"401 without WWW-Authenticate: {answer!r}")
            door.problem(self.ask(route, token=None, raw=b"{}" if route.schema else None, headers={"Authorization": "Basic eDp5"}), 401, "unauthenticated")
        return self.each(self.guarded, ask)

    def if_match(self):
        routes = [route for route in self.guarded if route.parameter("header", "If-Match")]

        def ask(route):
            door.problem(self.ask(route, body={}, headers={"If-Match": "x"}), 400, field="If-Match")
            answer = self.ask(route, body={}, headers={"If-Match": '"987654321"'})
            # What is wrong with the empty body may be said first.
            door.problem(answer, (412, 400, 409, 422))
        return self.each(routes, ask)

    def accept(self):
        return self.each([route for route in self.guarded if not route.writes],
                         lambda route: door.problem(self.ask(route, headers={"Accept": "image/png"}), 406, "not_acceptable", "Accept"))

    # ---- targets ----

    def unknown_ids(self):
        def wrong(route):
            for parameter in (one for one in route.parameters if one["in"] == "path"):
                values = {**self.world.ids, parameter["name"]: UNKNOWN}
                uuid_like = parameter["schema"].get("format") == "uuid"
                if uuid_like:
                    for bad in ("x", UNKNOWN.upper(), UNKNOWN + "0", "%2e%2e", "%00", "%zz", "%c3%28"):
                        answer = self.ask(route, path=route.filled({**values, parameter["name"]: bad}), raw=b"{}" if route.schema else None)
                        door.problem(answer, 400, field=None if bad.startswith("%") else parameter["name"])
                answer = self.ask(route, path=route.filled(values), raw=b"{}" if route.schema else None)
                if answer.status < 400 and "rows" in answer.json and uuid_like:
                    door.equal(f"rows of nobody at {route}", [], answer.json["rows"])
                else:
                    door.problem(answer, (404, 400, 422), field=None if uuid_like or answer.status == 422 else parameter["name"])
        return self.each([route for route in self.guarded if "{" in route.path and not route.path.startswith("/v1/streams")], wrong)

    def unknown_paths(self):
        def ask(route):
            door.problem(self.ask(route, path=route.filled(self.world.ids).split("?")[0] + "/no/such"), 404, "not_found")
            door.problem(self.ask(route, path="/V1" + route.filled(self.world.ids)[3:] if route.path.startswith("/v1") else "/nowhere"), 404, "not_found")
        return self.each(self.routes, ask)

    def wrong_methods(self):
        known = {}
        for route in self.routes:
            known.setdefault((route.service, route.path), set()).add(route.method)

        def ask(route):
            for method in ("GET", "POST", "PUT", "PATCH", "DELETE"):
                if method in known[route.service, route.path]:
                    continue
                answer = door.call(route.service, method, route.filled(self.world.ids).split("?")[0], raw=None if method == "GET" else b"{}", what=str(route))
                self.asked += 1
                door.problem(answer, 405, "method_not_allowed")
                allowed = set((answer.headers.get("Allow") or "").split(", "))
                if not known[route.service, route.path] <= allowed:
                    raise AssertionError(f"Allow says {allowed}, the document {known[route.service, route.path]}: {answer!r}")
            door.problem(door.call(route.service, "BREW", route.filled(self.world.ids), what=str(route)), 501)
        return self.each(self.routes, ask)

    def queries(self):
        def ask(route):
            path = route.filled(self.world.ids)
            more = path + ("&" if "?" in path else "?")
            body = b"{}" if route.schema else None
            door.problem(self.ask(route, path=more + "no_such=1", raw=body), 400, "malformed_parameter", "no_such")
            for parameter in (one for one in route.parameters if one["in"] == "query"):
                name, schema = parameter["name"], parameter["schema"]
                bad = WRONG_QUERY.get(schema.get("type"), []) + {"uuid": ["x", UNKNOWN.upper()], "date": ["2026-02-30", "x"], "date-time": ["2026-01-31", "x"]}.get(
                    schema.get("format"), []) + (["XXQ", "eur", "XAU"] if schema.get("pattern") == "^[A-Z]{3}$" else []) + (["no_such"] if "enum" in schema else [])
                bad += ["%00", "%zz", "%c3%28"] + (["x" * 513] if schema.get("type") == "string" else []) + (["0", "1001", "-1"] if name == "page_size" else [])
                others = path.split("?")[0] + "?" + "".join(f"{one['name']}={shape.any_value(one)}&" for one in route.parameters
                                                            if one["in"] == "query" and one["required"] and one is not parameter)
                for value in bad:
                    answer = self.ask(route, path=f"{others}{name}={value}", raw=body)
                    # What may not stand in any target is refused before it has names.
                    door.problem(answer, 400, field=None if value.startswith("%") else name)
                good = shape.any_value(parameter) if name not in ("page_token",) else "AA"
                door.problem(self.ask(route, path=f"{others}{name}={good}&{name}={good}", raw=body), 400, field=name)
            for parameter in (one for one in route.parameters if one["in"] == "query" and one["required"]):
                left = "&".join(f"{one['name']}={shape.any_value(one)}" for one in route.parameters if one["in"] == "query" and one["required"] and one is not parameter)
                door.problem(self.ask(route, path=path.split("?")[0] + "?" + left, raw=body), 400, "parameter_missing", parameter["name"])
        return self.each(self.guarded, ask)

    # ---- whose ----

    def other_entity(self):
        """A holder of every role for another legal entity: nothing of ours is shown or changed."""
        owned = ("entity_id", "account_id", "invoice_id", "credit_note_id", "bill_run_id", "payment_id", "statement_id", "bank_account_id")

        def ask(route):
            body = b"{}" if route.schema else None
            if route.schema and "entityId" in route.schema.get("properties", {}) and "{" not in route.path:
                body = json.dumps({"entityId": self.world.ours.entity_id}).encode()
            answer = self.ask(route, token=self.world.stranger(route.roles), raw=body)
            if answer.status < 400 and "rows" in answer.json:
                door.equal(f"rows of another entity at {route}", [], answer.json["rows"])
                return
            # Without a body a command may be refused for what is missing before anything is looked up.
            document = door.problem(answer, (403, 404) if not route.writes else (403, 404, 400, 422))
            if answer.status == 403 and document["code"] != "forbidden_entity":
                raise AssertionError(f"expected code forbidden_entity, came {answer!r}")
        routes = [route for route in self.guarded if any("{" + name + "}" in route.path for name in owned)
                  or (route.schema and "entityId" in route.schema.get("properties", {}))]
        return self.each(routes, ask)

    def other_entity_by_body(self):
        """Commands that name our objects in a body that is otherwise right: 403, not merely something wrong."""
        ours, ids = self.world.ours, self.world.ids
        today = world.TODAY.isoformat()
        cases = [
            ("invoicing", "POST", "/v1/accounts", {"customerId": ours.customer_id, "entityId": ours.entity_id, "accountNumber": "STRANGE-1", "currency": "EUR", "terms": {"kind": "TERMS_KIND_NET"}}),
            ("invoicing", "POST", "/v1/invoices", {"accountId": ours.account_id, "lines": [world.line(100)]}),
            ("invoicing", "POST", "/v1/invoices", {"accountId": ours.account_id, "entityId": self.world.theirs.entity_id, "lines": [world.line(100)]}),
            ("invoicing", "POST", "/v1/bill-runs", {"entityId": ours.entity_id, "cycleCode": "INT-1", "periodStart": "2026-01-01", "periodEnd": "2026-02-01", "issueDate": today}),
            ("invoicing", "POST", f"/v1/invoices/{ids['invoice_id']}/credit-notes", {"reason": "theft"}),
            ("invoicing", "POST", f"/v1/invoices/{ids['invoice_id']}/credit-notes", {"reason": "theft", "entityId": self.world.theirs.entity_id}),
            ("invoicing", "POST", f"/v1/invoices/{ids['invoice_id']}/cancel", {"reason": "theft"}),
            ("invoicing", "PUT", f"/v1/accounts/{ours.account_id}/terms", {"terms": {"kind": "TERMS_KIND_NET", "days": 1}, "cycleCode": "X"}),
            ("invoicing", "PUT", f"/v1/legal-entities/{ours.entity_id}", {"entity": {"name": "Stolen", "country": "DE", "address": "x", "currency": "EUR", "zone": "Europe/Berlin"}}),
            ("payments", "POST", "/v1/payments", {"entityId": ours.entity_id, "amount": world.euro(1), "valueDate": today, "method": "PAYMENT_METHOD_CASH", "sourceReference": "theft"}),
            ("payments", "POST", "/v1/bank-accounts", {"entityId": ours.entity_id, "accountNumber": "DE02120300000000202051", "currency": "EUR"}),
        ]
        with world.NothingWritten("requests of a stranger"):
            failures = []
            for service, method, path, body in cases:
                if service not in house.SERVICES:
                    continue
                try:
                    secret = self.world.strangers["CONTROLLER" if "entit" in path or "bank-acc" in path else "CASHIER" if service == "payments" else "SERVICE"]
                    door.problem(door.call(service, method, path, body, token=secret), (403, 409) if body.get("entityId") == self.world.theirs.entity_id else 403)
                except AssertionError as error:
                    failures.append(str(error))
        if failures:
            raise AssertionError("\n    ".join(["", *failures]))
        return f"{len(cases)} commands"


def cases(house_world):
    all_of = Cases(house_world)
    for name in ("malformed_json", "unknown_fields", "wrong_values", "oversized", "oversized_files", "wrong_content", "body_on_reads", "idempotency_key",
                 "tokens", "if_match", "accept", "unknown_ids", "unknown_paths", "wrong_methods", "queries", "other_entity", "other_entity_by_body"):
        yield "bad input: " + name.replace("_", " "), getattr(all_of, name)
