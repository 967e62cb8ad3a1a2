# Ctrl-C in a loop, in sleep, in join, in Queue.get: KeyboardInterrupt at once; a broken pipe.
interrupt()
{
    echo "$1" >program.py
    # A background job of a script ignores SIGINT unless it is told otherwise.
    "$WEFT" -c "
import signal, subprocess, sys, time
signal.signal(signal.SIGINT, signal.default_int_handler)
child = subprocess.Popen([sys.executable, '-u', 'program.py'], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
child.stdout.readline()
time.sleep(0.2)
begun = time.monotonic()
child.send_signal(signal.SIGINT)
out, err = child.communicate(timeout=20)
print(child.returncode, (err.decode().splitlines() or [\"\"])[-1], out.decode().split(), time.monotonic() - begun < 3)
"
}

interrupt 'print("ready")
while True: pass'
interrupt 'import time; print("ready"); time.sleep(60)'
interrupt 'import threading, time
t = threading.Thread(target=time.sleep, args=(60,), daemon=True); t.start()
print("ready"); t.join()'
interrupt 'import queue; print("ready"); queue.Queue().get()'
interrupt 'import threading; print("ready"); threading.Lock().acquire(); threading.Event().wait()'
interrupt 'import sys
print("ready")
try:
    while True: pass
except KeyboardInterrupt:
    print("caught")
    sys.exit()
finally:
    print("finally")
raise SystemError' 2>&1 | tail -n 1
interrupt 'import signal
def handler(number, frame):
    raise ValueError("handled")
signal.signal(signal.SIGINT, handler)
print("ready")
while True: pass'
interrupt 'import sys; print("ready"); sys.stdin.read() or [x for x in iter(int, 1)]'
"$WEFT" -c 'print("x" * 100000); import sys; sys.stdout.flush()' 2>err | head -c 1
echo
tail -n 1 err
