/* Attribute instructions through their caches: what each kind of record does, and how a
 * lookup that missed fills the cell in. */
#include "core/abstract.h"
#include "core/attribute.h"
#include "core/call.h"
#include "core/descriptor.h"
#include "core/dialect.h"
#include "core/error.h"
#include "core/module.h"
#include "core/names.h"
#include "core/shape.h"
#include "core/share.h"
#include "core/slots.h"
#include "core/thread.h"
#include "types/cell.h"
#include "types/classmethod.h"
#include "types/property.h"
#include "types/str.h"
#include "types/super.h"
#include "types/tuple.h"
#include "vm/cache.h"
#include "vm/operations.h"

static Value far_slot(Value o, const CacheRecord *record)
{
    /* Another thread may have moved the object to dictionary mode: then it is a dict. */
    Value overflow = load_acquire((Value *)(void *)((char *)o + record->offset));
    if (!has_shape(overflow, SHAPE_ARRAY))
        return 0;
    Array *array = (Array *)overflow;
    return (intptr_t)record->index < array->capacity ? load_acquire(&array->items[record->index])
                                                     : 0;
}

/* What the dict of an instance in dictionary mode has; 0 if nothing, or with an exception. */
static Value from_instance_dict(Value o, const CacheRecord *record)
{
    Value dict = load_acquire((Value *)(void *)((char *)o + record->offset)), value;
    if (!dict || !is_dict(dict)) /* another thread may have changed the object's class */
        return 0;
    DictTable *table = load_acquire(&((Dict *)dict)->table);
    if (record->index < load_acquire(&table->count)) {
        const DictEntry *entry = &table->entries[record->index];
        if (likely(load_acquire(&entry->key) == record->target) &&
            likely((value = load_acquire(&entry->value)) != 0))
            return value;
    }
    return dict_find(dict, record->target, &value) ? value : 0;
}

/* What one record says of `o`. 0 if it is not for it, or with an exception. */
static Value from_record(Value o, const CacheRecord *record)
{
    if (!record_is_for(record, o))
        return 0;
    switch (record->kind) {
    case CACHE_DICT: {
        Value value = from_instance_dict(o, record);
        if (value || !record->entry || thread_self()->exception)
            return value;
        return load_acquire(record->entry);
    }
    case CACHE_SLOT_FAR:
        return far_slot(o, record);
    case CACHE_MODULE:
        if (load_acquire(&((Dict *)((Module *)o)->dict)->table) != record->table)
            return 0;
        return load_acquire(record->entry);
    case CACHE_DESCRIPTOR:
    case CACHE_PROPERTY:
    case CACHE_TYPE_DESCRIPTOR: {
        DescrGetFn get = type_of(record->target)->descr_get;
        bool of_type = record->kind == CACHE_TYPE_DESCRIPTOR;
        return get ? get(record->target, of_type ? 0 : o, of_type ? o : (Value)type_of(o)) : 0;
    }
    default:
        return attribute_from_record(o, record);
    }
}

/* A record for an instance in dictionary mode holds for all of its class, whatever is in the dict;
 * so does one that there is nothing. */
static bool is_known(Value o, Value content)
{
    if (!is_object(content))
        return false;
    for (CacheRecord *record = (CacheRecord *)content; record; record = record->next)
        if ((record->kind == CACHE_DICT || record->kind == CACHE_DICT_METHOD ||
             record->kind == CACHE_ABSENT) &&
            record_is_for(record, o))
            return true;
    return false;
}

static Value from_chain(Value o, Value content)
{
    if (is_int(content)) {
        Value *slot = slot_from_cell(o, content);
        return slot ? load_acquire(slot) : 0;
    }
    for (CacheRecord *record = (CacheRecord *)content; record; record = record->next) {
        Value value = from_record(o, record);
        if (value || thread_self()->exception)
            return value;
    }
    return 0;
}

/* Where attribute slot `slot` of a fixed-size object is: a byte offset, or 0 if in the overflow. */
static uint32_t slot_offset(const Shape *shape, int slot)
{
    return slot < shape->inline_slots
               ? shape->type->tail_offset + (uint32_t)(1 + slot) * (uint32_t)sizeof(Value)
               : 0;
}

static bool has_fixed_slots(const Shape *shape)
{
    return !shape->dict_mode && shape->type->tail_offset && !shape->type->item_size;
}

