"""What mitmproxy does for a run: opens each TLS connection of the machine, lets those be that are to
be let be, and tells on stdout, one JSON object a line, what came of each:

    {"treatment": "opened", "name": "api.example", "address": "203.0.113.10", "port": 443, "why": ""}

opened: the machine accepted our certificate. refused: it did not; from then on that server is let be.
passed: let be. The first line is {"ready": true}, or false where it cannot listen. Bytes inside are passed on as they are (tcp_hosts), nothing is kept of them.
Written for mitmproxy 8.1 (event hooks: docs.mitmproxy.org, "Event Hooks & API").
"""
import asyncio
import collections
import json
import re
import sys
import typing

from mitmproxy import ctx

SILENT_ENDS = 2  # one connection that ends without a word may be anybody's fault


def tell(line):
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


def say(treatment, place, why=""):
    tell({"treatment": treatment, "name": place.name, "address": place.address,
          "port": place.port, "why": why})


Place = collections.namedtuple("Place", "name address port")


def place_of(context):
    address = context.server.address or ("", 0)
    return Place(context.client.sni or "", address[0], address[1])


def alert_in(error):
    """OpenSSL's own words for what the machine sent, as "alert unknown ca"."""
    found = re.search(r"alert [a-z ]+", error or "")
    return found.group(0).strip() if found else ""


class Interceptor:
    def __init__(self):
        self.let_be = set()
        self.silent = collections.Counter()
        self.mute = {}  # connections on which the machine has said nothing yet

    def load(self, loader):
        loader.add_option("let_be", typing.Sequence[str], [], "Servers that are let be")

    def running(self):  # after the proxy server's own
        # tlsconfig comes after this and reads the authority once more: what takes the file away
        # once it hears `ready` must not hear it before.
        asyncio.get_running_loop().call_soon(self.ready)

    def ready(self):
        tell({"ready": bool(ctx.master.addons.get("proxyserver").running_servers)})

    def passes(self, place):
        listed = {place.name, place.address, f"{place.name}:{place.port}",
                  f"{place.address}:{place.port}"}
        return place in self.let_be or not listed.isdisjoint(ctx.options.let_be)

    def refused(self, place, why):
        self.let_be.add(place)
        say("refused", place, why)

    def ended_silently(self, place, why):
        self.silent[place] += 1
        if self.silent[place] == SILENT_ENDS:
            self.refused(place, why)

    def tls_clienthello(self, data):
        place = Place(data.client_hello.sni or "", *(data.context.server.address or ("", 0))[:2])
        if self.passes(place):
            data.ignore_connection = True
            say("passed", place)

    def tls_established_client(self, data):
        place = place_of(data.context)
        self.mute[data.context.client.id] = place
        say("opened", place)

    def tls_failed_client(self, data):
        place = place_of(data.context)
        alert = alert_in(data.conn.error)
        if alert:
            self.refused(place, alert)
        else:
            self.ended_silently(place, "it hung up on our certificate twice")

    def tls_failed_server(self, data):
        place = place_of(data.context)
        self.let_be.add(place)
        say("passed", place, "the server: " + (data.conn.error or "no TLS"))

    def tcp_message(self, flow):
        if flow.messages and flow.messages[-1].from_client:
            place = self.mute.pop(flow.client_conn.id, None)
            if place is not None:
                self.silent[place] = 0
        del flow.messages[:-1]

    def client_disconnected(self, client):
        place = self.mute.pop(client.id, None)
        if place is not None:
            self.ended_silently(place, "it took our certificate and hung up without a word, twice")


addons = [Interceptor()]
