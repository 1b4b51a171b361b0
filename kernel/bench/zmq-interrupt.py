"""Interrupts a kernel in each hang read from stdin and prints one JSON line: name -> latencies in ms.

usage: zmq-interrupt.py KERNEL ROUNDS < hangs.json

A hang is {"name", "before", "code"}. The latency runs from the interrupt to the cell's reply. Between
two hangs the kernel must still hold a variable set at the start.
"""

import json
import sys
import time

from jupyter_client.manager import KernelManager


def reply_to(client, wanted, timeout=60):
    while True:
        reply = client.get_shell_msg(timeout=timeout)
        if reply["parent_header"].get("msg_id") == wanted:
            return reply["content"]


def run(client, code):
    content = reply_to(client, client.execute(code))
    assert content["status"] == "ok", content


def wait_running(client, wanted, sign):
    while True:
        message = client.get_iopub_msg(timeout=60)
        if message["parent_header"].get("msg_id") == wanted and message["msg_type"] == sign:
            return


def main():
    kernel, rounds = sys.argv[1], int(sys.argv[2])
    typescript = kernel == "daybook"
    manager = KernelManager(kernel_name=kernel)
    manager.start_kernel()
    client = manager.blocking_client()
    client.start_channels()
    client.wait_for_ready(timeout=60)
    run(client, "kept = 42" if not typescript else "var kept = 42")
    announce = 'console.log("running"); ' if typescript else 'print("running", flush=True)\n'
    still = "if (kept !== 42) throw 1" if typescript else "assert kept == 42"
    figures = {}
    for hang in json.load(sys.stdin):
        if hang.get("before"):
            run(client, hang["before"])
        sql = hang["code"].startswith("%%")
        figures[hang["name"]] = []
        for _ in range(rounds):
            wanted = client.execute(hang["code"] if sql else announce + hang["code"])
            wait_running(client, wanted, "execute_input" if sql else "stream")
            time.sleep(0.05)
            began = time.perf_counter()
            manager.interrupt_kernel()
            reply_to(client, wanted)
            figures[hang["name"]].append((time.perf_counter() - began) * 1000)
            run(client, still)
    client.stop_channels()
    manager.shutdown_kernel(now=True)
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
