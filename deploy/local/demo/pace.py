# SPDX-License-Identifier: Apache-2.0
"""Waiting: never for a length of time, always for a fact, and with an end. What was waited for is said when it fails."""
import time

from demo.door import SERVICES


class Late(Exception):
    pass


def until(what, seconds, ask, pause=0.05):
    """The first answer of `ask` that is true; pauses grow a little, so that waiting costs the machine nothing."""
    deadline = time.monotonic() + seconds
    while True:
        answer = ask()
        if answer:
            return answer
        if time.monotonic() > deadline:
            raise Late(f"after {seconds} s still not: {what}")
        time.sleep(pause)
        pause = min(0.4, pause * 1.3)


class Feeds:
    """How far every service has heard the others (GET /v1/feeds)."""

    def __init__(self, door):
        self.door = door

    def read(self):
        return dict(zip(SERVICES, self.door.each(lambda service: self.door.get(service, "/v1/feeds"), SERVICES)))

    @staticmethod
    def positions(feeds):
        own = {(service, shard.get("shard", 0)): int(shard.get("position", 0)) for service in SERVICES for shard in feeds[service].get("own", [])}
        busy = [f"{service}: {name} {feeds[service][name]}" for service in SERVICES for name in ("handoversUnderWay", "waiting")
                if int(feeds[service].get(name, 0))]
        parked = {service: int(feeds[service].get("parked", 0)) for service in SERVICES if int(feeds[service].get("parked", 0))}
        for service in SERVICES:
            heard = {(row["topic"].split(".")[1], row.get("partition", 0)): int(row.get("position", 0)) for row in feeds[service].get("heard", [])}
            topics = {row["topic"].split(".")[1] for row in feeds[service].get("topics", [])}
            for (owner, shard), position in own.items():
                if owner in topics and heard.get((owner, shard), 0) < position:
                    busy.append(f"{service} has heard {owner}/{shard} up to {heard.get((owner, shard), 0)} of {position}")
        return own, busy, parked

    def quiet(self, seconds=60):
        """Until everything that was said has been heard by everybody, twice in a row: what a hearer says in turn is then
        heard as well."""
        last, seen = None, []

        def settled():
            nonlocal last
            own, busy, parked = self.positions(self.read())
            if parked:
                raise Late(f"messages were put aside: {parked}; look with billctl park list")
            seen[:] = busy
            same = not busy and own == last
            last = own
            return same
        try:
            until("all feeds heard", seconds, settled, pause=0.03)
        except Late as late:
            raise Late(f"{late} ({'; '.join(seen[:3]) or 'events keep coming'})") from None

    def complete(self, service, owner, instant, seconds=60):
        """Until `service` knows the feed of `owner` complete up to the instant (RFC 3339)."""
        def known():
            for topic in self.door.get(service, "/v1/feeds").get("topics", []):
                if topic["topic"] == f"billing.{owner}.events":
                    return topic.get("provisionalAfter", "") >= instant
            return False
        until(f"{service} knows {owner} complete up to {instant}", seconds, known)
