# SPDX-License-Identifier: Apache-2.0
"""The five services' routes as their OpenAPI documents tell them, and values that are wrong for a schema: what a test asks
of every route it asks by this, so that a new route is tested on the day it is written."""
import uuid
from dataclasses import dataclass

import door
import house

ID = str(uuid.uuid5(uuid.NAMESPACE_URL, "nobody"))
STANDARD = ("/livez", "/readyz", "/healthz", "/metrics", "/v1/feeds", "/v1/clock", "/v1/parked", "/v1/events", "/v1/streams")


@dataclass
class Route:
    service: str
    method: str
    path: str
    operation: dict
    document: dict

    def __str__(self):
        return f"{self.service} {self.method} {self.path}"

    @property
    def public(self):
        return not self.operation.get("security")

    @property
    def roles(self):
        return self.operation.get("x-roles", [])

    @property
    def writes(self):
        return self.method != "GET"

    @property
    def parameters(self):
        return [self.resolve(parameter) for parameter in self.operation.get("parameters", [])]

    def parameter(self, place, name):
        return next((one for one in self.parameters if one["in"] == place and one["name"] == name), None)

    @property
    def media(self):
        return list(self.operation.get("requestBody", {}).get("content", {}))

    @property
    def is_json(self):
        return self.media == ["application/json"]

    @property
    def schema(self):
        content = self.operation.get("requestBody", {}).get("content", {})
        return self.resolve(content["application/json"].get("schema", {})) if "application/json" in content else {}

    def resolve(self, node):
        while "$ref" in node:
            place = self.document
            for part in node["$ref"].split("/")[1:]:
                place = place[part]
            node = {"name": node["$ref"].rsplit("/", 1)[1], **place} if isinstance(place, dict) and "type" in place else place
        return node

    def filled(self, values):
        """The path with `values` for its parameters, and something well-formed for the rest."""
        path = self.path
        for parameter in self.parameters:
            if parameter["in"] == "path":
                value = values.get(parameter["name"])
                path = path.replace("{" + parameter["name"] + "}", str(value if value is not None else any_value(parameter)))
        required = [f"{one['name']}={values.get(one['name'], any_value(one))}" for one in self.parameters if one["in"] == "query" and one["required"]]
        return path + ("?" + "&".join(required) if required else "")


def any_value(parameter):
    schema = parameter["schema"]
    if schema.get("format") == "uuid":
        return ID
    if schema.get("type") == "integer":
        return 1
    if "enum" in schema:
        return schema["enum"][0]
    return {"date": "2026-01-31", "date-time": "2026-01-31T12:00:00Z"}.get(schema.get("format"), "EUR" if "pattern" in schema else "x")


def routes():
    for service in house.SERVICES:
        document = door.made(door.get(service, "/openapi.json", token=None))
        for path, operations in document["paths"].items():
            for method, operation in operations.items():
                yield Route(service, method.upper(), path, operation, document)


# ---- values that are wrong where they stand ----

OUT_OF_RANGE = {
    "int32": [2147483648, -2147483649, 1e300, 1.5],
    "uint32": [-1, 4294967296, 0.1],
    "int64": ["9223372036854775808", "-9223372036854775809", 1e30, "12x"],
    "uint64": ["-1", "18446744073709551616"],
    "Money": [{"currency": "EUR", "amount": "92233720368547758.08"}, {"currency": "EUR", "amount": "1.234"}, {"currency": "EUR", "amount": "1e3"},
              {"currency": "EUR", "amount": "NaN"}, {"currency": "XXQ", "amount": "1.00"}, {"currency": "eur", "amount": "1.00"},
              {"currency": "XAU", "amount": "1.00"}, {"currency": "EUR"}, {"amount": "1.00"}, {"currency": "EUR", "amount": 1.5}],
    "Decimal": ["1" + "0" * 30, "0.12345678901", "1,5", "0x10", "", "--1"],
    "Date": ["2026-02-30", "10000-01-01", "0000-01-01", "2026-1-1", "today", "2026-01-31T00:00:00Z", ""],
    "Timestamp": ["2026-01-31", "2026-13-01T00:00:00Z", "2026-01-31T25:00:00Z", "10000-01-01T00:00:00Z"],
}
WRONG_TYPE = {"string": [5, True, {}, ["x"]], "boolean": ["yes", 1, {}], "integer": ["x", True, {}, []], "object": ["x", 5, True, []], "array": ["x", 5, {}]}


def is_int32(schema):
    return schema.get("format") == "int32" or schema.get("maximum") == 4294967295


def wrong_values(route, schema):
    """Values that no reader may take for this schema."""
    schema = route.resolve(schema)
    if schema.get("name") in OUT_OF_RANGE:
        return OUT_OF_RANGE[schema["name"]] + [5.5, True, []]
    if schema.get("name") == "Sealed":
        return [5, True, [], "\x00", "x" * 70000]
    if "enum" in schema:
        return ["NO_SUCH_VALUE", 99999, True, {}]
    if schema.get("contentEncoding"):
        return ["%%%", 5, {}]
    if schema.get("type") == "integer":
        return WRONG_TYPE["integer"] + OUT_OF_RANGE["uint32" if "maximum" in schema else "int32"]
    if schema.get("format") in OUT_OF_RANGE:
        return OUT_OF_RANGE[schema["format"]] + [True, {}, []]
    return WRONG_TYPE.get(schema.get("type"), [])


def wrong_bodies(route, deep=2):
    """(field at fault, body) for every property of the request, and inside its messages and lists."""
    yield from wrong_members(route, route.schema, "", lambda member: member, deep)


def wrong_members(route, schema, place, wrap, deep):
    for name, part in schema.get("properties", {}).items():
        field = place + name
        for value in wrong_values(route, part):
            yield field, wrap({name: value})
        part = route.resolve(part)
        if part.get("type") == "array":
            item = route.resolve(part["items"])
            for value in wrong_values(route, part["items"])[:3]:
                yield field, wrap({name: [value]})
            if deep and "properties" in item and "name" in item and item["name"] not in OUT_OF_RANGE:
                yield from wrong_members(route, item, field + "[0].", lambda member, name=name: wrap({name: [member]}), deep - 1)
        elif deep and "properties" in part and part.get("name") not in OUT_OF_RANGE and part.get("name") != "Sealed":
            yield field + ".noSuchField", wrap({name: {"noSuchField": 1}})
            yield from wrong_members(route, part, field + ".", lambda member, name=name: wrap({name: member}), deep - 1)
