/* Audit hooks (PEP 578): what sys.addaudithook was given is told of events, with their arguments.
 *
 *     TRY(AUDIT("os.mkdir", path.object, int_small(mode), int_small(at)));
 *
 * false: a hook has raised. The arguments are made only if there is a hook; where one could not be
 * made it is 0, with an exception. */
#ifndef WEFT_CORE_AUDIT_H
#define WEFT_CORE_AUDIT_H

#include "base/atomic.h"
#include "core/object.h"

extern bool audit_wanted; /* atomic: there is a hook. Never becomes false */

#define AUDIT(event, ...)                                                                          \
    (likely(!load_relaxed(&audit_wanted)) ||                                                       \
     audit_event((event), (Value[]){__VA_ARGS__}, sizeof((Value[]){__VA_ARGS__}) / sizeof(Value)))

bool audit_event(const char *event, const Value *values, size_t count) MUST_USE;
/* The same with the event's name and a tuple as Python code gives them. */
bool audit_tuple(Value event, Value arguments) MUST_USE;
bool audit_add_hook(Value hook) MUST_USE;
void audit_start(void);

#endif
