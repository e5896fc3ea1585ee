# SPDX-License-Identifier: Apache-2.0
"""Takes the connection text in BILLING_DATABASE apart: prints, a line each, where it leads, as whom, to which database, and
the password (which goes into an environment, never into arguments that everybody can read).

Both forms of libpq are read, the URI and the keyword text, because people have either in their environment."""
import os
import re
import sys
import urllib.parse


def quoted(value: str) -> str:
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"


def from_uri(text: str) -> dict:
    parts = urllib.parse.urlsplit(text)
    words = {}
    hosts, ports = [], []
    login, _, places = parts.netloc.rpartition("@")
    for place in filter(None, places.split(",")):
        host, colon, port = place.rpartition(":") if not place.endswith("]") else (place, "", "")
        if not colon:
            host, port = place, ""
        hosts.append(urllib.parse.unquote(host.strip("[]")))
        ports.append(port)
    if hosts:
        words["host"] = ",".join(hosts)
    if any(ports):
        words["port"] = ",".join(port or "5432" for port in ports)
    user, _, password = login.partition(":")
    for key, value in (("user", user), ("password", password), ("dbname", parts.path.lstrip("/"))):
        if value:
            words[key] = urllib.parse.unquote(value)
    words.update(urllib.parse.parse_qsl(parts.query))
    return words


def from_keywords(text: str) -> dict:
    words = {}
    rest = text.strip()
    pattern = re.compile(r"(\w+)\s*=\s*(?:'((?:[^'\\]|\\.)*)'|((?:[^\s\\]|\\.)*))\s*")
    while rest:
        match = pattern.match(rest)
        if not match:
            sys.exit("a connection text is keyword=value … or postgresql://…")
        value = match.group(2) if match.group(2) is not None else match.group(3)
        words[match.group(1)] = re.sub(r"\\(.)", r"\1", value)
        rest = rest[match.end():]
    return words


def main() -> None:
    text = os.environ["BILLING_DATABASE"]
    words = from_uri(text) if re.match(r"postgres(ql)?://", text) else from_keywords(text)
    user = words.pop("user", "")
    password = words.pop("password", "")
    database = words.pop("dbname", "duebook")
    if not re.fullmatch(r"[a-z_][a-z0-9_]*", database):
        sys.exit("the name of the database must be a plain lower-case identifier")
    print(" ".join(f"{key}={quoted(value)}" for key, value in words.items()))
    print(f"user={quoted(user)}" if user else "")
    print(database)
    print(password)


main()
