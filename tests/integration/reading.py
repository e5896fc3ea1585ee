# SPDX-License-Identifier: Apache-2.0
"""Lists and states: pages that stay put while rows come in, tokens that cannot be bent, bookmarks, filters, CSV, and
answers that know what the caller has just written, in this service and in the next."""
import base64
import concurrent.futures
import csv
import io
import time

import door
import house
import shape
import world


def pages(service, path, size, between=lambda: None, **options):
    """All rows of a list, page by page."""
    rows, token = [], None
    while True:
        answer = door.made(door.get(service, f"{path}{'&' if '?' in path else '?'}page_size={size}" + (f"&page_token={token}" if token else ""), **options))
        rows += answer["rows"]
        token = answer.get("next_page_token")
        if not token:
            return rows
        if len(answer["rows"]) != size:
            raise AssertionError(f"{path}: a page of {len(answer['rows'])} rows that is not the last; {size} were asked for")
        between()


class Reading:
    def __init__(self, house_world):
        self.world, self.ours = house_world, house_world.ours

    def pages(self):
        entity = world.Entity("Pages KG", "DE02120300000000202051")
        for _ in range(22):
            entity.open_account()
        path = f"/v1/accounts?entity_id={entity.entity_id}"
        before = [row["accountNumber"] for row in door.made(door.get("invoicing", path + "&page_size=1000"))["rows"]]
        door.equal("accounts in order", sorted(before), before)
        rows = [row["accountNumber"] for row in pages("invoicing", path, 7, between=entity.open_account)]
        door.equal("accounts twice", [], sorted(number for number in set(rows) if rows.count(number) > 1))
        door.equal("accounts lost while others were opened", [], sorted(set(before) - set(rows)))
        door.equal("order", sorted(rows), rows)
        for size in (1, 2, 1000):
            door.equal(f"rows by pages of {size}", len(before) + 3, len(pages("invoicing", path, size)))
        return f"{len(rows)} rows by 7"

    def tokens(self):
        for _ in range(3):
            self.ours.open_account()
        token = door.made(door.get("invoicing", "/v1/accounts?page_size=1"))["next_page_token"]
        raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))

        def text(data):
            return base64.urlsafe_b64encode(data).decode().rstrip("=")
        bad = ["AA", "x", token[:-3], token + "AAAA", text(b"\x02" + raw[1:]), text(raw[:1] + bytes([raw[1] ^ 1]) + raw[2:]), text(raw[:5]), text(raw[:-1]),
               text(raw + b"\x00"), text(raw[:5] + b"\xff" + raw[6:]), text(b""), "%", "a b", "x" * 600]
        for value in bad:
            door.problem(door.get("invoicing", "/v1/accounts?page_size=1&page_token=" + value.replace("%", "%25").replace(" ", "%20")), 400, field="page_token")
        door.problem(door.get("invoicing", f"/v1/invoices?page_token={token}"), 400, "malformed", "page_token")
        # A made-up place of the right form is only another place; whose rows are shown does not depend on it.
        stranger = self.world.strangers["VIEWER"]
        rows = door.made(door.get("invoicing", f"/v1/accounts?page_token={token}", token=stranger))["rows"]
        door.equal("our accounts in a stranger's page", [], [row for row in rows if row["entityId"] == self.ours.entity_id])
        return f"{len(bad)} tokens"

    def bookmarks(self):
        customers = int(door.made(door.get("invoicing", "/v1/customers?page_size=1"))["total"])

        def register(number):
            door.good(door.call("invoicing", "POST", "/v1/customers", {"kind": "CUSTOMER_KIND_ORGANISATION", "name": f"Number {number}", "country": "DE"}))
        with concurrent.futures.ThreadPoolExecutor(16) as pool:
            list(pool.map(register, range(max(0, 1050 - customers))))
        first = door.made(door.get("invoicing", "/v1/customers?page_size=1000"))
        door.equal("rows that have a bookmark", [1000], [mark["row"] for mark in first["bookmarks"]])
        door.equal("the first bookmark", first["next_page_token"], first["bookmarks"][0]["page_token"])
        second = door.made(door.get("invoicing", f"/v1/customers?page_size=1000&page_token={first['bookmarks'][0]['page_token']}"))
        door.equal("rows behind the last bookmark", first["total"] - 1000, len(second["rows"]))
        everything = pages("invoicing", "/v1/customers", 1000)
        door.equal("total", first["total"], len(everything))
        door.equal("the same rows", everything[1000:], second["rows"])

    def csv(self):
        entity = world.Entity('=HYPERLINK("x"), "Quoted" & Sons', "DE02500105170137075030")
        lists = [route for route in shape.routes() if not route.writes and "text/csv" in route.operation["responses"]["200"].get("content", {})]
        for route in lists:
            path = route.filled(self.world.ids)
            answer = door.good(door.get(route.service, path, headers={"Accept": "text/csv"}), 200)
            door.equal(f"Content-Type of {route}", "text/csv", answer.kind)
            rows = list(csv.DictReader(io.StringIO(answer.text.decode())))
            if any(None in row or None in row.values() for row in rows):
                raise AssertionError(f"{route}: rows of different lengths: {answer!r}")
            if route.parameter("query", "page_size"):
                total = door.made(door.get(route.service, path))["total"]
                door.equal(f"rows of {route}", total, len(rows))
        names = [row["name"] for row in csv.DictReader(io.StringIO(door.get("invoicing", "/v1/legal-entities", headers={"Accept": "text/csv"}).text.decode()))]
        if f"'{entity.name}" not in names:
            raise AssertionError(f"a name that a spreadsheet takes for a formula is not guarded: {names}")
        return f"{len(lists)} lists"

    def filters(self):
        """Every filter of every list: a value that rows have leaves exactly those rows."""
        asked = 0
        for route in [route for route in shape.routes() if route.parameter("query", "page_size")]:
            path = route.filled(self.world.ids)
            rows = door.made(door.get(route.service, path + ("&" if "?" in path else "?") + "page_size=1000"))["rows"]
            for parameter in [one for one in route.parameters if one["in"] == "query" and not one["required"]]:
                member = "".join(part.capitalize() if place else part for place, part in enumerate(parameter["name"].split("_")))
                values = {str(row[member]) for row in rows if isinstance(row.get(member), (str, int)) and row.get(member) not in ("", True, False)}
                for value in sorted(values)[:2]:
                    asked += 1
                    found = door.made(door.get(route.service, f"{path}{'&' if '?' in path else '?'}{parameter['name']}={value}&page_size=1000".replace(" ", "%20")))["rows"]
                    door.equal(f"{route}?{parameter['name']}={value}", {str(row[member]) for row in found}, {value})
                    if len(rows) < 1000:
                        door.equal(f"{route}?{parameter['name']}={value} rows", sum(str(row.get(member)) == value for row in rows), len(found))
        day = world.TODAY.isoformat()
        issued = len(pages("invoicing", f"/v1/invoices?issued_from={day}&issued_to={day}", 1000))
        door.equal("invoices of today", issued, len(pages("invoicing", "/v1/invoices", 1000)))
        door.equal("invoices before today", [], pages("invoicing", "/v1/invoices?issued_to=2001-01-01", 1000))
        return f"{asked} filters"

    def scoped(self):
        """A holder of a role for one legal entity sees that entity's rows alone, in every list."""
        checked = 0
        for route in [route for route in shape.routes() if route.parameter("query", "page_size") and "{" not in route.path and "ROLE_VIEWER" in route.roles]:
            theirs = {"entity_id": self.world.theirs.entity_id, "account_id": self.world.theirs.account_id}
            path = route.filled(theirs)
            rows = door.made(door.get(route.service, path + ("&" if "?" in path else "?") + "page_size=1000", token=self.world.strangers["VIEWER"]))["rows"]
            others = [row for row in rows if row.get("entityId", self.world.theirs.entity_id) != self.world.theirs.entity_id]
            door.equal(f"rows of other entities in {route}", [], others[:1])
            checked += 1
        return f"{checked} lists"

    def after(self):
        answer = door.good(door.call("invoicing", "POST", "/v1/invoices", {"accountId": self.ours.account_id, "lines": [world.line(4200)]}))
        position = answer.headers["Duebook-Position"]
        identity = answer.json["document"]["invoiceId"]
        service, shard, number = position.split("/")
        door.equal("who says the position", "invoicing", service)
        own = door.good(door.get("invoicing", f"/v1/invoices/{identity}", headers={"Duebook-After": position}), 200)
        door.equal("Duebook-Stale", None, own.headers.get("Duebook-Stale"))
        for value in ("x", "invoicing/1", "invoicing/99/1", "invoicing/1/-1", "invoicing/x/1", ", ", ",".join([position] * 17)):
            door.problem(door.get("invoicing", "/v1/invoices", headers={"Duebook-After": value}), 400, field="Duebook-After")
        begun = time.monotonic()
        stale = door.good(door.get("invoicing", "/v1/invoices", headers={"Duebook-After": f"invoicing/{shard}/{int(number) + 10**6}"}), 200)
        waited = time.monotonic() - begun
        door.equal("Duebook-Stale of a place not reached", "true", stale.headers.get("Duebook-Stale"))
        if not 1.5 < waited < 4:
            raise AssertionError(f"a place that is not reached was waited for {waited:.1f} s; 2 s are the rule")
        if "reconciliation" not in house.SERVICES:
            return "own service only"
        heard = []
        for _ in range(5):
            answer = door.good(door.call("invoicing", "POST", "/v1/invoices", {"accountId": self.ours.account_id, "lines": [world.line(100)]}))
            identity, position = answer.json["document"]["invoiceId"], answer.headers["Duebook-Position"]
            begun = time.monotonic()
            item = door.get("reconciliation", f"/v1/items/{identity}", headers={"Duebook-After": position})
            heard.append(time.monotonic() - begun)
            if item.headers.get("Duebook-Stale") is None:
                door.good(item, 200)
        return f"reconciliation answers knowing it after {sorted(heard)[2] * 1000:.0f} ms (median)"


def cases(house_world):
    reading = Reading(house_world)
    yield "lists: pages while rows come in", reading.pages
    yield "lists: page tokens that were bent", reading.tokens
    yield "lists: bookmarks", reading.bookmarks
    yield "lists: CSV", reading.csv
    yield "lists: filters", reading.filters
    yield "lists: rows of one's own legal entity", reading.scoped
    yield "Duebook-After and Duebook-Stale", reading.after
