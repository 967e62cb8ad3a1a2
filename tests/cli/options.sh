# Ways to name a program, its arguments, and exit codes.
ulimit -c 0
run()
{
    printf '$ %s\n' "$*"
    "$WEFT" "$@" 2>&1 </dev/null
    echo "exit $?"
}

run -c 'print("hello")'
run -c 'import sys; print(sys.argv)' a -b --c
run -c 'import sys; print(__name__, sys.path[0] == "")'
echo 'import sys; print(sys.argv, __name__, __file__)' >script.py
run script.py x y
run ./script.py
run -m script z
mkdir package
echo 'import sys; print("package", sys.argv[1:])' >package/__main__.py
echo 'print("init")' >package/__init__.py
run package 1
run -m package 2
run -m package.nothing
run -m nothing
run missing.py
mkdir empty
run empty
echo 'print("from standard input"); import sys; print(sys.argv)' | "$WEFT" - a
echo "exit $?"
echo 'print(1); 1 / 0' | "$WEFT" 2>&1
echo "exit $?"
printf 'x = "\377"\n' >latin.py
run latin.py
printf '# coding: latin-1\nprint(ascii("\351"))\n' >declared.py
run declared.py
printf '# coding: nothing\n' >unknown.py
run unknown.py
printf '\357\273\277print("with a mark")\n' >mark.py
run mark.py
printf 'print(1)\r\nif 1:\r\n    print(2)\r\n' >carriage.py
run carriage.py
printf 'x = 1\0\n' >null.py
run null.py
printf 'print("no newline at the end")' >last.py
run last.py
printf 'if 1:\n    pass\n  x\n' >indent.py
run indent.py
: >nothing.py
run nothing.py
run -c 'x ='
run -c 'raise SystemExit'
run -c 'raise SystemExit(3)'
run -c 'raise SystemExit("message")'
run -c 'raise SystemExit(None)'
run -c 'import sys; sys.exit([1])'
run -c 'import sys; sys.exit(True)'
run -c 'import sys; sys.exit(256 + 7)'
run -c 'raise ValueError("no")'
run -c 'raise KeyboardInterrupt' | tail -n 2
run -c 'import os; os._exit(9)'
run -c 'import os; os.abort()'
run -c 'import os, signal; os.kill(os.getpid(), signal.SIGTERM)'
run -c 'import os, signal; os.kill(os.getpid(), signal.SIGINT)' | tail -n 2
run -c 'import atexit; atexit.register(print, "at exit"); print("body")'
run -c 'import atexit; atexit.register(lambda: 1 / 0)' | tail -n 2
run -c 'print("partial", end="")'
run -c 'import sys; sys.stdout.write("a"); sys.stderr.write("b\n")' | tail -n 2
