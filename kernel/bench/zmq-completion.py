"""Completion times of an installed kernel over ZeroMQ: python zmq-completion.py KERNEL CELLS

Runs CELLS cells that define names, then asks for the members of the last one again and again, as a
client does while somebody types. Prints JSON: the first answer after the start, and those after it.
"""

import json
import sys
import time

from jupyter_client.manager import start_new_kernel

ROUNDS = 40


def main(kernel: str, cells: int) -> None:
    manager, client = start_new_kernel(kernel_name=kernel)
    try:
        for index in range(cells):
            source = (
                "v0 = [{'n': x, 'name': 'a'} for x in (1, 2, 3)]"
                if index == 0
                else f"v{index} = [row for row in v{index - 1} if row['n'] > {index % 3}]"
            )
            reply = client.execute(f"{source}\ndef f{index}(x): return v{index}", reply=True, timeout=60)
            assert reply["content"]["status"] == "ok", reply["content"]
        times = []
        for index in range(ROUNDS + 1):
            code = f"{index}; v{cells - 1}."
            started = time.perf_counter()
            reply = client.complete(code, len(code), reply=True, timeout=60)
            times.append((time.perf_counter() - started) * 1000)
            assert any("append" in match for match in reply["content"]["matches"]), reply["content"]
        print(json.dumps({"first": times[0], "warm": times[1:]}))
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
