/* What libFuzzer runs: the function of tests/fuzz/targets.py that WEFT_FUZZ_TARGET names, with each
 * input as bytes. A finding is an exception that leaves it, code that the verifier refuses, and
 * whatever the sanitizer stops. */
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include "cli/config.h"
#include "compile/code.h"
#include "compile/disassemble.h"
#include "compile/verify.h"
#include "core/abstract.h"
#include "core/call.h"
#include "core/dialect.h"
#include "core/error.h"
#include "modules/frozen.h"
#include "modules/sys/hooks.h"
#include "modules/sys/sys_internal.h"
#include "types/bytes.h"
#include "types/str.h"
#include "types/tuple.h"
#include "vm/hooks.h"
#include "vm/import.h"
#include "vm/startup.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Immutable after init: the target, and sys.modules keeps it alive. */
static Value target;

static Value find_target(const char *name)
{
    Value module = TRY(import_absolute(TRY(str_intern_cstring("targets"))));
    return get_attr_string(module, name);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    static char *arguments[] = {"weft", "-", 0};
    CommandLine line;
    command_line_parse(2, arguments, &line);
    frozen_start();
    runtime_hooks.builtin_module = builtin_module;
    runtime_hooks.frozen_code = frozen_code;
    runtime_hooks.print_exception = print_exception;
    const char *name = getenv("WEFT_FUZZ_TARGET");
    if (!name || !paths_find((*argv)[0]) || !runtime_start()) {
        fprintf(stderr, "WEFT_FUZZ_TARGET is not set, or the runtime does not start\n");
        exit(2);
    }
    target = find_target(name);
    if (!target)
        exit(report_uncaught());
    return 0;
}

static void verify_all(Value code)
{
    uint32_t at, feedback_count;
    const char *wrong = code_verify((const Code *)code, &at, &feedback_count);
    if (wrong) {
        fprintf(stderr, "%s at %u of:\n", wrong, at);
        code_disassemble((const Code *)code, stderr, false);
        abort();
    }
    Value consts = ((const Code *)code)->consts;
    for (intptr_t i = 0; i < tuple_length(consts); i++)
        if (has_layout(tuple_get(consts, i), LAYOUT_CODE))
            verify_all(tuple_get(consts, i));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Value bytes = bytes_from((const char *)data, (intptr_t)size);
    Value result = bytes ? call1(target, bytes) : 0;
    if (!result) {
        report_uncaught();
        abort();
    }
    if (has_layout(result, LAYOUT_CODE))
        verify_all(result);
    return 0;
}
