"""Two hosts on one Linux machine: two network namespaces joined by a wire, each with a name of its own.

Run as a script it is a slow wire between them.
"""

import ctypes
import fcntl
import heapq
import os
import random
import select
import shutil
import signal
import struct
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
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
        self.wire = None
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
        self._addresses()

    def _addresses(self):
        for space, wire, address in zip(self.spaces, self.wires, self.addresses, strict=True):
            ip("-n", space, "addr", "add", f"{address}/24", "dev", wire)
            ip("-n", space, "link", "set", "lo", "up")
            ip("-n", space, "link", "set", wire, "up")

    def end(self):
        if self.wire:
            self.wire.kill()
            self.wire.communicate()
        for space in self.spaces:
            left = subprocess.run(["ip", "netns", "pids", space], check=False, capture_output=True).stdout
            for pid in map(int, left.split()):
                os.kill(pid, signal.SIGKILL)  # of a test that failed
            ip("netns", "del", space, check=False)
            shutil.rmtree(Path("/etc/netns") / space, ignore_errors=True)

    def link(self, state):
        """``down`` or ``up``."""
        ip("-n", self.spaces[1], "link", "set", self.wires[1], state)

    def slow(self):
        """Put 20 ms and 1 % loss on the wire, each way: by netem, or by a wire of our own where the kernel has none; says which."""
        done = []
        for space, wire in zip(self.spaces, self.wires, strict=True):
            netem = ["tc", "-n", space, "qdisc", "add", "dev", wire, "root", "netem", "delay", "20ms", "loss", "1%"]
            done.append(subprocess.run(netem, check=False, capture_output=True).returncode == 0)
        if all(done):
            return "netem"
        ip("-n", self.spaces[0], "link", "del", self.wires[0])
        words = [sys.executable, __file__, *self.spaces, *self.wires, "0.02", "0.01"]
        self.wire = subprocess.Popen(words, stdout=subprocess.PIPE)
        assert self.wire.stdout.readline() == b"ready\n"
        self._addresses()
        return "tun"

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


def end_of_wire(space, name):
    """A device of a namespace whose packets this process reads and writes."""
    namespace = os.open(f"/var/run/netns/{space}", os.O_RDONLY)
    assert ctypes.CDLL(None, use_errno=True).setns(namespace, 0) == 0, os.strerror(ctypes.get_errno())
    device = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(device, 0x400454CA, struct.pack("16sH22x", name.encode(), 0x1001))  # TUNSETIFF: IFF_TUN, IFF_NO_PI
    return device


def carry(ends, delay, loss, chance):
    """Packets from each end to the other, late, but for those that are lost."""
    late = []
    for n in range(1 << 62):
        wait = max(0.0, late[0][0] - time.monotonic()) if late else None
        for device in select.select(ends, [], [], wait)[0]:
            packet = os.read(device, 1 << 16)
            if chance.random() >= loss:
                heapq.heappush(late, (time.monotonic() + delay, n, ends[ends[0] == device], packet))
        while late and late[0][0] <= time.monotonic():
            _, _, device, packet = heapq.heappop(late)
            with suppress(OSError):  # one that is not up yet loses it
                os.write(device, packet)


if __name__ == "__main__":
    one, other, *names = sys.argv[1:5]
    both = [end_of_wire(space, name) for space, name in zip((one, other), names, strict=True)]
    print("ready", flush=True)
    carry(both, float(sys.argv[5]), float(sys.argv[6]), random.Random(0))
