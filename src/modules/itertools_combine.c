/* itertools' combinatoric iterators. Each keeps the positions in its pools of the tuple that it
 * returned last, and steps to the next under its lock: no Python code runs in between. */
#include "modules/itertools_inner.h"

typedef struct Combiner {
    Object ob;
    Value pool;            /* tuple of items; product: tuple of such tuples. immutable after init */
    Value indices;         /* Raw of intptr_t; it and its contents guarded by lock */
    Value cycles;          /* the same, of permutations; else 0 */
    intptr_t length;       /* of the tuples to make; immutable after init */
    bool started, stopped; /* guarded by lock */
} Combiner;

TRACE_FIELDS(combiner_trace, Combiner, pool, 3)

ALWAYS_INLINE intptr_t *indices_of(Value raw)
{
    return (intptr_t *)(void *)((Raw *)raw)->data;
}

static Value indices_new(intptr_t count)
{
    if (count > INTPTR_MAX / (intptr_t)sizeof(intptr_t))
        return raise_no_memory();
    return (Value)raw_new(count * (intptr_t)sizeof(intptr_t));
}

static Combiner *combiner_new(Type *type, Value pool, intptr_t length, intptr_t index_count)
{
    Value indices = TRY_OR(indices_new(index_count), 0);
    Combiner *c = TRY_OR(NEW(Combiner, type), 0);
    gc_store(c, &c->pool, pool);
    gc_store(c, &c->indices, indices);
    c->length = length;
    return c;
}

/* Tuples of so many items are made from an array on the stack. */
enum { SHORT_TUPLE = 8 };

/* The items of the pool at the indices. */
static Value pick(const Combiner *c)
{
    const intptr_t *indices = indices_of(c->indices);
    Value items[SHORT_TUPLE];
    if (c->length <= SHORT_TUPLE) {
        for (intptr_t i = 0; i < c->length; i++)
            items[i] = tuple_get(c->pool, indices[i]);
        return tuple_from_values(items, c->length);
    }
    Value result = TRY(tuple_new(c->length));
    for (intptr_t i = 0; i < c->length; i++)
        tuple_init(result, i, tuple_get(c->pool, indices[i]));
    return result;
}

/* Runs `step`, which moves to the next positions or returns false at the end, and picks. */
static Value combiner_next(Combiner *c, bool (*step)(Combiner *c), Value (*make)(const Combiner *c))
{
    WITH_LOCK (c) {
        if (c->stopped)
            return 0;
        if (c->started && !step(c)) {
            c->stopped = true;
            return 0;
        }
        c->started = true;
        return make(c);
    }
    UNREACHABLE();
}

/* ---- pickles: the pool and length, and if begun the indices -------------------------------------
 */

static Value indices_tuple(Value raw, intptr_t count)
{
    Value result = TRY(tuple_new(count));
    for (intptr_t i = 0; i < count; i++)
        tuple_init(result, i, TRY(int_from(indices_of(raw)[i])));
    return result;
}

/* New indices from a tuple, each clipped to [low, high(i)]. */
static Value indices_from(intptr_t count, Value tuple, intptr_t low,
                          intptr_t (*high)(const Combiner *c, intptr_t i), const Combiner *c)
{
    if (!is_tuple(tuple) || tuple_length(tuple) != count)
        return raise(ValueError, "invalid arguments");
    Value raw = TRY(indices_new(count));
    for (intptr_t i = 0; i < count; i++) {
        intptr_t index, most = high(c, i);
        TRY(index_as_intptr(tuple_get(tuple, i), &index));
        indices_of(raw)[i] = index < low ? low : index > most ? most : index;
    }
    return raw;
}

/* Where it is at one moment. */
typedef struct State {
    bool started, stopped;
    Value indices, cycles; /* tuples; 0 unless it has started and not stopped */
} State;

/* cycle_count is 0 but for permutations. False: an exception. */
static bool state_of(Combiner *c, intptr_t index_count, intptr_t cycle_count, State *state)
{
    *state = (State){0};
    WITH_LOCK (c) {
        state->started = c->started;
        state->stopped = c->stopped;
        if (!c->started || c->stopped)
            break;
        state->indices = TRY(indices_tuple(c->indices, index_count));
        if (c->cycles)
            state->cycles = TRY(indices_tuple(c->cycles, cycle_count));
    }
    return true;
}

