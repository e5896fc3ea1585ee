# SPDX-License-Identifier: Apache-2.0
"""Holds docker-compose.yml, the door's routes, Prometheus' targets and the page of settings against what the programs say
of themselves. Nothing is started but `explain-config` and `billctl help`.

usage: check.py REPOSITORY BIN"""
import os
import re
import subprocess
import sys

import yaml

SERVICES = ("invoicing", "payments", "reconciliation", "collections", "reporting")
FIRST_PORT = 8101


class Compose:
    def __init__(self, root, binaries):
        self.root, self.binaries = root, binaries
        self.file = yaml.safe_load(self.text("docker-compose.yml"))
        self.services = self.file["services"]
        self.settings = {service: self._settings(service) for service in SERVICES}

    def text(self, *path):
        with open(os.path.join(self.root, *path), encoding="utf-8") as file:
            return file.read()

    def _settings(self, service):
        """name -> (form, default) from the program's own table."""
        run = subprocess.run([os.path.join(self.binaries, f"duebook-{service}"), "explain-config"], capture_output=True, text=True, check=True)
        return {name: (form, default.strip("`")) for name, form, default in re.findall(r"^\| `(\w+)` \| ([^|]+?) \| ([^|]+?) \|", run.stdout, re.M)}

    def environment(self, name):
        return {key: str(value) for key, value in self.services[name].get("environment", {}).items()}


def default_of(value):
    """${NAME:-8100} -> 8100"""
    return re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", value)


def plain_name(name):
    return name[:-5] if name.endswith("_FILE") else name


def everybody_is_there(compose):
    wanted = {"postgres", "kafka", "init-database", "init-topics", "door", "billctl", *SERVICES, *(f"migrate-{service}" for service in SERVICES)}
    return [f"docker-compose.yml has no service {name}" for name in sorted(wanted - set(compose.services))]


def settings_exist(compose):
    breaks = []
    for service in SERVICES:
        for container in (service, f"migrate-{service}"):
            given = {plain_name(name) for name in compose.environment(container)}
            known = compose.settings[service]
            breaks += [f"{container}: {name} is no setting of duebook-{service}" for name in sorted(given - set(known))]
            breaks += [f"{container}: {name} is required and not given" for name, (_, default) in known.items()
                       if default == "required" and name not in given]
        if "BILLING_MIGRATION_DATABASE" not in {plain_name(name) for name in compose.environment(f"migrate-{service}")}:
            breaks.append(f"migrate-{service}: not the role that owns the tables")
    return breaks


def values_fit(compose):
    breaks = []
    for service in SERVICES:
        for name, value in compose.environment(service).items():
            form, _ = compose.settings[service].get(plain_name(name), ("text", ""))
            value = default_of(value)
            bounds = re.fullmatch(r"(-?\d+) to (-?\d+)", form)
            if bounds and not (value.lstrip("-").isdigit() and int(bounds[1]) <= int(value) <= int(bounds[2])):
                breaks.append(f"{service}: {name}={value}, but it is {form}")
            if form == "0 or 1" and value not in ("0", "1"):
                breaks.append(f"{service}: {name}={value}, but it is {form}")
    return breaks


def secrets_are_files(compose):
    breaks, declared = [], set(compose.file["secrets"])
    makes = compose.text("deploy", "images", "make-secrets")
    for name, service in compose.services.items():
        given = set(service.get("secrets", []))
        breaks += [f"{name}: secret {secret} is not declared" for secret in sorted(given - declared)]
        for setting, value in compose.environment(name).items():
            if setting.startswith("BILLING_"):
                form = next((forms[plain_name(setting)][0] for forms in compose.settings.values() if plain_name(setting) in forms), "")
                if form == "secret" and not setting.endswith("_FILE"):
                    breaks.append(f"{name}: {setting} is a secret in the environment; give a file")
            if setting.endswith("_FILE"):
                secret = re.fullmatch(r"/run/secrets/([\w-]+)", value)
                if not secret or secret[1] not in given:
                    breaks.append(f"{name}: {setting} names {value}, which is none of its secrets")
    for secret, where in compose.file["secrets"].items():
        if not where["file"].endswith("/" + secret):
            breaks.append(f"secret {secret} comes from {where['file']}")
        made = re.search(rf"make {re.escape(secret)} ", makes) or secret.startswith("database-") and 'make "database-$role"' in makes
        if not made:
            breaks.append(f"make-secrets does not make {secret}")
    for service in SERVICES:
        others = {secret for secret in compose.services[service]["secrets"] if secret.startswith("database-")} - {f"database-{service}"}
        breaks += [f"{service} can read {secret}" for secret in sorted(others)]
    return breaks


