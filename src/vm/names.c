/* Instructions on names: globals through their cache, namespaces, free variables. */
#include "core/abstract.h"
#include "core/dialect.h"
#include "core/error.h"
#include "core/names.h"
#include "types/cell.h"
#include "types/dict.h"
#include "types/exception.h"
#include "types/str.h"
#include "types/tuple.h"
#include "vm/cache.h"
#include "vm/operations.h"

COLD static Value raise_undefined(Value name)
{
    return raise_name_error("name '%V' is not defined", name);
}

bool raise_unbound_local(Value name)
{
    raise(UnboundLocalError,
          "cannot access local variable '%V' where it is not associated with a value", name);
    return false;
}

bool raise_unbound_cell(Frame *frame, uint32_t cell_register)
{
    const Code *code = frame->code;
    const uint16_t *registers = (const uint16_t *)(const void *)code->cell_registers->data;
    for (intptr_t i = 0; i < tuple_length(code->cellvars); i++)
        if (registers[i] == cell_register)
            return raise_unbound_local(tuple_get(code->cellvars, i));
    return raise_unbound_local(str_empty());
}

/* Where the name is, for the cache: in the globals or, absent there, in the builtins. */
static CacheRecord *global_record(Frame *frame, Value name)
{
    Dict *globals = (Dict *)frame->function->globals;
    DictTable *table = load_acquire(&globals->table), *holder;
    uint32_t index, count = load_acquire(&table->count);
    CacheKind kind = CACHE_GLOBAL;
    if (dict_locate((Value)globals, name, &holder, &index)) {
        table = holder;
    } else {
        /* A key that is no str may be equal to it. */
        bool absent = !dict_get_str((Value)globals, name) && !error_pending();
        if (!absent || load_acquire(&globals->table) != table ||
            load_acquire(&table->count) != count ||
            !dict_locate(frame->function->builtins, name, &holder, &index))
            return 0;
        kind = CACHE_BUILTIN;
    }
    CacheRecord *record = cache_record_new(kind);
    if (!record)
        return 0;
    record->count = count;
    record->entry = &holder->entries[index].value;
    gc_store(record, &record->table, table);
    gc_store(record, &record->holder, holder);
    return record;
}

/* 0 without an exception if the mapping has no such key. */
static Value mapping_lookup(Value mapping, Value name)
{
    if (has_shape(mapping, SHAPE_DICT))
        return dict_get_str(mapping, name);
    Value value = get_item(mapping, name);
    if (!value)
        error_clear_if(KeyError);
    return value;
}

static Value global_uncached(Frame *frame, Value name)
{
    Function *function = frame->function;
    Value value = mapping_lookup(function->globals, name);
    if (value || error_pending())
        return value;
    value = mapping_lookup(function->builtins, name);
    return value || error_pending() ? value : raise_undefined(name);
}

Value load_global(Frame *frame, Value name, Value *cell)
{
    Value value = TRY(global_uncached(frame, name));
    if (has_shape(frame->function->globals, SHAPE_DICT) &&
        has_shape(frame->function->builtins, SHAPE_DICT)) {
        uint64_t epoch = load_acquire(&type_epoch);
        CacheRecord *record = global_record(frame, name);
        if (record)
            cache_install(frame, cell, (Value)record, epoch);
        else
            TRY(!error_pending());
    }
    return value;
}

bool store_global(Frame *frame, Value name, Value value)
{
    return dict_set(frame->function->globals, name, value);
}

bool delete_global(Frame *frame, Value name)
{
    bool found;
    if (!dict_delete(frame->function->globals, name, &found))
        return false;
    return found || raise_undefined(name);
}

/* The namespace of the code that a frame runs. Code of a module that became a function's has the
 * globals for it. */
static Value namespace_of(Frame *frame)
{
    return frame->locals ? frame->locals : frame->function->globals;
}

Value frame_load_name(Frame *frame, Value name, Value *cell)
{
    Value locals = namespace_of(frame);
    if (locals == frame->function->globals)
        return load_global(frame, name, cell);
    Value value = mapping_lookup(locals, name);
    if (value || error_pending())
        return value;
    return global_uncached(frame, name);
}

bool frame_store_name(Frame *frame, Value name, Value value)
{
    Value locals = namespace_of(frame);
    return has_shape(locals, SHAPE_DICT) ? dict_set(locals, name, value)
                                         : set_item(locals, name, value);
}

bool frame_delete_name(Frame *frame, Value name)
{
    if (set_item(namespace_of(frame), name, 0))
        return true;
    return error_clear_if(KeyError) && raise_undefined(name);
}

Value load_locals(Frame *frame)
{
    return namespace_of(frame);
}

static Value free_name(Frame *frame, uint32_t index)
{
    return tuple_get(frame->code->freevars, index);
}

static COLD Value raise_unbound_free(Frame *frame, uint32_t index)
{
    return raise_name_error("cannot access free variable '%V' where it is not associated "
                            "with a value in enclosing scope",
                            free_name(frame, index));
}

Value load_free(Frame *frame, uint32_t index)
{
    Cell *cell = (Cell *)tuple_get(frame->function->closure, index);
    Value value = load_acquire(&cell->value);
    return value ? value : raise_unbound_free(frame, index);
}

bool delete_free(Frame *frame, uint32_t index)
{
    return cell_unbind((Cell *)tuple_get(frame->function->closure, index)) ||
           raise_unbound_free(frame, index);
}

Value load_dict_or_free(Frame *frame, Value mapping, uint32_t index)
{
    Value value = mapping_lookup(mapping, free_name(frame, index));
    return value || error_pending() ? value : load_free(frame, index);
}

Value load_name_or_free(Frame *frame, uint32_t index)
{
    return load_dict_or_free(frame, TRY(load_locals(frame)), index);
}

Value load_dict_or_global(Frame *frame, Value mapping, Value name)
{
    Value value = mapping_lookup(mapping, name);
    return value || error_pending() ? value : global_uncached(frame, name);
}

bool setup_annotations(Frame *frame)
{
    Value locals = TRY(load_locals(frame));
    Value found = mapping_lookup(locals, names.__annotations__);
    if (found || error_pending())
        return found != 0;
    return set_item(locals, names.__annotations__, TRY(dict_new()));
}