REDUCE(combinations_reduce)
{
    Combiner *c = (Combiner *)args[0];
    State state;
    TRY(warn_pickle());
    Value type = (Value)type_of(args[0]), length = TRY(int_from(c->length));
    TRY(state_of(c, c->length, 0, &state));
    if (state.stopped)
        return tuple_of(type, TRY(tuple_of(TRY(tuple_empty()), length)));
    Value arguments = TRY(tuple_of(c->pool, length));
    return state.started ? tuple_of(type, arguments, state.indices) : tuple_of(type, arguments);
}

static bool has_stopped(Combiner *c)
{
    WITH_LOCK (c)
        return c->stopped;
    UNREACHABLE();
}

/* __setstate__ with new indices; cycles 0 but for permutations. Not if it has stopped meanwhile. */
static Value set_indices(Combiner *c, Value indices, Value cycles)
{
    WITH_LOCK (c) {
        if (c->stopped)
            break;
        gc_store(c, &c->indices, indices);
        if (cycles)
            gc_store(c, &c->cycles, cycles);
        c->started = true;
    }
    return None;
}

/* ---- product
 * -------------------------------------------------------------------------------------- */

NEW_METHOD(product_new, "*iterables, repeat=1")
{
    intptr_t repeat = TRY_INDEX(args[2]), given = tuple_length(args[1]);
    if (repeat < 0)
        return raise(ValueError, "repeat argument cannot be negative");
    if (given && repeat > (INTPTR_MAX >> 3) / given)
        return raise(OverflowError, "repeat argument too large");
    if (!repeat)
        given = 0;
    intptr_t count = given * repeat;
    Value pools = TRY(tuple_new(count));
    bool empty = false;
    for (intptr_t i = 0; i < given; i++) {
        Value pool = TRY(tuple_from_iterable(tuple_get(args[1], i)));
        empty |= tuple_length(pool) == 0;
        for (intptr_t j = i; j < count; j += given)
            tuple_init(pools, j, pool);
    }
    Combiner *c = TRY_OR(combiner_new((Type *)args[0], pools, count, count), 0);
    memset(indices_of(c->indices), 0, (size_t)count * sizeof(intptr_t));
    c->stopped = empty;
    return (Value)c;
}

/* As an odometer turns: the last one goes on, those that come full circle begin again. */
static bool product_step(Combiner *c)
{
    intptr_t *indices = indices_of(c->indices);
    for (intptr_t i = c->length - 1; i >= 0; i--) {
        if (++indices[i] < tuple_length(tuple_get(c->pool, i)))
            return true;
        indices[i] = 0;
    }
    return false;
}

static Value product_pick(const Combiner *c)
{
    const intptr_t *indices = indices_of(c->indices);
    Value items[SHORT_TUPLE];
    if (c->length <= SHORT_TUPLE) {
        for (intptr_t i = 0; i < c->length; i++)
            items[i] = tuple_get(tuple_get(c->pool, i), indices[i]);
        return tuple_from_values(items, c->length);
    }
    Value result = TRY(tuple_new(c->length));
    for (intptr_t i = 0; i < c->length; i++)
        tuple_init(result, i, tuple_get(tuple_get(c->pool, i), indices[i]));
    return result;
}

static Value product_next(Value self)
{
    return combiner_next((Combiner *)self, product_step, product_pick);
}

REDUCE(product_reduce)
{
    Combiner *c = (Combiner *)args[0];
    State state;
    TRY(warn_pickle());
    Value type = (Value)type_of(args[0]);
    TRY(state_of(c, c->length, 0, &state));
    if (state.stopped)
        return tuple_of(type, TRY(tuple_of(TRY(tuple_empty()))));
    return state.started ? tuple_of(type, c->pool, state.indices) : tuple_of(type, c->pool);
}

static intptr_t product_high(const Combiner *c, intptr_t i)
{
    return tuple_length(tuple_get(c->pool, i)) - 1;
}

SETSTATE(product_setstate)
{
    Combiner *c = (Combiner *)args[0];
    TRY(warn_pickle());
    if (has_stopped(c))
        return None;
    return set_indices(c, TRY(indices_from(c->length, args[1], 0, product_high, c)), 0);
}

static MethodDef *const product_methods[] = {M(product_reduce), M(product_setstate), 0};

