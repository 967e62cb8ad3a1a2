# Options that change how a program runs, and the environment variables.
run()
{
    printf '$ %s\n' "$*"
    "$WEFT" "$@" 2>&1 </dev/null
    echo "exit $?"
}

FLAGS='import sys; f = sys.flags; print(f.debug, f.inspect, f.interactive, f.optimize, f.dont_write_bytecode, f.no_user_site, f.no_site, f.ignore_environment, f.verbose, f.bytes_warning, f.quiet, f.isolated, f.dev_mode, f.utf8_mode, f.safe_path)'
for option in -B -E -I -O -OO -S -s -q -b -bb -P '-X dev' '-X utf8' '-Bs'; do
    # shellcheck disable=SC2086
    run $option -c "$FLAGS"
done
run -O -c 'assert 0; print(__debug__)'
run -OO -c 'def f(): "doc"
print(f.__doc__)'
run -W error -c 'import warnings; warnings.warn("w")' | tail -n 2
run -W ignore -c 'import warnings; warnings.warn("w"); print("quiet")'
run -W nonsense -c 'pass'
run -c 'import warnings; warnings.warn("shown")'
run -X nothing=5 -c 'import sys; print(sys._xoptions)'
run -b -c 'print(b"a" == "a")'
run -S -c 'import sys; print("site" in sys.modules)'
run -I -c 'import sys; print("" in sys.path)'
run -P -c 'import sys; print("" in sys.path)'
run -x missing 2>&1 | head -n 1
printf '#! first line is skipped\nprint("second")\n' >skip.py
run -x skip.py
mkdir lib
echo 'value = 5' >lib/found.py
export PYTHONPATH=lib
run -c 'import found; print(found.value)'
run -E -c 'import found' | tail -n 2
unset PYTHONPATH
PYTHONOPTIMIZE=2 "$WEFT" -c 'import sys; print(sys.flags.optimize)'
PYTHONDONTWRITEBYTECODE=1 "$WEFT" -c 'import sys; print(sys.dont_write_bytecode)'
PYTHONWARNINGS=error "$WEFT" -c 'import warnings; warnings.warn("w")' 2>&1 | tail -n 1
PYTHONHASHSEED=0 "$WEFT" -c 'import sys; print(sys.flags.hash_randomization)'
PYTHONIOENCODING=latin-1 "$WEFT" -c 'import sys; print(sys.stdout.encoding, sys.stdin.encoding)'
PYTHONUNBUFFERED=1 "$WEFT" -c 'import os; print("before"); os._exit(0)'
PYTHONSAFEPATH=1 "$WEFT" -c 'import sys; print("" in sys.path)'
PYTHONINTMAXSTRDIGITS=700 "$WEFT" -c 'import sys; print(sys.get_int_max_str_digits())'
"$WEFT" -u -c 'import os; print("unbuffered"); os._exit(0)'
"$WEFT" -c 'import os; print("lost in the buffer"); os._exit(0)' | cat
printf 'x = 5\nprint(x + 1)\nx * 2\nraise SystemExit(4)\n' | "$WEFT" -q -i -c 'print("first")' 2>/dev/null
echo "exit $?"
printf '1 + 1\n\ndef f():\n    return 7\n\nf()\nprint(_)\n1 / 0\n' | "$WEFT" -q -i 2>/dev/null
echo "exit $?"
first=$(PYTHONHASHSEED=5 "$WEFT" -c 'print(hash("text"), hash(b"bytes"))')
second=$(PYTHONHASHSEED=5 "$WEFT" -c 'print(hash("text"), hash(b"bytes"))')
other=$(PYTHONHASHSEED=6 "$WEFT" -c 'print(hash("text"), hash(b"bytes"))')
[ "$first" = "$second" ] && [ "$first" != "$other" ] && echo "seeds decide"
