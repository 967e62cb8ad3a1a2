# ./dev test, stress and tsan. ./dev sources this file.

# Totals of all stages.
passed=0 failed=0 skipped=0

# stage NAME command...: runs it, shows what it prints, adds its counts ('N passed, M failed' on a
# line of its own, the last one), and says how long it took. A command that fails without a count
# is one failure.
stage()
{
    title=$1
    shift
    log=$ROOT/build/stage.log
    mkdir -p "$ROOT/build"
    begun=$(date +%s)
    code=0
    { "$@" || echo "stage exit code $?"; } 2>&1 | tee "$log.all" |
        grep -v -e '^[0-9]* passed, [0-9]* failed' -e '^stage exit code' || true
    ! grep -q '^stage exit code' "$log.all" || code=1
    counts=$(sed -n 's/^\([0-9]*\) passed, \([0-9]*\) failed\(, \([0-9]*\) skipped\)\{0,1\}$/\1 \2 0\4/p' "$log.all" | tail -n 1)
    [ -n "$counts" ] || counts="0 0 0"
    read -r stage_passed stage_failed stage_skipped <<END
$counts
END
    stage_skipped=$(expr "$stage_skipped" + 0 || true)
    if [ "$code" -ne 0 ] && [ "$stage_failed" -eq 0 ]; then
        stage_failed=1
    fi
    passed=$((passed + stage_passed))
    failed=$((failed + stage_failed))
    skipped=$((skipped + stage_skipped))
    verdict=ok
    [ "$stage_failed" -eq 0 ] || verdict=FAILED
    say "$title: $verdict, $stage_passed passed, $stage_failed failed, $stage_skipped skipped ($(($(date +%s) - begun)) s)"
    rm -f "$log.all"
}

quiet_make()
{
    make -s $jobs "$@"
}

python_tests()
{
    tests/run "$@"
}

random_programs()
{
    build/peers/bin/python3.13 tests/random/run.py "$@"
}

# linearizability BUILD arguments...
linearizability()
{
    build=$1
    shift
    "build/$build/weft" tests/linearizability/histories.py "$@"
}

# Random programs with threads: arguments of tests/concurrency/fuzz.py.
concurrency()
{
    build/peers/bin/python3.13 tests/concurrency/fuzz.py "$@"
}

conformance_tests()
{
    tools/conformance "$@"
}

finish()
{
    echo "$passed passed, $failed failed, $skipped skipped"
    [ "$failed" -eq 0 ]
}

# The order is that of what is learned soonest.
dev_test()
{
    case ${1:-} in
    --oracle | --update)
        need_packages peers
        fetch_peers
        exec tests/run "$@"
        ;;
    esac
    need_packages build test peers
    fetch_peers
    fetch_stdlib
    fetch_unicode
    fetch_mpdec
    fetch_testsuite
    stage 'gcc, warnings as errors' quiet_make WERROR=1
    stage 'layers' tools/check-layers
    stage 'sizes' tools/check-size
    stage 'format' tools/check-format
    stage 'unit tests' quiet_make WERROR=1 unit
    stage 'Python tests' python_tests
    stage 'random programs, 30 s' random_programs --minutes 0.5 --tolerate 0.0015
    stage 'histories of threads' linearizability release --seconds 30 --tolerate 1
    stage 'random programs with threads, 20 s' concurrency --seconds 20 --tolerate 0.02
    stage 'conformance' conformance_tests
    stage 'clang, warnings as errors' quiet_make CC=clang WERROR=1
    stage 'fuzzing: build' quiet_make CONFIG=fuzz WERROR=1 build/fuzz-clang/weft-fuzz
    stage 'fuzzing, 4 s each' tests/fuzz/run --seconds 4
    stage 'checked sharing: build' quiet_make CHECK_SHARING=1 WERROR=1
    stage 'checked sharing: unit tests' quiet_make CHECK_SHARING=1 WERROR=1 unit
    stage 'checked sharing: Python tests' python_tests --build check-sharing
    stage 'address sanitizer: unit tests' quiet_make CONFIG=asan unit
    tsan_stages
    finish
}

tsan_stages()
{
    stage 'thread sanitizer: build' quiet_make CONFIG=tsan
    stage 'thread sanitizer: unit tests' quiet_make CONFIG=tsan unit
    stage 'thread sanitizer: thread tests' python_tests --build tsan tests/threads
}

dev_tsan()
{
    need_packages build
    fetch_stdlib
    fetch_unicode
    fetch_mpdec
    tsan_stages
    finish
}

# WEFT_GC_STRESS=n collects at every n-th allocation.
dev_stress()
{
    build CONFIG=debug
    build CHECK_SHARING=1
    for interval in 1000 97; do
        stage "collect at every ${interval}th allocation" \
            env WEFT_GC_STRESS=$interval tests/run --build check-sharing --timeout 300 "$@"
    done
    stage 'debug build' python_tests --build debug "$@"
    finish
}
