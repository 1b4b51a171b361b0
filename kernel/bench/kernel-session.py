"""Drives one installed kernel through a session and prints one JSON line of figures.

usage: kernel-session.py KERNEL LANGUAGE [--starts N] [--evals N] [--cells N] [--only spawn,eval,...]

LANGUAGE (daybook, python, javascript) chooses the words for the same things:
spawn_ms   starting the process to its first kernel_info_reply, one per start
bound_ms   the same with a client that tries to connect every 10 ms. ZeroMQ's own pause of 100 to
           200 ms after each failed try hides what a kernel takes
eval_ms    execute_request of 1+1 to its reply
lines_ms   a cell that prints 100,000 lines, until its idle; every line is checked to have come
buffer_ms  10 MB sent on a comm and back; only kernels with comms for cells
memory_mb  resident memory of the kernel's processes after the cells, divided among sharers (PSS)
"""

import argparse
import json
import os
import time
from queue import Empty

import zmq
from jupyter_client.manager import KernelManager

LINES = 100_000
BUFFER = 10_000_000
PRINT = {
    "daybook": f"for (let i = 0; i < {LINES}; i++) console.log('line ' + i)",
    "javascript": f"for (let i = 0; i < {LINES}; i++) console.log('line ' + i)",
    "python": f"for i in range({LINES}): print('line', i)",
}
ECHO = {
    "daybook": "comm.registerTarget('echo', (line) => { line.onMessage(({ buffers }) => line.send({}, { buffers })) })",
    "python": "def echo(comm, _):\n    comm.on_msg(lambda m: comm.send({}, buffers=m['buffers']))\n"
    "get_ipython().kernel.comm_manager.register_target('echo', echo)",
}
KEEP = {
    "daybook": "const kept_{i} = {{ at: {i}, text: 'cell {i}' }}; kept_{i}.at + 1",
    "javascript": "let kept_{i} = {{ at: {i}, text: 'cell {i}' }}; kept_{i}.at + 1",
    "python": "kept_{i} = {{'at': {i}, 'text': 'cell {i}'}}; kept_{i}['at'] + 1",
}


def milliseconds(since):
    return (time.perf_counter() - since) * 1000


class Session:
    """A running kernel and its client."""

    def __init__(self, name, reconnect_ms=None):
        context = zmq.Context()
        if reconnect_ms is not None:
            context.setsockopt(zmq.RECONNECT_IVL, reconnect_ms)
        self.manager = KernelManager(kernel_name=name, context=context)
        began = time.perf_counter()
        self.manager.start_kernel()
        self.client = self.manager.blocking_client()
        self.client.start_channels()
        self._info(began + 60)
        self.took = milliseconds(began)

    def _info(self, deadline):
        """The first asking may go to a socket that is not yet bound."""
        while time.perf_counter() < deadline:
            self.client.kernel_info()
            try:
                self.client.get_shell_msg(timeout=0.5)
                return
            except Exception:
                continue
        raise TimeoutError("no kernel_info_reply")

    def reply(self, wanted):
        while True:
            message = self.client.get_shell_msg(timeout=120)
            if message["parent_header"].get("msg_id") == wanted:
                return message

    def run(self, code):
        reply = self.reply(self.client.execute(code))
        assert reply["content"]["status"] == "ok", reply["content"]

    def outputs(self, wanted):
        """Everything published for a request, until its idle; a kernel that loses it ends by silence."""
        found = []
        while True:
            try:
                message = self.client.get_iopub_msg(timeout=15)
            except Empty:
                return found
            if message["parent_header"].get("msg_id") != wanted:
                continue
            found.append(message)
            if message["msg_type"] == "status" and message["content"]["execution_state"] == "idle":
                return found

    def settle(self):
        """Reads what is left on iopub."""
        while True:
            try:
                self.client.get_iopub_msg(timeout=0.3)
            except Exception:
                return

    def pids(self):
        """The kernel's process and all below it."""
        parents = {}
        for name in os.listdir("/proc"):
            if name.isdigit():
                try:
                    with open(f"/proc/{name}/stat") as file:
                        parents[int(name)] = int(file.read().rsplit(")", 1)[1].split()[1])
                except OSError:
                    continue
        found = [self.manager.provisioner.pid]
        for pid in found:
            found += [child for child, parent in parents.items() if parent == pid]
        return found

    def memory(self):
        total = 0
        for pid in self.pids():
            try:
                with open(f"/proc/{pid}/smaps_rollup") as file:
                    total += sum(int(line.split()[1]) for line in file if line.startswith("Pss:"))
            except OSError:
                continue
        return total / 1024

    def close(self):
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)


def evaluate(session, count):
    took = []
    for turn in range(count + 20):
        began = time.perf_counter()
        session.run("1+1")
        if turn >= 20:
            took.append(milliseconds(began))
    return took


def lines(session, language):
    session.settle()
    began = time.perf_counter()
    found = session.outputs(session.client.execute(PRINT[language]))
    took = milliseconds(began)
    text = "".join(message["content"]["text"] for message in found if message["msg_type"] == "stream")
    return {"took": took, "came": text.count("\n") / LINES}


def buffer(session, language):
    session.run(ECHO[language])
    session.settle()
    client, took = session.client, []
    send = lambda kind, content, buffers: client.session.send(  # noqa: E731
        client.shell_channel.socket, kind, content, buffers=buffers
    )
    send("comm_open", {"comm_id": "echo-1", "target_name": "echo", "data": {}}, None)
    block = os.urandom(BUFFER)
    for turn in range(8):
        began = time.perf_counter()
        send("comm_msg", {"comm_id": "echo-1", "data": {}}, [block])
        while True:
            message = client.get_iopub_msg(timeout=60)
            if message["msg_type"] == "comm_msg":
                break
        assert bytes(message["buffers"][0]) == block
        if turn > 1:
            took.append(milliseconds(began))
    return took


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("kernel")
    parser.add_argument("language")
    parser.add_argument("--starts", type=int, default=5)
    parser.add_argument("--evals", type=int, default=200)
    parser.add_argument("--cells", type=int, default=500)
    parser.add_argument("--only", default="spawn,eval,lines,buffer,memory")
    wanted = parser.parse_args()
    only = wanted.only.split(",")
    figures = {"spawn_ms": [], "bound_ms": [], "eval_ms": [], "lines": [], "buffer_ms": [], "memory_mb": []}
    for turn in range(wanted.starts):
        session = Session(wanted.kernel)
        figures["spawn_ms"].append(session.took)
        if turn == wanted.starts - 1:
            if "eval" in only:
                figures["eval_ms"] = evaluate(session, wanted.evals)
            if "memory" in only:
                for at in range(wanted.cells):
                    session.run(KEEP[wanted.language].format(i=at))
                figures["memory_mb"] = [session.memory()]
            if "lines" in only:
                figures["lines"] = [lines(session, wanted.language) for _ in range(3)]
            if "buffer" in only and wanted.language in ECHO:
                figures["buffer_ms"] = buffer(session, wanted.language)
        session.close()
    for _ in range(wanted.starts if "spawn" in only else 0):
        session = Session(wanted.kernel, reconnect_ms=10)
        figures["bound_ms"].append(session.took)
        session.close()
    print(json.dumps({"kernel": wanted.kernel, **figures}))


if __name__ == "__main__":
    main()