Type product_type = {
    ITERATOR_TYPE("product", Combiner, product_next, combiner_trace, M(product_new),
                  "Cartesian product of input iterables.  Equivalent to nested for-loops.\n\nFor "
                  "example, product(A, B) returns the same as:  ((x,y) for x in A for y in B)."),
    .methods = product_methods,
    .signature = "*iterables, repeat=1",
};

/* ---- combinations
 * ------------------------------------------------------------------------------------ */

static bool check_length(intptr_t r)
{
    return r >= 0 || raise(ValueError, "r must be non-negative");
}

NEW_METHOD(combinations_new, "iterable, r")
{
    intptr_t r = TRY_INDEX(args[2]);
    Value pool = TRY(tuple_from_iterable(args[1]));
    TRY(check_length(r));
    bool impossible = r > tuple_length(pool);
    Combiner *c = TRY_OR(combiner_new((Type *)args[0], pool, r, impossible ? 0 : r), 0);
    for (intptr_t i = 0; i < r && !impossible; i++)
        indices_of(c->indices)[i] = i;
    c->stopped = impossible;
    return (Value)c;
}

/* The rightmost index that is not at its last place goes on by one; those after it follow. */
static bool combinations_step(Combiner *c)
{
    intptr_t *indices = indices_of(c->indices), n = tuple_length(c->pool), i = c->length - 1;
    while (i >= 0 && indices[i] == i + n - c->length)
        i--;
    if (i < 0)
        return false;
    indices[i]++;
    for (i++; i < c->length; i++)
        indices[i] = indices[i - 1] + 1;
    return true;
}

static Value combinations_next(Value self)
{
    return combiner_next((Combiner *)self, combinations_step, pick);
}

static intptr_t combinations_high(const Combiner *c, intptr_t i)
{
    return i + tuple_length(c->pool) - c->length;
}

SETSTATE(combinations_setstate)
{
    Combiner *c = (Combiner *)args[0];
    TRY(warn_pickle());
    if (has_stopped(c))
        return None;
    return set_indices(c, TRY(indices_from(c->length, args[1], 0, combinations_high, c)), 0);
}

static MethodDef *const combinations_methods[] = {M(combinations_reduce), M(combinations_setstate),
                                                  0};

Type combinations_type = {
    ITERATOR_TYPE("combinations", Combiner, combinations_next, combiner_trace, M(combinations_new),
                  "Return successive r-length combinations of elements in the iterable.\n\n"
                  "combinations(range(4), 3) --> (0,1,2), (0,1,3), (0,2,3), (1,2,3)"),
    .methods = combinations_methods,
};

NEW_METHOD(with_replacement_new, "iterable, r")
{
    intptr_t r = TRY_INDEX(args[2]);
    Value pool = TRY(tuple_from_iterable(args[1]));
    TRY(check_length(r));
    Combiner *c = TRY_OR(combiner_new((Type *)args[0], pool, r, r), 0);
    memset(indices_of(c->indices), 0, (size_t)r * sizeof(intptr_t));
    c->stopped = r > 0 && tuple_length(pool) == 0;
    return (Value)c;
}

static bool with_replacement_step(Combiner *c)
{
    intptr_t *indices = indices_of(c->indices), n = tuple_length(c->pool), i = c->length - 1;
    while (i >= 0 && indices[i] == n - 1)
        i--;
    if (i < 0)
        return false;
    intptr_t index = indices[i] + 1;
    for (; i < c->length; i++)
        indices[i] = index;
    return true;
}

static Value with_replacement_next(Value self)
{
    return combiner_next((Combiner *)self, with_replacement_step, pick);
}

static intptr_t with_replacement_high(const Combiner *c, intptr_t i UNUSED)
{
    return tuple_length(c->pool) - 1;
}

SETSTATE(with_replacement_setstate)
{
    Combiner *c = (Combiner *)args[0];
    TRY(warn_pickle());
    if (has_stopped(c))
        return None;
    return set_indices(c, TRY(indices_from(c->length, args[1], 0, with_replacement_high, c)), 0);
}

static MethodDef *const combinations_with_replacement_methods[] = {M(combinations_reduce),
                                                                   M(with_replacement_setstate), 0};