static bool has_fixed_dict(const Shape *shape)
{
    return shape->dict_mode && shape->type->tail_offset && !shape->type->item_size;
}

/* The record is of what lies at the entry, until its table is another. */
static void hold_entry(CacheRecord *record, DictEntry *entry)
{
    DictTable *holder = (DictTable *)gc_object_at(entry);
    if (!load_relaxed(&holder->cached))
        store_relaxed(&holder->cached, 1);
    record->entry = &entry->value;
    gc_store(record, &record->holder, holder);
}

CacheRecord *record_for_entry(CacheKind kind, uint32_t shape, DictEntry *entry)
{
    CacheRecord *record = cache_record_new(kind);
    if (!record)
        return 0;
    record->shape = shape;
    hold_entry(record, entry);
    return record;
}

/* `entry`: of the class, or 0. */
static Value record_in_dict(CacheKind kind, Value o, Value name, DictEntry *entry)
{
    CacheRecord *record = cache_record_new(kind);
    if (!record)
        return 0;
    record->shape = shape_id(o);
    record->offset = shape_of(o)->type->tail_offset;
    if (entry)
        hold_entry(record, entry);
    gc_store(record, &record->target, name);
    Value dict = load_acquire(&object_tail(o, shape_of(o)->type)[0]);
    DictTable *table;
    if (!dict || !has_shape(dict, SHAPE_DICT) || !dict_locate(dict, name, &table, &record->index))
        record->index = UINT32_MAX;
    return (Value)record;
}

/* A field of __slots__ at a fixed place. Assigned to another class, a descriptor applies to no
 * instance of it. */
static bool is_fixed_field(Member *member, Type *type)
{
    return member->kind == MEMBER_VALUE_SLOT && !type->item_size &&
           type_is_subtype(type, member->owner);
}

static bool is_plain(Value v)
{
    return !type_of(v)->descr_get && !type_of(v)->descr_set;
}

static Value record_for_target(CacheKind kind, uint32_t shape, Value object, Value target)
{
    CacheRecord *record = TRY(cache_record_new(kind));
    record->shape = shape;
    gc_store(record, &record->object, object);
    gc_store(record, &record->target, target);
    return (Value)record;
}

/* A static method binds nothing: what is called is always the same. */
static Value record_for_static(uint32_t shape, Value object, Value found)
{
    Value function = classmethod_function(found);
    return function ? record_for_target(CACHE_TARGET, shape, object, function) : 0;
}

/* A descriptor whose __get__ (or __set__) in Python the instruction may run itself. */
static Value record_for_python(CacheKind kind, uint32_t shape, Value object, Value found,
                               SlotRow row)
{
    DictEntry *entry = special_entry(found, row);
    if (!entry)
        return record_for_target(kind, shape, object, found);
    CacheRecord *record = TRY(record_for_entry(kind, shape, entry));
    gc_store(record, &record->object, object);
    gc_store(record, &record->target, found);
    return (Value)record;
}

static Value record_for_descriptor(uint32_t shape, Value found)
{
    if (type_of(found) == &staticmethod_type)
        return record_for_static(shape, 0, found);
    if (type_of(found) == &property_type)
        return record_for_target(CACHE_PROPERTY, shape, 0, found);
    return record_for_python(CACHE_DESCRIPTOR, shape, 0, found, ROW_descr_get_DESCR_GET);
}

/* The class's __getattr__, in Python, decides. */
static Value record_for_absent(const Shape *shape)
{
    DictEntry *entry = type_lookup_entry(shape->type, slot_names[ROW_getattr_GETATTR_HOOK]);
    return type_flags(shape->type) & TYPE_GETATTR_HOOK && entry
               ? (Value)record_for_entry(CACHE_ABSENT, shape->id, entry)
               : 0;
}

/* May the class attribute `found` be bound for all instances of the shape? */
static bool is_binding(Value found, const Shape *shape)
{
    Type *kind = type_of(found), *type = shape->type;
    if (!kind->descr_get)
        return false;
    return kind->descr_set || !(shape->dict_mode || (type->tail_offset && type->item_size));
}

