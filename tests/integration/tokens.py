# SPDX-License-Identifier: Apache-2.0
"""The life of a token, in the five services that know of it only by events."""
import os
import pathlib
import time
import uuid

import door
import house
import world


def refused_everywhere(secret, deadline_s):
    begun = time.monotonic()
    for service in house.SERVICES:
        while door.get(service, "/v1/feeds", token=secret).status != 401:
            if time.monotonic() - begun > deadline_s:
                raise AssertionError(f"{service} takes the token after {deadline_s} s")
            time.sleep(0.01)
    return time.monotonic() - begun


def life(_):
    answer = door.call("invoicing", "POST", "/v1/tokens", {"principalId": str(uuid.uuid4()), "label": "life", "grants": [{"role": "ROLE_VIEWER"}]}, key=(key := str(uuid.uuid4())))
    issued = door.made(answer)
    secret, identity = issued["token"], issued["tokenId"]
    begun = time.monotonic()
    for service in house.SERVICES:
        world.known(secret, service)
    known = time.monotonic() - begun
    again = door.made(door.call("invoicing", "POST", "/v1/tokens", {"principalId": issued["principalId"], "label": "life", "grants": [{"role": "ROLE_VIEWER"}]}, key=key))
    door.equal("the secret in a replayed answer", (identity, None), (again["tokenId"], again["token"]))
    shown = door.made(door.get("invoicing", f"/v1/tokens/{identity}"))
    if "token" in shown or "secretHash" in shown:
        raise AssertionError(f"a token is shown again: {shown}")
    for service in house.SERVICES:
        door.problem(door.get(service, "/v1/parked", token=secret), 403, "forbidden")
        door.good(door.get(service, "/v1/clock", token=secret), 200)
    door.good(door.call("invoicing", "DELETE", f"/v1/tokens/{identity}", {"reason": "lost"}))
    gone = refused_everywhere(secret, 2)
    door.problem(door.call("invoicing", "DELETE", f"/v1/tokens/{identity}", {"reason": "lost"}), (404, 409))
    return f"known to all after {known:.2f} s, revoked everywhere after {gone:.2f} s"


def expiry(_):
    secret, _ = world.token("VIEWER", expiresAtUs=str(int((time.time() + 3) * 1e6)))
    for service in house.SERVICES:
        world.known(secret, service)
    time.sleep(3)
    return f"refused {refused_everywhere(secret, 2):.2f} s after its end"


def secrets_stay_secret(house_world):
    """The secret of a token, the bootstrap token and what people are called stand in no log and in no table."""
    words = [secret.rsplit("_", 1)[1] for secret in house_world.secrets.values()] + [house.token(), "Buyer of Alpha"]
    for path in pathlib.Path(os.environ["DUEBOOK_TEST_DIR"], "log").glob("*.log"):
        text = path.read_text(errors="replace")
        for word in words:
            if word in text:
                raise AssertionError(f"{path.name} tells {word[:8]}…")
    for service in house.SERVICES:
        for word in words[:1] + words[-2:]:
            hidden = word.encode().hex()
            rows = house.sql(f"SELECT count(*) FROM {service}.event WHERE position('\\x{hidden}'::bytea IN payload) > 0")
            door.equal(f"events of {service} that hold {word[:8]}…", "0", rows[0][0])
    return f"{len(words)} words"


def cases(house_world):
    yield "tokens: issued, used, revoked: refused by all within 2 s", lambda: life(house_world)
    yield "tokens: expiry", lambda: expiry(house_world)
    yield "tokens: secrets and names stand in no log and no event", lambda: secrets_stay_secret(house_world)
