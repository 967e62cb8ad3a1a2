/* What the cell of a call is told of its callee. */
#include "core/names.h"
#include "vm/cache.h"
#include "vm/call_inline.h"
#include "vm/operations.h"

void cache_callee(Frame *frame, Value *cell, Code *code)
{
    store_relaxed(&code->plain_arguments, code_is_plain(code) ? code->argcount + 1 : 0);
    cache_install(frame, cell, (Value)code, load_acquire(&type_epoch));
}

bool cache_init(Frame *frame, Value *cell, Type *class, Code *code)
{
    uint64_t epoch = load_acquire(&type_epoch);
    DictEntry *entry = type_lookup_entry(class, names.__init__);
    if (!entry || !code_is_plain(code))
        return true;
    CacheRecord *record = record_for_entry(CACHE_INIT, 0, entry);
    if (!record)
        return false;
    gc_store(record, &record->object, (Value) class);
    gc_store(record, &record->target, (Value)code);
    store_relaxed(&code->plain_arguments, code->argcount + 1);
    cache_install(frame, cell, (Value)record, epoch);
    return true;
}