Type combinations_with_replacement_type = {
    ITERATOR_TYPE("combinations_with_replacement", Combiner, with_replacement_next, combiner_trace,
                  M(with_replacement_new),
                  "Return successive r-length combinations of elements in the iterable allowing "
                  "individual elements to have successive repeats.\n\n"
                  "combinations_with_replacement('ABC', 2) --> ('A','A'), ('A','B'), ('A','C'), "
                  "('B','B'), ('B','C'), ('C','C')"),
    .methods = combinations_with_replacement_methods,
};

/* ---- permutations
 * ------------------------------------------------------------------------------------- */

NEW_METHOD(permutations_new, "iterable, r=None")
{
    Value pool = TRY(tuple_from_iterable(args[1]));
    intptr_t n = tuple_length(pool), r = n;
    if (args[2] != None) {
        if (!is_int_any(args[2]))
            return raise(TypeError, "Expected int as r");
        r = TRY_INDEX(args[2]);
        TRY(check_length(r));
    }
    bool impossible = r > n;
    Value cycles = TRY(indices_new(impossible ? 0 : r));
    Combiner *c = TRY_OR(combiner_new((Type *)args[0], pool, r, n), 0);
    gc_store(c, &c->cycles, cycles);
    for (intptr_t i = 0; i < n; i++)
        indices_of(c->indices)[i] = i;
    for (intptr_t i = 0; i < r && !impossible; i++)
        indices_of(cycles)[i] = n - i;
    c->stopped = impossible;
    return (Value)c;
}

/* cycles[i] counts down how many items are still to be tried at place i, given those before it.
 * When all were, the item there goes to the end, which restores the order that it began with. */
static bool permutations_step(Combiner *c)
{
    intptr_t *indices = indices_of(c->indices), *cycles = indices_of(c->cycles);
    intptr_t n = tuple_length(c->pool);
    for (intptr_t i = c->length - 1; i >= 0; i--) {
        intptr_t index = indices[i];
        if (--cycles[i] > 0) {
            indices[i] = indices[n - cycles[i]];
            indices[n - cycles[i]] = index;
            return true;
        }
        memmove(indices + i, indices + i + 1, (size_t)(n - 1 - i) * sizeof *indices);
        indices[n - 1] = index;
        cycles[i] = n - i;
    }
    return false;
}

static Value permutations_next(Value self)
{
    return combiner_next((Combiner *)self, permutations_step, pick);
}

REDUCE(permutations_reduce)
{
    Combiner *c = (Combiner *)args[0];
    State state;
    TRY(warn_pickle());
    Value type = (Value)type_of(args[0]), length = TRY(int_from(c->length));
    TRY(state_of(c, tuple_length(c->pool), c->length, &state));
    if (state.stopped)
        return tuple_of(type, TRY(tuple_of(TRY(tuple_empty()), length)));
    Value arguments = TRY(tuple_of(c->pool, length));
    if (!state.started)
        return tuple_of(type, arguments);
    return tuple_of(type, arguments, TRY(tuple_of(state.indices, state.cycles)));
}

static intptr_t permutations_high(const Combiner *c, intptr_t i UNUSED)
{
    return tuple_length(c->pool) - 1;
}

static intptr_t cycles_high(const Combiner *c, intptr_t i)
{
    return tuple_length(c->pool) - i;
}

SETSTATE(permutations_setstate)
{
    Combiner *c = (Combiner *)args[0];
    TRY(warn_pickle());
    if (has_stopped(c))
        return None;
    if (!is_tuple(args[1]) || tuple_length(args[1]) != 2)
        return raise(TypeError, "state is not a tuple");
    Value indices =
        TRY(indices_from(tuple_length(c->pool), tuple_get(args[1], 0), 0, permutations_high, c));
    Value cycles = TRY(indices_from(c->length, tuple_get(args[1], 1), 1, cycles_high, c));
    return set_indices(c, indices, cycles);
}

static MethodDef *const permutations_methods[] = {M(permutations_reduce), M(permutations_setstate),
                                                  0};

Type permutations_type = {
    ITERATOR_TYPE("permutations", Combiner, permutations_next, combiner_trace, M(permutations_new),
                  "Return successive r-length permutations of elements in the iterable.\n\n"
                  "permutations(range(3), 2) --> (0,1), (0,2), (1,0), (1,2), (2,0), (2,1)"),
    .methods = permutations_methods,
};
