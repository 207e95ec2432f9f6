"""Two hosts on one Linux machine: two network namespaces joined by a wire, each with a name of its own."""

import os
import shutil
import subprocess
from contextlib import contextmanager
from pathlib import Path

PORT = 29500
NAMES = ("north", "south")


class Hosts:
    """Two hosts, and the wire between them.

    Args:
        mark: A few letters that tell them from those of others.
    """

    def __init__(self, mark):
        self.spaces = tuple(f"{mark}{i}" for i in range(2))
        self.wires = tuple(f"{mark}w{i}" for i in range(2))
        self.addresses = ("10.97.0.1", "10.97.0.2")

    def begin(self):
        known = "".join(f"{address} {name}\n" for address, name in zip(self.addresses, NAMES, strict=True))
        for space in self.spaces:
            ip("netns", "add", space)
            (Path("/etc/netns") / space).mkdir(parents=True)
            (Path("/etc/netns") / space / "hosts").write_text(
                f"127.0.0.1 localhost\n{known}"
            )  # `ip netns exec` puts it in place
        ip(
            "link",
            "add",
            self.wires[0],
            "netns",
            self.spaces[0],
            "type",
            "veth",
            "peer",
            self.wires[1],
            "netns",
            self.spaces[1],
        )
        for space, wire, address in zip(self.spaces, self.wires, self.addresses, strict=True):
            ip("-n", space, "addr", "add", f"{address}/24", "dev", wire)
            ip("-n", space, "link", "set", "lo", "up")
            ip("-n", space, "link", "set", wire, "up")

    def end(self):
        for space in self.spaces:
            ip("netns", "del", space, check=False)
            shutil.rmtree(Path("/etc/netns") / space, ignore_errors=True)

    def link(self, state):
        """``down`` or ``up``."""
        ip("-n", self.spaces[1], "link", "set", self.wires[1], state)

    def slow(self):
        """20 ms and 1 % loss, each way."""
        for space, wire in zip(self.spaces, self.wires, strict=True):
            subprocess.run(
                ["tc", "-n", space, "qdisc", "add", "dev", wire, "root", "netem", "delay", "20ms", "loss", "1%"],
                check=True,
            )

    def on(self, i, *words):
        """A command on a host."""
        named = ["unshare", "-u", "sh", "-c", f'hostname {NAMES[i]}; exec "$@"', "sh"]
        wire = ["env", f"GLOO_SOCKET_IFNAME={self.wires[i]}"]
        return ["ip", "netns", "exec", self.spaces[i], *named, *wire, *map(str, words)]


def ip(*words, check=True):
    subprocess.run(["ip", *words], check=check, capture_output=True)


@contextmanager
def two_hosts(skip):
    """Two hosts.

    Args:
        skip: Is told why there are none.
    """
    missing = [name for name in ("ip", "tc", "unshare") if not shutil.which(name)]
    if missing:
        skip(f"two hosts on one machine take {', '.join(missing)}")
    hosts = Hosts(f"sp{os.getpid() % 100000}")
    try:
        try:
            hosts.begin()
            subprocess.run(hosts.on(0, "true"), check=True, capture_output=True)
        except subprocess.CalledProcessError as e:
            skip(f"network namespaces are not allowed here: {e.stderr.decode().strip()}")
        yield hosts
    finally:
        hosts.end()
