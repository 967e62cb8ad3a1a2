#include "types/dict_iter.h"
#include "core/dialect.h"
#include "core/error.h"
#include "core/share.h"
#include "types/dict_table.h"
#include "types/int.h"
#include "types/iterators.h"
#include "types/list.h"
#include "types/tuple.h"

extern Type dict_reversekeyiterator_type, dict_reversevalueiterator_type,
    dict_reverseitemiterator_type;

static void dict_iterator_trace(Object *self, Tracer *tracer)
{
    gc_visit(tracer, load_relaxed(&((DictIterator *)self)->dict));
}

static Value iterator_new(Type *type, Value dict, intptr_t position)
{
    DictIterator *self = TRY(NEW(DictIterator, type));
    self->dict = dict; /* NO_BARRIER: fresh, nothing allocated since */
    self->position = position;
    self->length = self->left = dict_length(dict);
    return (Value)self;
}

Value dict_iterator_new(Value dict, DictPart part)
{
    static Type *const types[] = {&dict_keyiterator_type, &dict_valueiterator_type,
                                  &dict_itemiterator_type};
    return iterator_new(types[part], dict, 0);
}

Value dict_reverse_iterator_new(Value dict, DictPart part)
{
    static Type *const types[] = {&dict_reversekeyiterator_type, &dict_reversevalueiterator_type,
                                  &dict_reverseitemiterator_type};
    return iterator_new(types[part], dict, INTPTR_MAX);
}

/* The live entry at *position or after it (before it, if backwards); moves *position past it. */
static bool entry_at(Dict *dict, intptr_t *position, bool backwards, Value *key, Value *value)
{
    if (!backwards)
        return dict_next((Value)dict, position, key, value);
    DictTable *table = load_acquire(&dict->table);
    intptr_t end = load_acquire(&table->count), i = *position < end ? *position : end - 1;
    for (; i >= 0; i--) {
        DictEntry *entry = &table->entries[i];
        *key = load_acquire(&entry->key);
        *value = load_acquire(&entry->value);
        if (*key && *value) {
            *position = i - 1;
            return true;
        }
    }
    *position = -1;
    return false;
}

static int step(DictIterator *self, bool backwards, Value *key, Value *value)
{
    const char *message = 0;
    WITH_LOCK (self) {
        Dict *dict = (Dict *)self->dict;
        if (!dict)
            return 0;
        if (load_acquire(&dict->length) != self->length) {
            store_relaxed(&self->length, -1);
            message = "dictionary changed size during iteration";
            break;
        }
        if (!entry_at(dict, &self->position, backwards, key, value)) {
            store_release(&self->dict, (Value)0); /* NO_BARRIER: 0 */
            return 0;
        }
        if (!self->left) {
            message = "dictionary keys changed during iteration";
            store_release(&self->dict, (Value)0); /* NO_BARRIER: 0 */
            break;
        }
        store_relaxed(&self->left, self->left - 1);
        return 1;
    }
    raise(RuntimeError, "%s", message);
    return -1;
}

int dict_iterator_step(DictIterator *self, Value *key, Value *value)
{
    return step(self, false, key, value);
}

/* ---- slots */

static Value iterator_next_key(Value self)
{
    Value key, value;
    return step((DictIterator *)self, false, &key, &value) > 0 ? key : 0;
}

static Value iterator_next_value(Value self)
{
    Value key, value;
    return step((DictIterator *)self, false, &key, &value) > 0 ? value : 0;
}

static Value iterator_next_item(Value self)
{
    Value key, value;
    return step((DictIterator *)self, false, &key, &value) > 0 ? tuple_of(key, value) : 0;
}

static NextParts iterator_next_parts(Value self, Value *parts, unsigned count)
{
    if (count != 2)
        return PARTS_OTHERWISE;
    Value key, value;
    if (step((DictIterator *)self, false, &key, &value) <= 0)
        return PARTS_ENDED;
    parts[0] = key;
    parts[1] = value;
    return PARTS_WRITTEN;
}

static Value iterator_previous_key(Value self)
{
    Value key, value;
    return step((DictIterator *)self, true, &key, &value) > 0 ? key : 0;
}

static Value iterator_previous_value(Value self)
{
    Value key, value;
    return step((DictIterator *)self, true, &key, &value) > 0 ? value : 0;
}

static Value iterator_previous_item(Value self)
{
    Value key, value;
    return step((DictIterator *)self, true, &key, &value) > 0 ? tuple_of(key, value) : 0;
}

/* ---- methods */

METHOD(dict_iterator_length_hint, "__length_hint__", "/",
       "Private method returning an estimate of len(list(it)).")
{
    DictIterator *self = (DictIterator *)args[0];
    Value dict = load_acquire(&self->dict);
    bool valid = dict && dict_length(dict) == load_relaxed(&self->length);
    return int_from(valid ? load_relaxed(&self->left) : 0);
}

METHOD(dict_iterator_reduce, "__reduce__", "/", "Return state information for pickling.")
{
    DictIterator *self = (DictIterator *)args[0];
    DictIterator *copy = TRY(NEW(DictIterator, type_of(args[0])));
    WITH_LOCK (self) {
        gc_store(copy, &copy->dict, self->dict);
        copy->position = self->position;
        copy->length = self->length;
        copy->left = self->left;
    }
    Value rest = TRY(list_from_iterable((Value)copy));
    return iterator_reduce_to("iter", rest);
}

static MethodDef *const dict_iterator_methods[] = {M(dict_iterator_length_hint),
                                                   M(dict_iterator_reduce), 0};

#define DICT_ITERATOR(id, name_, next_, layout_)                                                   \
    Type id = {TYPE_HEAD(name_, DictIterator),                                                     \
               .iter = iterator_self,                                                              \
               .next = next_,                                                                      \
               .methods = dict_iterator_methods,                                                   \
               .trace = dict_iterator_trace,                                                       \
               .layout = layout_,                                                                  \
               .flags = TYPE_NO_NEW}

DICT_ITERATOR(dict_keyiterator_type, "dict_keyiterator", iterator_next_key, LAYOUT_DICT_ITERATOR);
DICT_ITERATOR(dict_valueiterator_type, "dict_valueiterator", iterator_next_value, LAYOUT_OTHER);
DICT_ITERATOR(dict_itemiterator_type, "dict_itemiterator", iterator_next_item, LAYOUT_OTHER);
DICT_ITERATOR(dict_reversekeyiterator_type, "dict_reversekeyiterator", iterator_previous_key,
              LAYOUT_OTHER);
DICT_ITERATOR(dict_reversevalueiterator_type, "dict_reversevalueiterator", iterator_previous_value,
              LAYOUT_OTHER);
DICT_ITERATOR(dict_reverseitemiterator_type, "dict_reverseitemiterator", iterator_previous_item,
              LAYOUT_OTHER);

void dict_iter_start(void)
{
    type_ready(&dict_keyiterator_type, SHAPE_DICT_ITERATOR);
    type_ready(&dict_valueiterator_type, 0);
    dict_itemiterator_type.next_parts = iterator_next_parts;
    type_ready(&dict_itemiterator_type, 0);
    type_ready(&dict_reversekeyiterator_type, 0);
    type_ready(&dict_reversevalueiterator_type, 0);
    type_ready(&dict_reverseitemiterator_type, 0);
}
