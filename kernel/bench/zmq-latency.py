"""Starts a kernel by kernelspec name and prints one JSON line of latencies, in milliseconds.

usage: zmq-latency.py KERNEL [--starts N] [--evals N] [--code TEXT]

spawn_to_info_ms: from starting the process to its first kernel_info_reply, one per start.
eval_ms: from sending an execute_request to its reply, one per evaluation after a warm-up.
"""

import argparse
import json
import time

from jupyter_client.manager import KernelManager


def wait_info(client, deadline):
    """Asks for kernel_info until an answer comes; the first asking may go to a socket not yet bound."""
    while time.perf_counter() < deadline:
        client.kernel_info()
        try:
            client.get_shell_msg(timeout=0.5)
            return
        except Exception:
            continue
    raise TimeoutError("no kernel_info_reply")


def start(name):
    manager = KernelManager(kernel_name=name)
    began = time.perf_counter()
    manager.start_kernel()
    client = manager.blocking_client()
    client.start_channels()
    wait_info(client, began + 30)
    return manager, client, (time.perf_counter() - began) * 1000


def evaluate(client, code):
    began = time.perf_counter()
    wanted = client.execute(code)
    while True:
        reply = client.get_shell_msg(timeout=30)
        if reply["parent_header"].get("msg_id") == wanted:
            assert reply["content"]["status"] == "ok", reply["content"]
            return (time.perf_counter() - began) * 1000


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("kernel")
    parser.add_argument("--starts", type=int, default=5)
    parser.add_argument("--evals", type=int, default=200)
    parser.add_argument("--code", default="1+1")
    wanted = parser.parse_args()
    starts, evals = [], []
    for turn in range(wanted.starts):
        manager, client, took = start(wanted.kernel)
        starts.append(took)
        if turn == wanted.starts - 1:
            for _ in range(20):
                evaluate(client, wanted.code)
            evals = [evaluate(client, wanted.code) for _ in range(wanted.evals)]
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    print(json.dumps({"kernel": wanted.kernel, "spawn_to_info_ms": starts, "eval_ms": evals}))


if __name__ == "__main__":
    main()
