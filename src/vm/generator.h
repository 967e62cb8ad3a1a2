/* What the files on generators, coroutines and async generators share. */
#ifndef WEFT_VM_GENERATOR_H
#define WEFT_VM_GENERATOR_H

#include "vm/frame.h"

void generator_trace(Object *o, struct Tracer *tracer);
void generator_clear(Generator *g);
bool generator_is_finished(const Generator *g);
/* What it delegates to where it is suspended; or 0. */
Value generator_delegate(Generator *g);
/* Makes the caller the one that runs it; else false, with the state in *from. */
bool generator_claim(Generator *g, uint8_t *from);
Value generator_outcome(SendResult outcome, Value result);
/* Raises the pending exception where it is suspended. */
SendResult generator_throw_pending(Generator *g, Value *result);
SendResult generator_throw(Value self, Value *args, Value *result);
bool generator_throw_arguments(Value type, Value value, Value traceback);
Value generator_close(Value self);
Value coroutine_origin(Thread *thread);
void coroutine_warn_never_awaited(Generator *g);
Value generator_frame_object(Generator *g); /* None if it ended */
/* The attributes that generators, coroutines and asynchronous generators share. */
Value generator_get_name(Value self);
bool generator_set_name(Value self, Value value);
Value generator_get_qualname(Value self);
bool generator_set_qualname(Value self, Value value);
Value generator_get_frame(Value self);
/* An attribute of the warnings module if that was imported; 0, maybe without an exception. */
Value warnings_attribute(const char *name);
void async_generator_start(void);

#endif
