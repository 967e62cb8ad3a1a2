/* Delivering events: to the tools of sys.monitoring, and to sys.setprofile's and sys.settrace's
 * functions. */
#ifndef WEFT_VM_MONITORING_H
#define WEFT_VM_MONITORING_H

#include "vm/instrument.h"

/* What happened, to be told to everybody who wants to know. */
typedef struct Event {
    Thread *thread;
    Frame *frame;
    Instrumentation *in; /* of the frame's code; 0: none */
    uint32_t at;         /* word of the instruction */
    MonitoringEvent kind;
    unsigned class;      /* of a local event */
    bool only_trace;     /* tools do not hear of it */
    Value first, second; /* what is passed behind code and offset; 0: nothing */
} Event;

/* To all tools; false if a callback raised. Nothing may be pending. */
bool monitoring_tell(const Event *event) MUST_USE;
extern Value monitoring_disable, monitoring_missing; /* roots; sys.monitoring.DISABLE, MISSING */
extern Value monitoring_callbacks[TOOL_USER_COUNT][EVENT_COUNT]; /* atomic; roots; 0: none */
extern const char *const monitoring_names[EVENT_COUNT];
bool monitoring_start(void);

bool trace_start(void);
/* sys.settrace and sys.setprofile for the calling thread: `function` 0 ends it. */
bool trace_set(Value function) MUST_USE;
bool profile_set(Value function) MUST_USE;
/* The calling thread ends. */
void trace_thread_ends(void);
/* For all threads; the others obey at their next safepoint. */
bool trace_set_all(unsigned tool, Value function) MUST_USE;
/* Serves what another thread has asked for. */
bool trace_serve_requests(Thread *thread) MUST_USE;
/* What these functions get to hear of an event; false if one raised, which ends it. */
bool trace_tell(const Event *event) MUST_USE;
bool profile_tell(const Event *event) MUST_USE;

#endif
