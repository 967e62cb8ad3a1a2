/* A harness for C unit tests: one program a file, one behaviour a function.
 *
 *     UNIT(rotate_keeps_zero) { CHECK(rotate(0) == 0); }
 *     UNIT_MAIN()
 *
 * A failing CHECK says where and goes on with the next function. The last line of output is
 * 'N passed, M failed', which tests/run-unit adds up; the exit code is 1 if anything failed. An
 * argument runs only the functions whose name contains it. */
#ifndef UNIT_H
#define UNIT_H

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct UnitTest {
    const char *name;
    void (*run)(void);
    struct UnitTest *next;
} UnitTest;

static UnitTest *unit_first;
static UnitTest **unit_last = &unit_first;
static bool unit_failed;

__attribute__((unused)) static void unit_add(UnitTest *test)
{
    *unit_last = test;
    unit_last = &test->next;
}

#define UNIT(test_name)                                                                            \
    static void test_name(void);                                                                   \
    __attribute__((constructor)) static void unit_register_##test_name(void)                       \
    {                                                                                              \
        static UnitTest test = {#test_name, test_name, NULL};                                      \
        unit_add(&test);                                                                           \
    }                                                                                              \
    static void test_name(void)

/* base/common.h has a CHECK of its own, which aborts: include this header last. */
#undef CHECK

/* The test ends at the first condition that does not hold. Only for the UNIT function itself. */
#define CHECK(condition)                                                                           \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            fprintf(stderr, "%s:%d: CHECK(%s)\n", __FILE__, __LINE__, #condition);                 \
            unit_failed = true;                                                                    \
            return;                                                                                \
        }                                                                                          \
    } while (0)

#define CHECK_INT(got, want)                                                                       \
    do {                                                                                           \
        long long unit_got = (long long)(got), unit_want = (long long)(want);                      \
        if (unit_got != unit_want) {                                                               \
            fprintf(stderr, "%s:%d: %s is %lld, not %lld\n", __FILE__, __LINE__, #got, unit_got,   \
                    unit_want);                                                                    \
            unit_failed = true;                                                                    \
            return;                                                                                \
        }                                                                                          \
    } while (0)

#define CHECK_STR(got, want)                                                                       \
    do {                                                                                           \
        const char *unit_got = (got), *unit_want = (want);                                         \
        if (!unit_got || strcmp(unit_got, unit_want)) {                                            \
            fprintf(stderr, "%s:%d: %s is \"%s\", not \"%s\"\n", __FILE__, __LINE__, #got,         \
                    unit_got ? unit_got : "(null)", unit_want);                                    \
            unit_failed = true;                                                                    \
            return;                                                                                \
        }                                                                                          \
    } while (0)

__attribute__((unused)) static int unit_run_all(const char *only)
{
    int passed = 0, failed = 0;
    for (UnitTest *test = unit_first; test; test = test->next) {
        if (only && !strstr(test->name, only))
            continue;
        unit_failed = false;
        test->run();
        if (unit_failed)
            fprintf(stderr, "FAILED %s\n", test->name), failed++;
        else
            passed++;
    }
    printf("%d passed, %d failed\n", passed, failed);
    return failed != 0;
}

#define UNIT_MAIN()                                                                                \
    int main(int argc, char **argv)                                                                \
    {                                                                                              \
        return unit_run_all(argc > 1 ? argv[1] : NULL);                                            \
    }

/* For a test program that must set up before the first test. */
#define UNIT_MAIN_WITH(setup)                                                                      \
    int main(int argc, char **argv)                                                                \
    {                                                                                              \
        setup;                                                                                     \
        return unit_run_all(argc > 1 ? argv[1] : NULL);                                            \
    }

#endif