def ports_agree(compose):
    breaks = []
    door = compose.text("deploy", "images", "door", "nginx.conf")
    targets = yaml.safe_load(compose.text("deploy", "monitoring", "prometheus.yml"))["scrape_configs"][0]["static_configs"]
    scraped = {target["labels"]["service"]: target["targets"] for target in targets}
    for place, service in enumerate(SERVICES):
        port = FIRST_PORT + place
        if not compose.environment(service)["BILLING_HTTP_LISTEN"].endswith(f":{port}"):
            breaks.append(f"{service} does not listen on {port}")
        if [str(one) for one in compose.services[service].get("expose", [])] != [str(port)]:
            breaks.append(f"{service} does not expose {port}")
        if f"/127.0.0.1/{port} " not in " ".join(compose.services[service]["healthcheck"]["test"]):
            breaks.append(f"the health check of {service} does not ask {port}")
        if not re.search(rf"\b{service} {port};", door):
            breaks.append(f"the door does not lead to {service}:{port}")
        if compose.environment("billctl").get(f"BILLING_URL_{service.upper()}") != f"http://{service}:{port}":
            breaks.append(f"billctl does not ask {service}:{port}")
        if scraped.get(service) != [f"{service}:{port}"]:
            breaks.append(f"Prometheus does not ask {service}:{port}")
        table = compose.text("services", service, "main.c")
        if not re.search(rf"\.default_port = {port}\b", table):
            breaks.append(f"the port of {service} is another in its main.c")
    for name, service in compose.services.items():
        for published in service.get("ports", []):
            if not default_of(str(published)).startswith("127.0.0.1:"):
                breaks.append(f"{name} publishes {published} to everybody")
    if [default_of(str(port)) for port in compose.services["door"]["ports"]] != ["127.0.0.1:8100:8100"] or "listen 8100;" not in door:
        breaks.append("the door is not on 8100")
    return breaks


def steps_come_first(compose):
    breaks = []
    for service in SERVICES:
        before = compose.services[service].get("depends_on", {})
        for step in (f"migrate-{service}", "init-topics"):
            if before.get(step, {}).get("condition") != "service_completed_successfully":
                breaks.append(f"{service} does not wait for {step}")
        step = compose.services[f"migrate-{service}"]
        if step["command"][-2:] != [f"duebook-{service}", "migrate"] or step.get("restart") != "no":
            breaks.append(f"migrate-{service} is not a step that runs once")
        if compose.services[service]["command"][-2:] != [f"duebook-{service}", "run"]:
            breaks.append(f"{service} does not run duebook-{service}")
    return breaks


def images_are_variables(compose):
    pom = compose.text("deploy", "local", "kafka", "pom.xml")
    version = re.search(r"<artifactId>kafka_[\d.]+</artifactId>\s*<version>([\d.]+)<", pom) or re.search(r"<kafka.version>([\d.]+)<", pom)
    breaks = [f"{name}: the image {service['image']} is no variable" for name, service in compose.services.items()
              if not re.fullmatch(r"\$\{\w+:-[^}]+\}", service["image"])]
    if default_of(compose.services["kafka"]["image"]) != f"docker.io/apache/kafka:{version[1] if version else '?'}":
        breaks.append("the image of Kafka and deploy/local/kafka/pom.xml name different versions")
    if default_of(compose.services["postgres"]["image"]) != "docker.io/library/postgres:15":
        breaks.append("the image of PostgreSQL is not version 15")
    return breaks


def billctl_knows(compose):
    run = subprocess.run([os.path.join(compose.binaries, "billctl"), "help"], capture_output=True, text=True, check=False)
    known = set(re.findall(r"BILLING_\w+", run.stdout + run.stderr))
    upper = [service.upper() for service in SERVICES]
    known |= {name + service for name in list(known) if name.endswith("_") for service in upper}
    given = {plain_name(name) for name in compose.environment("billctl")}
    allowed = known | {name for forms in compose.settings.values() for name in forms}
    return [f"billctl: {name} is none of its settings" for name in sorted(given - allowed)]


def roles_agree(compose):
    script = compose.text("deploy", "images", "init-database")
    roles = re.search(r"^roles=\(([^)]*)\)", script, re.M)[1].split()
    wanted = ["migrator", "reader", *SERVICES]
    given = set(compose.services["init-database"]["secrets"])
    return ([] if roles == wanted else [f"init-database makes the roles {roles}"]) + \
        [f"init-database is not given database-{role}" for role in wanted if f"database-{role}" not in given]


def alerts_ask_what_exists(compose):
    names = set()
    for house in ("common", "services"):
        for folder, _, files in os.walk(os.path.join(compose.root, house)):
            for name in files:
                if name.endswith(".c"):
                    names |= set(re.findall(r'"((?:billing|duebook|messaging|http)_\w+)"', compose.text(os.path.relpath(os.path.join(folder, name), compose.root))))
    rules = yaml.safe_load(compose.text("deploy", "monitoring", "rules.yml"))["groups"][0]["rules"]
    breaks = []
    for rule in rules:
        asked = set(re.findall(r"\b(?:billing|duebook|messaging|http)_\w+", rule["expr"]))
        breaks += [f"alert {rule['alert']}: nobody counts {name}" for name in sorted(asked - names)]
        if rule["labels"]["severity"] not in ("page", "ticket") or not {"summary", "action"} <= set(rule["annotations"]):
            breaks.append(f"alert {rule['alert']}: how urgent is it, and what is to be done?")
    return breaks


def page_is_fresh(compose):
    page = subprocess.run([sys.executable, os.path.join(compose.root, "tests", "compose", "settings-page"), compose.binaries],
                          capture_output=True, text=True, check=True).stdout
    return [] if page == compose.text("docs", "settings.md") else ["docs/settings.md is stale: tests/compose/run --accept"]


CHECKS = (everybody_is_there, settings_exist, values_fit, secrets_are_files, ports_agree, steps_come_first, images_are_variables,
          billctl_knows, roles_agree, alerts_ask_what_exists, page_is_fresh)


def main():
    compose = Compose(*sys.argv[1:3])
    failed = 0
    for check in CHECKS:
        breaks = check(compose)
        failed += bool(breaks)
        for line in breaks:
            print(f"FAILED {check.__name__.replace('_', ' ')}: {line}")
    print(f"{len(CHECKS) - failed} {failed}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