/* The cell for reading an instance's attribute; 0 if this lookup can't be cached. */
static Value instance_cell(Value o, Value name)
{
    Shape *shape = shape_of(o);
    Type *type = shape->type;
    if (!(type_flags(type) & (TYPE_DEFAULT_GETATTR | TYPE_GETATTR_HOOK)))
        return 0;
    DictEntry *entry = type_lookup_entry(type, name);
    Value found = entry ? load_acquire(&entry->value) : 0;
    if (found && has_shape(found, SHAPE_MEMBER)) {
        Member *member = (Member *)found;
        if (is_fixed_field(member, type))
            return cell_pack(shape->id, (uint32_t)((char *)member_field(member, o) - (char *)o));
    }
    if (found && type_of(found)->descr_set)
        return is_binding(found, shape) ? record_for_descriptor(shape->id, found) : 0;
    int slot = has_fixed_slots(shape) ? shape_find(shape, name) : -1;
    if (slot >= 0) {
        uint32_t offset = slot_offset(shape, slot);
        if (offset)
            return cell_pack(shape->id, offset);
        CacheRecord *record = cache_record_new(CACHE_SLOT_FAR);
        if (!record)
            return 0;
        record->shape = shape->id;
        record->offset = type->tail_offset;
        record->index = (uint32_t)(slot - shape->inline_slots);
        return (Value)record;
    }
    if (has_fixed_dict(shape))
        return record_in_dict(CACHE_DICT, o, name, found && is_plain(found) ? entry : 0);
    if (shape->dict_mode || (type->tail_offset && type->item_size))
        return 0;
    if (!found)
        return record_for_absent(shape);
    if (is_binding(found, shape))
        return record_for_descriptor(shape->id, found);
    return is_plain(found) ? (Value)record_for_entry(CACHE_CLASS_VALUE, shape->id, entry) : 0;
}

static Value module_cell(Value o, Value name)
{
    Value dict = ((Module *)o)->dict;
    DictTable *table;
    uint32_t index;
    if (type_lookup(&module_type, name) || !has_shape(dict, SHAPE_DICT) ||
        !dict_locate(dict, name, &table, &index))
        return 0;
    CacheRecord *record = TRY(record_for_entry(CACHE_MODULE, 0, &table->entries[index]));
    gc_store(record, &record->table, table);
    gc_store(record, &record->object, o);
    return (Value)record;
}

/* Does what class `o` has under a name come before all that its metaclass has? */
static bool comes_before_metaclass(Value o, Value name)
{
    Type *meta = shape_of(o)->type;
    if (meta->getattr != type_type.getattr)
        return false;
    Value of_meta = type_lookup(meta, name);
    return !of_meta || !(type_of(of_meta)->descr_get && type_of(of_meta)->descr_set);
}

static Value type_cell(Value o, Value name)
{
    if (!comes_before_metaclass(o, name))
        return 0;
    DictEntry *entry = type_lookup_entry((Type *)o, name);
    Value found = entry ? load_acquire(&entry->value) : 0;
    if (!found)
        return 0;
    if (type_of(found) == &staticmethod_type)
        return record_for_static(0, o, found);
    if (!is_plain(found) && !has_shape(found, SHAPE_FUNCTION))
        return type_of(found)->descr_get
                   ? record_for_python(CACHE_TYPE_DESCRIPTOR, 0, o, found, ROW_descr_get_DESCR_GET)
                   : 0;
    CacheRecord *record = TRY(record_for_entry(CACHE_TYPE, 0, entry));
    gc_store(record, &record->object, o);
    return (Value)record;
}

static Value cell_for(Value o, Value name)
{
    if (shape_of(o)->type == &module_type)
        return module_cell(o, name);
    return is_type(o) ? type_cell(o, name) : instance_cell(o, name);
}

/* A lookup that missed. */
static Value get_attr_missed(Frame *frame, Value o, Value name, Value *cell)
{
    if (!is_object(o) || cache_is_megamorphic(load_acquire(cell))) {
        STATS_ADD(attribute_megamorphic);
        return get_attr(o, name);
    }
    STATS_ADD(attribute_misses);
    uint64_t epoch = load_acquire(&type_epoch);
    Value content = cell_for(o, name);
    if (content ? !cache_extend(frame, cell, content, epoch) : error_pending())
        return 0;
    return get_attr(o, name);
}

