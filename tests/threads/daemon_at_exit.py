# timeout: 20
"""The program ends cleanly while daemon threads are running."""

import threading
import time

started = threading.Barrier(9)


def work():
    started.wait()
    data = []
    while True:
        data.append(len(data))
        if len(data) > 1000:
            data.clear()


for _ in range(8):
    threading.Thread(target=work, daemon=True).start()
started.wait()
time.sleep(0.1)
print("main is done")
