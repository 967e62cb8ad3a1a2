/* syslog: the system's log. */
#include <string.h>
#include <syslog.h>

#include "base/lock.h"
#include "core/abstract.h"
#include "core/alloc.h"
#include "core/audit.h"
#include "core/error.h"
#include "core/module.h"
#include "core/share.h"
#include "core/thread.h"
#include "gc/heap.h"
#include "types/int.h"
#include "types/list.h"
#include "types/str.h"
#include "vm/state.h"

static Mutex lock FREE_AFTER_FORK; /* over openlog() and what goes with it */
static Value
    ident; /* what openlog() keeps the address of: a Raw or None; a root. Guarded by lock */
static bool is_open; /* atomic; guarded by lock */

/* The program's name without its directories; 0 without an exception if there is none. */
static Value program_name(void)
{
    Value argv = sys_get("argv");
    Value name = argv && is_list(argv) ? list_get(argv, 0) : 0;
    if (!name || !is_str(name) || !str_length(name))
        return 0;
    intptr_t slash = str_length(name);
    while (slash > 0 && str_char(name, slash - 1) != '/')
        slash--;
    return slash < str_length(name) ? str_substring(name, slash, str_length(name)) : name;
}

static Value open_log(Value name, int option, int facility)
{
    if (!name || name == None)
        name = program_name();
    if (!name && error_pending())
        return 0;
    if (name && !is_str(name))
        return raise(TypeError, "openlog() argument 1 must be str, not %B", name);
    size_t size;
    const char *text =
        name ? TRY(str_utf8(name, &size)) : 0; /* to the first NUL, if there is one */
    TRY(AUDIT("syslog.openlog", name ? name : None, int_small(option), int_small(facility)));
    /* The C library keeps the pointer, of the old name if there is no new one: the old one goes
     * when the new one is in use. */
    Value kept = text ? (Value)TRY(raw_new((intptr_t)strlen(text) + 1)) : 0;
    if (text)
        text = strcpy(((Raw *)kept)->data, text);
    mutex_lock_blocking(&lock);
    BLOCKING /* the C library's own lock, which syslog() holds while it sends */
    {
        openlog(text, option, facility);
    }
    if (kept)
        root_store(&ident, kept);
    store_release(&is_open, true);
    mutex_unlock_blocking(&lock);
    return None;
}

FUNCTION(syslog_openlog, "openlog", "ident=?<unrepresentable>, logoption=0, facility=?LOG_USER",
         "Set logging options of subsequent syslog() calls.")
{
    int option, facility = LOG_USER;
    TRY(index_as_int(args[1], &option));
    if (args[2])
        TRY(index_as_int(args[2], &facility));
    return open_log(args[0], option, facility);
}

FUNCTION(syslog_syslog, "syslog", "!priority, message=?, /",
         "syslog([priority=LOG_INFO,] message)\nSend the string message to the system logger.")
{
    int priority = LOG_INFO;
    Value message = args[1] ? args[1] : args[0];
    if (args[1])
        TRY(index_as_int(args[0], &priority));
    if (!is_str(message))
        return raise(TypeError, "syslog() argument %d must be str, not %B", args[1] ? 2 : 1,
                     message);
    const char *text = TRY(str_cstring(message));
    TRY(AUDIT("syslog.syslog", int_small(priority), message));
    if (!load_acquire(&is_open))
        TRY(open_log(0, 0, LOG_USER));
    BLOCKING
    {
        syslog(priority, "%s", text);
    }
    return None;
}

FUNCTION(syslog_closelog, "closelog", "",
         "Reset the syslog module values and call the system library closelog().")
{
    TRY(!load_relaxed(&audit_wanted) || audit_event("syslog.closelog", 0, 0));
    mutex_lock_blocking(&lock);
    if (is_open) {
        BLOCKING
        {
            closelog();
            openlog(0, 0, LOG_USER); /* forgets the name, and opens nothing yet */
        }
        root_store(&ident, None);
        store_release(&is_open, false);
    }
    mutex_unlock_blocking(&lock);
    return None;
}

FUNCTION(syslog_setlogmask, "setlogmask", "maskpri, /",
         "Set the priority mask to maskpri and return the previous mask value.")
{
    int mask;
    TRY(index_as_int(args[0], &mask));
    TRY(AUDIT("syslog.setlogmask", args[0]));
    return int_small(setlogmask(mask));
}

FUNCTION(syslog_mask, "LOG_MASK", "pri, /", "Calculates the mask for the individual priority pri.")
{
    int64_t priority;
    TRY(index_as_int64(args[0], &priority));
    return int_small(LOG_MASK((unsigned)priority & 31));
}

FUNCTION(syslog_upto, "LOG_UPTO", "pri, /",
         "Calculates the mask for all priorities up to and including pri.")
{
    int64_t priority;
    TRY(index_as_int64(args[0], &priority));
    return int_small(LOG_UPTO((unsigned)priority & 31));
}

static MethodDef *const functions[] = {
    M(syslog_openlog),
    M(syslog_syslog),
    M(syslog_closelog),
    M(syslog_setlogmask),
    M(syslog_mask),
    M(syslog_upto),
    0,
};

/* clang-format off */
static const struct {
    const char *name;
    int value;
} constants[] = {
#define C(name) {#name, name},
    C(LOG_EMERG) C(LOG_ALERT) C(LOG_CRIT) C(LOG_ERR) C(LOG_WARNING) C(LOG_NOTICE) C(LOG_INFO)
    C(LOG_DEBUG)
    C(LOG_PID) C(LOG_CONS) C(LOG_NDELAY) C(LOG_ODELAY) C(LOG_NOWAIT) C(LOG_PERROR)
    C(LOG_KERN) C(LOG_USER) C(LOG_MAIL) C(LOG_DAEMON) C(LOG_AUTH) C(LOG_LPR) C(LOG_LOCAL0)
    C(LOG_LOCAL1) C(LOG_LOCAL2) C(LOG_LOCAL3) C(LOG_LOCAL4) C(LOG_LOCAL5) C(LOG_LOCAL6)
    C(LOG_LOCAL7) C(LOG_CRON) C(LOG_UUCP) C(LOG_NEWS) C(LOG_SYSLOG) C(LOG_AUTHPRIV) C(LOG_FTP)
#undef C
};
/* clang-format on */

static bool execute(Value module)
{
    if (!ident) {
        gc_add_root(&ident, 1);
        ident = None;
    }
    for (size_t i = 0; i < COUNT_OF(constants); i++)
        TRY(module_add_int(module, constants[i].name, constants[i].value));
    return true;
}

const ModuleDef module_syslog = {"syslog", 0, functions, execute};