/* What a cache has come to: a value, or an exception, which may be one that __getattr__ is for. */
static Value outcome(Value o, Value name, Value value)
{
    if (likely(value) || !(type_flags(type_of(o)) & TYPE_GETATTR_HOOK) ||
        !error_clear_if(AttributeError))
        return value;
    return call_getattr_hook(o, name);
}

Value get_attr_cached(Frame *frame, Value o, Value name, Value *cell)
{
    Value content = load_acquire(cell);
    if (content && is_object(o)) {
        Value value = from_chain(o, content);
        if (likely(value) || thread_self()->exception) {
            STATS_ADD(attribute_chain_hits);
            return outcome(o, name, value);
        }
        /* It is empty, or the class's own, which these cannot say. */
        if (slot_from_cell(o, content) || is_known(o, content))
            return get_attr(o, name);
    }
    return get_attr_missed(frame, o, name, cell);
}

/* A function in the class, with no attribute of the instance before it; in dictionary mode that is
 * not looked at. */
static DictEntry *method_entry(Value o, Value name)
{
    Shape *shape = shape_of(o);
    Type *type = shape->type;
    if (!(type_flags(type) & (TYPE_DEFAULT_GETATTR | TYPE_GETATTR_HOOK)))
        return 0;
    DictEntry *entry = type_lookup_entry(type, name);
    Value found = entry ? load_acquire(&entry->value) : 0;
    if (!found || !(type_flags(type_of(found)) & TYPE_METHOD_LIKE))
        return 0;
    if (!type->tail_offset || has_fixed_dict(shape))
        return entry;
    return has_fixed_slots(shape) && shape_find(shape, name) < 0 ? entry : 0;
}

/* A class method, as an attribute of the class itself. */
static Value class_method_cell(Value o, Value name)
{
    if (!is_type(o) || !comes_before_metaclass(o, name))
        return 0;
    Value found = type_lookup((Type *)o, name);
    if (!found || type_of(found) != &classmethod_type)
        return 0;
    Value function = classmethod_function(found);
    return function ? record_for_target(CACHE_CLASS_METHOD, 0, o, function) : 0;
}

/* The cell of a method call that the records for plain attributes don't serve better. */
static Value method_cell(Value o, Value name)
{
    DictEntry *entry = method_entry(o, name);
    if (!entry)
        return class_method_cell(o, name);
    if (has_fixed_dict(shape_of(o)))
        return record_in_dict(CACHE_DICT_METHOD, o, name, entry);
    return (Value)record_for_entry(CACHE_METHOD, shape_id(o), entry);
}

static Value method_unless_in_dict(Value o, const CacheRecord *record, Value *receiver)
{
    Value value = record_is_for(record, o) ? from_instance_dict(o, record) : 0;
    if (value || !record_is_for(record, o) || thread_self()->exception)
        return value;
    value = load_acquire(record->entry);
    if (value)
        *receiver = o;
    return value;
}

static Value method_from_record(Value o, const CacheRecord *record, Value *receiver)
{
    if (record->kind == CACHE_DICT_METHOD)
        return method_unless_in_dict(o, record, receiver);
    if (record->kind != CACHE_METHOD && record->kind != CACHE_CLASS_METHOD)
        return from_record(o, record);
    if (!record_is_for(record, o))
        return 0;
    *receiver = o;
    return record->kind == CACHE_METHOD ? load_acquire(record->entry) : record->target;
}

static Value method_from_chain(Value o, Value content, Value *receiver)
{
    if (is_int(content))
        return from_chain(o, content);
    for (CacheRecord *record = (CacheRecord *)content; record; record = record->next) {
        Value method = method_from_record(o, record, receiver);
        if (method || thread_self()->exception) {
            STATS_ADD(method_chain_hits);
            return method;
        }
    }
    return 0;
}

static Value method_uncached(Value o, Value name, Value *receiver)
{
    STATS_ADD(method_lookups);
    bool self_first;
    Value method = get_method(o, name, &self_first);
    *receiver = self_first ? o : 0;
    return method;
}

