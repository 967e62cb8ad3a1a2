"""A daemon thread that sends signals while the program ends: there is a handler as long as it does."""

import subprocess
import sys

PROGRAM = """
import signal, threading
signal.signal(signal.SIGUSR1, lambda *_: None)
main = threading.main_thread().ident

def send():
    while True:
        signal.pthread_kill(main, signal.SIGUSR1)

for _ in range(2):
    threading.Thread(target=send, daemon=True).start()
sum(range(10000))
"""

for _ in range(20):
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, ""), done
