/* The compiler on the whole standard library: every file compiles, and what comes out passes the
 * verifier. WEFT_COMPILE_FILE=path compiles just that one and prints the code. */
#include <ftw.h>
#include <time.h>
#include "compile/code.h"
#include "compile/compile.h"
#include "compile/disassemble.h"
#include "compile/verify.h"
#include "core/error.h"
#include "core/start.h"
#include "core/thread.h"
#include "modules/marshal.h"
#include "types/bytes.h"
#include "types/str.h"
#include "types/tuple.h"

#include "unit.h"

static const char *library(void)
{
    const char *path = getenv("WEFT_TEST_LIBRARY");
    return path ? path : "build/stdlib/lib/python3.13";
}

static size_t files, lines, failures;

static void verify_all(const char *path, Value code)
{
    uint32_t at, feedback_count;
    const char *wrong = code_verify((const Code *)code, &at, &feedback_count);
    if (wrong) {
        printf("%s: %s at %u of:\n", path, wrong, at);
        code_disassemble((const Code *)code, stdout, false);
        failures++;
    }
    Value consts = ((const Code *)code)->consts;
    for (intptr_t i = 0; i < tuple_length(consts); i++)
        if (has_layout(tuple_get(consts, i), LAYOUT_CODE))
            verify_all(path, tuple_get(consts, i));
}

static char *read_file(const char *path, size_t *size)
{
    FILE *file = fopen(path, "rb");
    if (!file)
        return NULL;
    fseek(file, 0, SEEK_END);
    *size = (size_t)ftell(file);
    rewind(file);
    char *text = malloc(*size + 1);
    if (!text || fread(text, 1, *size, file) != *size)
        *size = 0;
    fclose(file);
    return text;
}

static Value compile_file(const char *path)
{
    size_t size;
    char *text = read_file(path, &size);
    if (!text)
        return 0;
    for (size_t i = 0; i < size; i++)
        lines += text[i] == '\n';
    Value code = compile_source(text, size, str_from_cstring(path), MODE_EXEC, 0, 0);
    free(text);
    return code;
}

static int visit(const char *path, const struct stat *info, int kind, struct FTW *where)
{
    (void)info, (void)where;
    size_t length = strlen(path);
    if (kind != FTW_F || length < 3 || strcmp(path + length - 3, ".py") != 0)
        return 0;
    Value code = compile_file(path);
    files++;
    if (!code) {
        Value error = error_take();
        Value shown = error ? object_repr(error) : 0;
        printf("%s: %s\n", path, shown ? str_utf8_lossy(shown, &(size_t){0}) : "?");
        error_clear();
        failures++;
    } else {
        verify_all(path, code);
    }
    return 0;
}

UNIT(library_compiles)
{
    const char *one = getenv("WEFT_COMPILE_FILE");
    if (one) {
        Value code = compile_file(one);
        if (code)
            code_disassemble((const Code *)code, stdout, true);
        CHECK(code != 0);
        return;
    }
    struct timespec start, end;
    clock_gettime(CLOCK_MONOTONIC, &start);
    CHECK(nftw(library(), visit, 16, FTW_PHYS) == 0);
    clock_gettime(CLOCK_MONOTONIC, &end);
    double seconds =
        (double)(end.tv_sec - start.tv_sec) + (double)(end.tv_nsec - start.tv_nsec) / 1e9;
    printf("%zu files, %zu lines, %.0f lines a second\n", files, lines, (double)lines / seconds);
    CHECK(files > 100);
    CHECK(failures == 0);
}

static Value compile_library_file(const char *name)
{
    char path[512];
    snprintf(path, sizeof path, "%s/%s", library(), name);
    return compile_file(path);
}

UNIT(collections_anywhere_do_no_harm)
{
    gc_stress(20, 0);
    Value code = compile_library_file("ast.py");
    Value bytes = code ? marshal_dumps(code, MARSHAL_VERSION, true) : 0;
    Value back =
        bytes ? marshal_loads(((Bytes *)bytes)->data, (size_t)((Bytes *)bytes)->length, true, NULL)
              : 0;
    int equal = back ? object_equal(code, back) : -1;
    gc_stress(0, 0);
    CHECK_INT(equal, 1);
}

UNIT(each_allocation_may_fail)
{
    int worked = 0;
    for (unsigned n = 1; n < 2000 && worked < 3; n++) {
        gc_stress(0, n);
        Value code = compile_library_file("colorsys.py");
        gc_stress(0, 0);
        CHECK(code || error_matches(MemoryError));
        error_clear();
        worked += code != 0;
    }
    CHECK_INT(worked, 3);
}

static void start(void)
{
    if (!gc_start() || !thread_start_main() || !core_start())
        exit(1);
    code_start();
}

UNIT_MAIN_WITH(start())