Value load_method_cached(Frame *frame, Value o, Value name, Value *cell, Value *receiver)
{
    *receiver = 0;
    Value content = load_acquire(cell);
    if (!is_object(o) || cache_is_megamorphic(content))
        return method_uncached(o, name, receiver);
    if (content) {
        Value method = method_from_chain(o, content, receiver);
        if (method || thread_self()->exception)
            return outcome(o, name, method);
        if (is_known(o, content))
            return method_uncached(o, name, receiver);
    }
    uint64_t epoch = load_acquire(&type_epoch);
    content = method_cell(o, name);
    if (!content)
        return error_pending() ? 0 : get_attr_missed(frame, o, name, cell);
    return cache_extend(frame, cell, content, epoch) ? method_uncached(o, name, receiver) : 0;
}

/* ---- stores */

/* The slot that a cell of a store names; 0 if it has none for this shape. */
static Value *slot_from_chain(Value o, Value content)
{
    if (!is_object(content))
        return slot_from_cell(o, content);
    for (CacheRecord *record = (CacheRecord *)content; record; record = record->next)
        if (record->kind == CACHE_SLOT && record->shape == shape_id(o))
            return (Value *)(void *)((char *)o + record->offset);
    return 0;
}

/* Adds the attribute that a record of the cell says to a local object. */
static bool add_slot_from_chain(Value o, Value value, Value content)
{
    if (!is_object(content) || is_shared(o))
        return false;
    for (CacheRecord *record = (CacheRecord *)content; record; record = record->next) {
        if (record->kind != CACHE_ADD_SLOT || record->shape != shape_id(o))
            continue;
        gc_store(o, (Value *)(void *)((char *)o + record->offset), value);
        store_release(&o->shape, record->new_shape);
        return true;
    }
    return false;
}

/* A store to an existing slot of a SHARED object: under its lock, the shape checked again. */
static bool store_shared_slot(Value o, Value value, Value content)
{
    WITH_LOCK (o) {
        Value *slot = slot_from_chain(o, content);
        if (!slot)
            return false;
        gc_store(o, slot, value);
        return true;
    }
    UNREACHABLE();
}

static Value store_cell(Value o, Value name)
{
    Shape *shape = shape_of(o);
    Type *type = shape->type;
    if (!(type_flags(type) & TYPE_DEFAULT_SETATTR))
        return 0;
    DictEntry *entry = type_lookup_entry(type, name);
    Value found = entry ? load_acquire(&entry->value) : 0;
    if (found && has_shape(found, SHAPE_MEMBER)) {
        Member *member = (Member *)found;
        if (!is_fixed_field(member, type) || member->readonly)
            return 0;
        return cell_pack(shape->id, (uint32_t)((char *)member_field(member, o) - (char *)o));
    }
    if (found && type_of(found) == &property_type)
        return record_for_target(CACHE_PROPERTY, shape->id, 0, found);
    if (found && type_of(found)->descr_set)
        return record_for_python(CACHE_DESCRIPTOR, shape->id, 0, found, ROW_descr_set_DESCR_SET);
    if (!has_fixed_slots(shape))
        return 0;
    int slot = shape_find(shape, name);
    uint32_t offset = slot >= 0 ? slot_offset(shape, slot) : 0;
    return offset ? cell_pack(shape->id, offset) : 0;
}

/* After a generic store moved the object from `before` to a child shape: the next object may do so
 * without a lookup. */
static Value add_cell(Value o, Value name, uint32_t before)
{
    Shape *shape = shape_of(o);
    if (!has_fixed_slots(shape) || shape->parent != before || shape->name != name ||
        !(type_flags(shape->type) & TYPE_DEFAULT_SETATTR))
        return 0;
    DictEntry *entry = type_lookup_entry(shape->type, name);
    Value found = entry ? load_acquire(&entry->value) : 0;
    uint32_t offset = slot_offset(shape, shape_find(shape, name));
    if ((found && type_of(found)->descr_set) || !offset)
        return 0;
    CacheRecord *record = cache_record_new(CACHE_ADD_SLOT);
    if (!record)
        return 0;
    record->shape = before;
    record->new_shape = shape->id;
    record->offset = offset;
    return (Value)record;
}

static bool store_from_chain(Value o, Value value, Value content)
{
    Value *slot = slot_from_chain(o, content);
    if (!slot)
        return add_slot_from_chain(o, value, content);
    if (is_shared(o))
        return store_shared_slot(o, value, content);
    gc_store(o, slot, value);
    return true;
}

