"""Runs whose processes others start: by hand, late, at a wrong port, and by torchrun on two hosts whose wire is cut."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest
import torch
from gang import TRAIN, end, kill, left_running, reached, run_of, train, wait_for, weights
from hosts import NAMES, PORT, two_hosts
from processes import free_port

pytestmark = pytest.mark.slow
STEPS = 200


def words(timeout, steps=STEPS):
    return [
        *TRAIN,
        "--run.steps",
        steps,
        "--run.save-every",
        20,
        "--run.timeout",
        timeout,
        "--run.memory-format",
        "contiguous",
    ]


def python(command, folder, **env):
    """A command, started in a folder; what it says is kept."""
    env = os.environ | {"OMP_NUM_THREADS": "1", "SPARRING_LANGUAGE": "en"} | {k: str(v) for k, v in env.items()}
    kept = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    return subprocess.Popen(list(map(str, command)), cwd=folder, env=env, **kept)


def place(rank, port, address="127.0.0.1"):
    """What starts processes says to one of two."""
    return {"RANK": rank, "WORLD_SIZE": 2, "LOCAL_RANK": 0, "MASTER_ADDR": address, "MASTER_PORT": port}


def by_hand(rank, port, folder, timeout, steps=20):
    return python([sys.executable, "-m", "sparring", *words(timeout, steps)], folder, **place(rank, port))


def assert_nothing_left(folder):
    wait_for(lambda: not left_running(folder), 10)


def test_a_process_that_comes_late_but_in_time_is_waited_for(tmp_path):
    port = free_port(tmp_path / "port")
    first = by_hand(0, port, tmp_path, 60)
    time.sleep(15)
    late = by_hand(1, port, tmp_path, 60)
    assert [end(first)[1], end(late)[1]] == [0, 0]
    assert reached(tmp_path) == 20


def test_a_process_that_comes_too_late_ends_both_with_2(tmp_path):
    port, began = free_port(tmp_path / "port"), time.monotonic()
    said, code = end(by_hand(0, port, tmp_path, 4))
    waited = time.monotonic() - began
    assert code == 2
    assert said.endswith("process 1 of 2 has not come within 4 seconds; process 0 gives up\n")
    began = time.monotonic()
    said, code = end(by_hand(1, port, tmp_path, 4))
    print(
        f"timeout 4 s; the first gave up after {waited:.1f} s, the late one after {time.monotonic() - began:.1f} s, start included"
    )
    assert code == 2
    assert f"process 1 finds no process 0 at 127.0.0.1:{port}: is MASTER_PORT the same everywhere" in said
    assert "Traceback" not in said
    assert_nothing_left(tmp_path)


def test_a_wrong_port_ends_both_with_2(tmp_path):
    port, began = free_port(tmp_path / "port"), time.monotonic()
    wrong = free_port(tmp_path / "wrong")
    both = [by_hand(rank, at, tmp_path, 4) for rank, at in enumerate((port, wrong))]
    (first, one), (second, other) = map(end, both)
    print(f"wrong MASTER_PORT, timeout 4 s: both had ended after {time.monotonic() - began:.1f} s, start included")
    assert (one, other) == (2, 2)
    assert first.endswith("process 1 of 2 has not come within 4 seconds; process 0 gives up\n")
    assert f"process 1 finds no process 0 at 127.0.0.1:{wrong}" in second
    assert "Traceback" not in first + second
    assert_nothing_left(tmp_path)


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    """The run of two processes of one machine."""
    folder = tmp_path_factory.mktemp("undisturbed")
    assert end(train(folder, 2, STEPS, "--run.memory-format", "contiguous"))[1] == 0
    return folder


@pytest.fixture
def hosts():
    with two_hosts(pytest.skip) as found:
        yield found


def assert_same_weights(a, b):
    (step, mine), (other, theirs) = weights(a), weights(b)
    assert step == other
    assert mine.keys() == theirs.keys()
    assert [k for k in mine if not torch.equal(mine[k], theirs[k])] == []


def seconds(folder):
    """Of training, as the run has it."""
    read = map(json.loads, (run_of(folder) / "events.jsonl").read_text().splitlines())
    return next(event["seconds"] for event in read if event["kind"] == "done")


def by_torchrun(hosts, folder, rendezvous, timeout):
    """The same command line on each host."""
    how = ["--nnodes", 2, "--nproc-per-node", 1, "--max-restarts", 0]
    started = []
    for i in range(2):
        if rendezvous == "static":
            where = ["--node-rank", i, "--master-addr", hosts.addresses[0], "--master-port", PORT]
        else:
            where = ["--rdzv-backend", "c10d", "--rdzv-id", "run", "--rdzv-endpoint", f"{hosts.addresses[0]}:{PORT}"]
            where += ["--local-addr", hosts.addresses[i]]
        torchrun = [sys.executable, "-m", "torch.distributed.run", *how, *where, "-m", "sparring", *words(timeout)]
        started.append(python(hosts.on(i, *torchrun), folder))
    return started


def as_slurm(hosts, folder, timeout):
    """One process on each host, without an agent between."""
    command = [sys.executable, "-m", "sparring", *words(timeout)]
    return [
        python(hosts.on(i, *command), folder, **place(i, PORT, hosts.addresses[0])) for i in range(2)
    ]  # fmt: skip


@pytest.mark.parametrize("rendezvous", ["static", "c10d"])
def test_two_hosts_of_torchrun_come_to_what_one_comes_to(rendezvous, hosts, tmp_path, undisturbed):
    ends = [end(p) for p in by_torchrun(hosts, tmp_path, rendezvous, 30)]
    assert [code for _, code in ends] == [0, 0], ends
    assert_same_weights(tmp_path, undisturbed)
    assert_nothing_left(tmp_path)


@pytest.mark.parametrize("starter", ["slurm", "torchrun"])
def test_a_link_that_stays_down_ends_both_in_time_and_each_names_the_other(starter, hosts, tmp_path):
    started = as_slurm(hosts, tmp_path, 8) if starter == "slurm" else by_torchrun(hosts, tmp_path, "static", 8)
    wait_for(lambda: reached(tmp_path) >= 40)
    hosts.link("down")
    began = time.monotonic()
    ends = [end(p, 60) for p in started]
    took = time.monotonic() - began
    print(f"{starter}: link down, timeout 8 s: both had ended after {took:.1f} s")
    assert took < 8 + 15
    for i, (said, code) in enumerate(ends):
        assert code == (75 if starter == "slurm" else 1), said
        lines = [
            line
            for line in said.splitlines()
            if f"process {1 - i} on {NAMES[1 - i]} " in line and "nothing was heard" in line
        ]
        assert len(lines) == 1, said
        if starter == "slurm":
            assert "Traceback" not in said
    assert_nothing_left(tmp_path)
    assert 40 <= weights(tmp_path)[0] < STEPS


def test_a_link_that_comes_back_in_time_changes_nothing(hosts, tmp_path, undisturbed):
    started = as_slurm(hosts, tmp_path, 40)
    wait_for(lambda: reached(tmp_path) >= 40)
    hosts.link("down")
    time.sleep(8)
    at = reached(tmp_path)
    assert at < STEPS
    hosts.link("up")
    ends = [end(p, 120) for p in started]
    assert [code for _, code in ends] == [0, 0], ends
    print(
        f"link down for 8 s at step {at}: {seconds(tmp_path):.1f} s of training, undisturbed {seconds(undisturbed):.1f} s"
    )
    assert_same_weights(tmp_path, undisturbed)


def test_a_slow_wire_changes_only_the_time(hosts, tmp_path, undisturbed):
    by = hosts.slow()
    ends = [end(p, 240) for p in as_slurm(hosts, tmp_path, 60)]
    assert [code for _, code in ends] == [0, 0], ends
    mine, other = seconds(tmp_path), seconds(undisturbed)
    ms, ms_without = (1000 * each / STEPS for each in (mine, other))
    print(
        f"20 ms and 1 % loss each way ({by}): {ms:.0f} ms per step, without {ms_without:.0f}: {mine / other:.1f} times"
    )
    assert mine > other
    assert_same_weights(tmp_path, undisturbed)


def test_a_host_whose_process_is_killed_ends_the_other(hosts, tmp_path):
    started = as_slurm(hosts, tmp_path, 8)
    wait_for(lambda: reached(tmp_path) >= 40)
    kill(started[1].pid)
    began = time.monotonic()
    said, code = end(started[0], 60)
    print(f"kill -9 on the other host, timeout 8 s: ended after {time.monotonic() - began:.1f} s")
    assert code == 75
    assert "process 1 on south is gone: nothing was heard of it for " in said
    assert started[1].wait() == -signal.SIGKILL
