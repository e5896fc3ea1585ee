# SPDX-License-Identifier: Apache-2.0
"""Which room may include what: the table of the architecture, kept by reading the include lines."""
import re

# A room of common/ may use what stands before it.
COMMON = ["base", "money", "identity", "wire", "database", "eventlog", "bus", "http", "observe", "service",
          "approval", "document", "mail", "archive"]
SERVICES = ["invoicing", "payments", "reconciliation", "collections", "reporting"]

# System and library headers that belong to one room.
ONLY = {
    r"libpq-fe\.h|libpq/.*": ("common/database/",),
    r"librdkafka/.*": ("common/bus/",),
    r"event2/(http|bufferevent|listener).*": ("common/http/",),
    r"sodium\.h|sodium/.*": ("common/identity/", "common/eventlog/", "common/http/", "common/service/"),
    r"curl/.*": ("deploy/billctl/", "common/mail/", "tests/"),
}
# All that a pure decision needs of the system; cmake/pure.h poisons what stdlib.h brings along.
DOMAIN_SYSTEM = {"assert.h", "ctype.h", "errno.h", "inttypes.h", "limits.h", "stdalign.h", "stdarg.h", "stdbool.h",
                 "stddef.h", "stdint.h", "stdlib.h", "string.h", "protobuf-c/protobuf-c.h"}
DOMAIN_COMMON = {"base", "money", "identity"}
STORE_COMMON = {"base", "money", "identity", "wire", "database", "eventlog"}
EDGE_COMMON = {"base", "money", "identity", "wire", "eventlog", "http", "observe", "service", "approval", "document",
               "mail", "archive"}

_INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]', re.M)
_SQL = re.compile(r'"\s*(SELECT\s|INSERT\s+INTO\s|UPDATE\s+\w+\s+SET\s|DELETE\s+FROM\s|WITH\s+\w+\s+AS\s)')


def _includes(tree, path):
    from .tree import without_comments
    body = without_comments(tree.text(path))
    for match in _INCLUDE.finditer(body):
        yield body.count("\n", 0, match.start()) + 1, match.group(2), match.group(1) == "<"


def _part(path):
    """('domain'|'store'|'edge'|'main', service) of a file of a service."""
    words = path.split("/")
    service, rest = words[1], words[2:]
    if rest[0] == "domain":
        return "domain", service
    if rest[-1] == "main.c":
        return "main", service
    if rest[0].startswith("store"):
        return "store", service
    return "edge", service


def include_table(tree):
    """A file includes only what its room may see (ARCHITECTURE.md, the table of rooms)."""
    breaks = []
    for path in tree.c("common", "services", "deploy"):
        for line, name, system in _includes(tree, path):
            where = f"{path}:{line}: "
            for pattern, homes in ONLY.items():
                if re.fullmatch(pattern, name) and not path.startswith(homes):
                    breaks.append(f"{where}{name} belongs to {' and '.join(homes)}")
            used = name.split("/")[1] if name.startswith("common/") and name.count("/") > 1 else None
            if path.startswith("common/"):
                room = path.split("/")[1]
                if room in COMMON and used in COMMON and COMMON.index(used) > COMMON.index(room):
                    breaks.append(f"{where}room {room} may not use {used}, which stands after it")
                if name.startswith(("services/", "deploy/")):
                    breaks.append(f"{where}common/ knows no service")
            elif path.startswith("services/"):
                part, _ = _part(path)
                if part == "domain" and system and name not in DOMAIN_SYSTEM and not name.endswith(".pb-c.h"):
                    breaks.append(f"{where}<{name}>: a decision sees no clock, no randomness, no I/O")
                allowed = {"domain": DOMAIN_COMMON, "store": STORE_COMMON, "edge": EDGE_COMMON}.get(part)
                if allowed is not None and used and used not in allowed:
                    breaks.append(f"{where}{part} may not use common/{used}")
                if part == "domain" and name.startswith("services/") and "/domain/" not in name:
                    breaks.append(f"{where}the domain knows nothing around it")
    return breaks


def foreign_headers(tree):
    """No service includes another service's headers: they share contracts and nothing else."""
    breaks = []
    for path in tree.c("services"):
        own = path.split("/")[1]
        for line, name, _ in _includes(tree, path):
            if name.startswith("services/") and name.split("/")[1] != own:
                breaks.append(f"{path}:{line}: {name} is of another service")
    return breaks


def sql_in_stores(tree):
    """SQL of a service stands in its store and its migrations, nowhere else."""
    paths = [path for path in tree.c("services") if _part(path)[0] != "store"]
    breaks = []
    from .tree import without_comments
    for path in paths:
        body = without_comments(tree.text(path))
        for match in _SQL.finditer(body):
            breaks.append(f"{path}:{body.count(chr(10), 0, match.start()) + 1}: SQL outside store")
    return breaks


def foreign_schemas(tree):
    """No service names another service's tables: the schemas share nothing but the vault."""
    breaks = []
    for path in tree.files:
        if not path.startswith("services/") or not path.endswith((".sql", ".c")):
            continue
        own = path.split("/")[1]
        others = "|".join(name for name in SERVICES if name != own)
        expression = rf"(?i)\b(?:FROM|JOIN|INTO|UPDATE|TABLE|REFERENCES|ON)\s+({others})\.\w+"
        breaks += tree.search([path], expression, lambda match: f"{match.group(0)} is another service's", raw=True)
    return breaks


def common_knows_no_business(tree):
    """common/ names no invoice, no credit note, no dunning: what is common is not about billing."""
    return tree.search(tree.c("common"), r"\b\w*(?i:invoice|dunning|receivable|creditnote|credit_note)\w*",
                       lambda match: match.group(0))


def small_mains(tree):
    """main.c puts a service together: at most 100 lines."""
    return [f"{path}: {len(tree.text(path).splitlines())} lines" for path in tree.files
            if path.startswith("services/") and path.endswith("/main.c") and len(tree.text(path).splitlines()) > 100]


RULES = {"include-table": include_table, "foreign-headers": foreign_headers, "sql-in-stores": sql_in_stores,
         "foreign-schemas": foreign_schemas, "common-knows-no-business": common_knows_no_business,
         "small-mains": small_mains}