bool set_attr_cached(Frame *frame, Value o, Value name, Value value, Value *cell)
{
    Value content = load_acquire(cell);
    if (!is_object(o) || is_type(o) || cache_is_megamorphic(content)) {
        STATS_ADD(store_misses);
        return set_attr(o, name, value);
    }
    const CacheRecord *record = record_from_cell(o, content);
    if (record && (record->kind == CACHE_PROPERTY || record->kind == CACHE_DESCRIPTOR)) {
        DescrSetFn set = type_of(record->target)->descr_set;
        return set ? set(record->target, o, value) : set_attr(o, name, value);
    }
    if (content && store_from_chain(o, value, content)) {
        STATS_ADD(store_chain_hits);
        return true;
    }
    STATS_ADD(store_misses);
    uint64_t epoch = load_acquire(&type_epoch);
    uint32_t before = shape_id(o);
    content = store_cell(o, name);
    if (!set_attr(o, name, value))
        return false;
    if (!content && shape_id(o) != before)
        content = add_cell(o, name, before);
    return content ? cache_extend(frame, cell, content, epoch) : !error_pending();
}

/* ---- super */

static Value proxy_attribute(Value super_value, Value class, Value self, Value name, size_t how)
{
    Value proxy = how & SUPER_TWO_ARGUMENTS ? call2(super_value, class, self) : call0(super_value);
    return proxy ? get_attr(proxy, name) : 0;
}

/* Lets the cell know of a method that was found. */
static bool cache_super_method(Frame *frame, Value class, Value self, Value name, Value *cell,
                               uint64_t epoch)
{
    if (!is_object(self) || cache_is_megamorphic(load_acquire(cell)))
        return true;
    DictEntry *entry = super_method_entry(class, self, name);
    if (!entry)
        return true;
    CacheRecord *record = record_for_entry(CACHE_SUPER_METHOD, shape_id(self), entry);
    if (!record)
        return false;
    gc_store(record, &record->object, class);
    return cache_extend(frame, cell, (Value)record, epoch);
}

bool load_super_attr(Frame *frame, Value *area, size_t how, Value name, Value *cell)
{
    Value class = area[FRAME_WORDS], self = area[FRAME_WORDS + 1], found;
    bool builtin = area[0] == (Value)&super_type, self_first = false;
    uint64_t epoch = load_acquire(&type_epoch);
    if (!builtin)
        found = proxy_attribute(area[0], class, self, name, how);
    else if (how & SUPER_METHOD)
        found = super_method(class, self, name, &self_first);
    else
        found = super_attribute(class, self, name);
    if (!found || (self_first && !cache_super_method(frame, class, self, name, cell, epoch)))
        return false;
    area[0] = found;
    if (how & SUPER_METHOD && !self_first)
        area[FRAME_WORDS + 1] = 0;
    return true;
}

/* For super() called as a plain function: from the running frame. */
static bool first_argument_is_captured(const Code *code)
{
    const uint16_t *registers = (const uint16_t *)(const void *)code->cell_registers->data;
    for (intptr_t i = 0; i < tuple_length(code->cellvars); i++)
        if (registers[i] == 0)
            return true;
    return false;
}

static bool super_from_frame(Value *class, Value *self)
{
    Frame *frame = thread_self()->frame;
    if (!frame)
        return raise(RuntimeError, "super(): no current frame");
    Code *code = frame->code;
    if (!code->argcount)
        return raise(RuntimeError, "super(): no arguments");
    Value first = frame_registers(frame)[0];
    if (first_argument_is_captured(code))
        first = load_acquire(&((Cell *)first)->value);
    if (!first)
        return raise(RuntimeError, "super(): arg[0] deleted");
    intptr_t count = tuple_length(code->freevars);
    for (intptr_t i = 0; i < count; i++) {
        if (!str_equals(tuple_get(code->freevars, i), "__class__"))
            continue;
        Value cell = tuple_get(frame->function->closure, i);
        *class = load_acquire(&((Cell *)cell)->value);
        *self = first;
        if (!*class)
            return raise(RuntimeError, "super(): empty __class__ cell");
        if (!is_type(*class))
            return raise(RuntimeError, "super(): __class__ is not a type (%T)", *class);
        return true;
    }
    return raise(RuntimeError, "super(): __class__ cell not found");
}

void super_hook_start(void)
{
    super_frame_hook = super_from_frame;
}
