/* The match statement (PEP 634).
 *
 * A pattern tests R[subject] and jumps to `fail` if it does not match. What it captures is kept
 * in temporaries and bound to names when the whole pattern has matched; the alternatives of an
 * or-pattern put the same name into the same temporary.
 */
#include "compile/gen.h"

#include "core/error.h"
#include "core/thread.h"
#include "types/set.h"
#include "types/str.h"
#include "types/tuple.h"

enum { MAX_CAPTURES = 1 << 16 };

typedef struct Capture {
    const Ident *name;
    Reg reg;
} Capture;

typedef struct Matcher {
    VEC(Capture) captures;
    size_t reserved;  /* the first captures have registers, fixed by an or-pattern around */
    VEC(bool) filled; /* of those, which this alternative has captured */
    bool allow_irrefutable;
} Matcher;

static void pattern(Compiler *c, Matcher *m, const Pattern *p, Reg subject, Label fail);

static bool is_wildcard(const Pattern *p)
{
    return p->kind == AST_MatchAs && !p->MatchAs.name;
}

static bool is_star_wildcard(const Pattern *p)
{
    return p->kind == AST_MatchStar && !p->MatchStar.name;
}

/* ---- Captures ---- */

static void capture(Compiler *c, Matcher *m, const Pattern *p, const Ident *name, Reg value)
{
    if (!name || forbid_debug(c, name, p, AST_Store))
        return;
    for (size_t i = 0; i < m->captures.count; i++) {
        Capture *old = &m->captures.items[i];
        if (old->name != name)
            continue;
        if (i >= m->reserved || m->filled.items[i]) {
            compiler_error(c, p, "multiple assignments to name '%s' in pattern", name->bytes);
            return;
        }
        m->filled.items[i] = true;
        emit_move(c, old->reg, value);
        return;
    }
    Capture new = {name, temp_new(c)};
    if (!vec_push(&m->captures, new) || !vec_push(&m->filled, true))
        compiler_fail_memory(c);
    emit_move(c, new.reg, value);
}

/* ---- Simple patterns ---- */

static void value_pattern(Compiler *c, const Pattern *p, Reg subject, Label fail)
{
    uint32_t mark = c->unit->top;
    const Expr *value = p->MatchValue.value;
    if (value->kind != AST_Constant && value->kind != AST_Attribute) {
        compiler_error(c, p, "patterns may only match literals and attribute lookups");
        return;
    }
    Reg wanted = expr_gen(c, value);
    emit_compare_jump(c, OPCODE(JUMP_EQ), subject, wanted, false, fail);
    c->unit->top = mark;
}

static void singleton_pattern(Compiler *c, const Pattern *p, Reg subject, Label fail)
{
    uint32_t mark = c->unit->top;
    Reg wanted = temp_new(c);
    emit_const(c, wanted, const_value_object(&p->MatchSingleton.value));
    emit_compare_jump(c, OPCODE(JUMP_IS), subject, wanted, false, fail);
    c->unit->top = mark;
}

static void as_pattern(Compiler *c, Matcher *m, const Pattern *p, Reg subject, Label fail)
{
    if (p->MatchAs.pattern) {
        pattern(c, m, p->MatchAs.pattern, subject, fail);
        set_position(c, p);
        capture(c, m, p, p->MatchAs.name, subject);
        return;
    }
    if (!m->allow_irrefutable) {
        if (p->MatchAs.name)
            compiler_error(c, p, "name capture '%s' makes remaining patterns unreachable",
                           p->MatchAs.name->bytes);
        else
            compiler_error(c, p, "wildcard makes remaining patterns unreachable");
        return;
    }
    capture(c, m, p, p->MatchAs.name, subject);
}

static void sub_pattern(Compiler *c, Matcher *m, const Pattern *p, Reg subject, Label fail)
{
    bool allow = m->allow_irrefutable;
    m->allow_irrefutable = true;
    pattern(c, m, p, subject, fail);
    m->allow_irrefutable = allow;
}

/* ---- Sequences ---- */

static int star_index(Compiler *c, const Pattern *p, bool *only_wildcard)
{
    const PatternSeq *items = &p->MatchSequence.patterns;
    int star = -1;
    *only_wildcard = true;
    for (int i = 0; i < items->count; i++) {
        const Pattern *item = items->items[i];
        if (item->kind == AST_MatchStar) {
            if (star >= 0) {
                compiler_error(c, p, "multiple starred names in sequence pattern");
                return -1;
            }
            star = i;
            *only_wildcard &= is_star_wildcard(item);
        } else {
            *only_wildcard &= is_wildcard(item);
        }
    }
    return star;
}

static void check_length(Compiler *c, Reg subject, int length, bool at_least, Label fail)
{
    uint32_t mark = c->unit->top;
    Reg actual = temp_new(c), wanted = temp_new(c);
    emit(c, OPCODE(GET_LENGTH), (uint32_t)actual, (uint32_t)subject, 0);
    emit_const(c, wanted, int_small(length));
    emit_compare_jump(c, at_least ? OPCODE(JUMP_GE) : OPCODE(JUMP_EQ), actual, wanted, false, fail);
    c->unit->top = mark;
}

/* With a wildcard star only the other items are fetched, by index. */
static void items_by_index(Compiler *c, Matcher *m, const PatternSeq *items, int star, Reg subject,
                           Label fail)
{
    Reg index = temp_new(c), length = temp_new(c);
    for (int i = 0; i < items->count; i++) {
        const Pattern *item = items->items[i];
        if (i == star || is_wildcard(item))
            continue;
        Reg value = temp_new(c);
        if (i < star) {
            emit_const(c, index, int_small(i));
        } else {
            emit(c, OPCODE(GET_LENGTH), (uint32_t)length, (uint32_t)subject, 0);
            emit_const(c, index, int_small(items->count - i));
            emit(c, OPCODE(SUBTRACT), (uint32_t)index, (uint32_t)length, (uint32_t)index);
        }
        emit(c, OPCODE(GET_ITEM), (uint32_t)value, (uint32_t)subject, (uint32_t)index);
        sub_pattern(c, m, item, value, fail);
    }
}

static void sequence_pattern(Compiler *c, Matcher *m, const Pattern *p, Reg subject, Label fail)
{
    const PatternSeq *items = &p->MatchSequence.patterns;
    bool only_wildcard;
    int star = star_index(c, p, &only_wildcard);
    Reg test = temp_new(c);
    emit(c, OPCODE(MATCH_SEQUENCE), (uint32_t)test, (uint32_t)subject, 0);
    emit_jump(c, OPCODE(JUMP_IF_FALSE), test, fail);
    if (star < 0)
        check_length(c, subject, items->count, false, fail);
    else if (items->count > 1)
        check_length(c, subject, items->count - 1, true, fail);
    if (only_wildcard)
        return;
    if (star >= 0 && is_star_wildcard(items->items[star])) {
        items_by_index(c, m, items, star, subject, fail);
        return;
    }
    Reg first = temps_new(c, items->count);
    if (star < 0)
        emit(c, OPCODE(UNPACK), (uint32_t)first, (uint32_t)subject, (uint32_t)items->count);
    else
        emit_x(c, OPCODE(UNPACK_STAR), (uint32_t)first, (uint32_t)subject, (uint32_t)star,
               (uint32_t)(items->count - star - 1));
    for (int i = 0; i < items->count; i++)
        sub_pattern(c, m, items->items[i], first + i, fail);
}

/* ---- Mappings ---- */

static bool check_keys(Compiler *c, const Pattern *p)
{
    const ExprSeq *keys = &p->MatchMapping.keys;
    for (int i = 0; i < keys->count; i++) {
        const Expr *key = keys->items[i];
        if (!is_constant(key) && key->kind != AST_Attribute) {
            compiler_error(c, p,
                           "mapping pattern keys may only match literals and attribute lookups");
            return false;
        }
        if (!is_constant(key))
            continue;
        Value value = constant_object(c, key);
        for (int j = 0; value && j < i; j++) {
            if (!is_constant(keys->items[j]))
                continue;
            Value other = constant_object(c, keys->items[j]);
            if (other && object_equal(value, other) == 1) {
                compiler_error(c, p, "mapping pattern checks duplicate key (%s)",
                               str_utf8_lossy(object_repr(value), &(size_t){0}));
                return false;
            }
        }
    }
    return !c->failed;
}

/* R[rest] = a dict of what the subject has besides the keys. */
static void rest_of_mapping(Compiler *c, const Pattern *p, Reg subject, Reg rest, Reg keys)
{
    int count = p->MatchMapping.keys.count;
    emit(c, OPCODE(BUILD_MAP), (uint32_t)rest, (uint32_t)rest, 0);
    emit(c, OPCODE(DICT_UPDATE), (uint32_t)rest, (uint32_t)subject, 0);
    Reg first = temps_new(c, count);
    if (count)
        emit(c, OPCODE(UNPACK), (uint32_t)first, (uint32_t)keys, (uint32_t)count);
    for (int i = 0; i < count; i++)
        emit(c, OPCODE(DEL_ITEM), (uint32_t)rest, (uint32_t)first + (uint32_t)i, 0);
}

static void mapping_pattern(Compiler *c, Matcher *m, const Pattern *p, Reg subject, Label fail)
{
    const struct Ast_MatchMapping *map = &p->MatchMapping;
    int count = map->keys.count;
    Reg test = temp_new(c);
    emit(c, OPCODE(MATCH_MAPPING), (uint32_t)test, (uint32_t)subject, 0);
    emit_jump(c, OPCODE(JUMP_IF_FALSE), test, fail);
    if (!count && !map->rest)
        return;
    if (count)
        check_length(c, subject, count, true, fail);
    if (!check_keys(c, p))
        return;
    Reg keys = temp_new(c), values = temp_new(c);
    uint32_t mark = c->unit->top;
    Reg first = expr_run(c, map->keys.items, count);
    emit(c, OPCODE(BUILD_TUPLE), (uint32_t)keys, (uint32_t)first, (uint32_t)count);
    c->unit->top = mark;
    emit(c, OPCODE(MATCH_KEYS), (uint32_t)values, (uint32_t)subject, (uint32_t)keys);
    emit_jump(c, OPCODE(JUMP_IF_NONE), values, fail);
    Reg items = temps_new(c, count);
    if (count)
        emit(c, OPCODE(UNPACK), (uint32_t)items, (uint32_t)values, (uint32_t)count);
    for (int i = 0; i < count; i++)
        sub_pattern(c, m, map->patterns.items[i], items + i, fail);
    if (map->rest) {
        set_position(c, p);
        Reg rest = temp_new(c);
        rest_of_mapping(c, p, subject, rest, keys);
        capture(c, m, p, map->rest, rest);
    }
}

/* ---- Classes ---- */

static bool check_class_keywords(Compiler *c, const Pattern *p)
{
    const IdentSeq *attributes = &p->MatchClass.kwd_attrs;
    for (int i = 0; i < attributes->count; i++) {
        if (forbid_debug(c, attributes->items[i], p->MatchClass.kwd_patterns.items[i], AST_Store))
            return false;
        for (int j = i + 1; j < attributes->count; j++)
            if (attributes->items[j] == attributes->items[i]) {
                compiler_error(c, p->MatchClass.kwd_patterns.items[j],
                               "attribute name repeated in class pattern: %s",
                               attributes->items[j]->bytes);
                return false;
            }
    }
    return true;
}

static void class_pattern(Compiler *c, Matcher *m, const Pattern *p, Reg subject, Label fail)
{
    const struct Ast_MatchClass *k = &p->MatchClass;
    if (!check_class_keywords(c, p))
        return;
    int positional = k->patterns.count, keywords = k->kwd_attrs.count;
    Reg area = temps_new(c, 3), values = temp_new(c);
    emit_move(c, area, subject);
    expr_to(c, k->cls, area + 1);
    if (c->failed)
        return;
    Value attributes = tuple_new(keywords);
    for (int i = 0; attributes && i < keywords; i++) {
        Value name = ident_value(c, k->kwd_attrs.items[i]);
        if (!name)
            return;
        tuple_init(attributes, i, name);
    }
    emit_const(c, area + 2, attributes);
    set_position(c, p);
    emit(c, OPCODE(MATCH_CLASS), (uint32_t)values, (uint32_t)area, (uint32_t)positional);
    emit_jump(c, OPCODE(JUMP_IF_NONE), values, fail);
    int count = positional + keywords;
    Reg items = temps_new(c, count);
    if (count)
        emit(c, OPCODE(UNPACK), (uint32_t)items, (uint32_t)values, (uint32_t)count);
    for (int i = 0; i < positional; i++)
        sub_pattern(c, m, k->patterns.items[i], items + i, fail);
    for (int i = 0; i < keywords; i++)
        sub_pattern(c, m, k->kwd_patterns.items[i], items + positional + i, fail);
}

/* ---- Alternatives ---- */

static bool all_filled(const Matcher *m, size_t from)
{
    for (size_t i = from; i < m->reserved; i++)
        if (!m->filled.items[i])
            return false;
    return true;
}

/* The first alternative gives its captures registers; the others must fill exactly these. */
static void or_pattern(Compiler *c, Matcher *m, const Pattern *p, Reg subject, Label fail)
{
    const PatternSeq *alternatives = &p->MatchOr.patterns;
    Label end = label_new(c);
    size_t reserved = m->reserved, before = m->captures.count;
    bool allow = m->allow_irrefutable;
    uint32_t floor = 0;
    bool *outer = arena_alloc(c->arena, before + 1), *after = arena_alloc(c->arena, before + 1);
    if (!outer || !after) {
        compiler_fail_memory(c);
        return;
    }
    if (before)
        memcpy(outer, m->filled.items, before * sizeof(bool));
    for (int i = 0; i < alternatives->count && !c->failed; i++) {
        bool last = i == alternatives->count - 1;
        const Pattern *alternative = alternatives->items[i];
        Label next = last ? fail : label_new(c);
        set_position(c, alternative);
        m->allow_irrefutable = last && allow;
        if (before)
            memcpy(m->filled.items, outer, before * sizeof(bool));
        for (size_t k = before; k < m->reserved; k++)
            m->filled.items[k] = false;
        size_t count = m->captures.count;
        pattern(c, m, alternative, subject, next);
        if (i == 0) {
            m->reserved = m->captures.count;
            floor = c->unit->top;
            if (before)
                memcpy(after, m->filled.items, before * sizeof(bool));
        } else if (m->captures.count != count || !all_filled(m, before) ||
                   (before && memcmp(after, m->filled.items, before * sizeof(bool)) != 0)) {
            compiler_error(c, p, "alternative patterns bind different names");
            return;
        }
        if (c->unit->top < floor)
            c->unit->top = floor;
        if (!last) {
            emit_jump(c, OPCODE(JUMP), 0, end);
            label_bind(c, next);
        }
    }
    m->reserved = reserved;
    m->allow_irrefutable = allow;
    label_bind(c, end);
}

static void pattern(Compiler *c, Matcher *m, const Pattern *p, Reg subject, Label fail)
{
    if (c->failed)
        return;
    if (!c_stack_check(" during compilation")) {
        compiler_fail(c);
        return;
    }
    set_position(c, p);
    switch (p->kind) {
    case AST_MatchValue:
        value_pattern(c, p, subject, fail);
        break;
    case AST_MatchSingleton:
        singleton_pattern(c, p, subject, fail);
        break;
    case AST_MatchSequence:
        sequence_pattern(c, m, p, subject, fail);
        break;
    case AST_MatchMapping:
        mapping_pattern(c, m, p, subject, fail);
        break;
    case AST_MatchClass:
        class_pattern(c, m, p, subject, fail);
        break;
    case AST_MatchStar:
        capture(c, m, p, p->MatchStar.name, subject);
        break;
    case AST_MatchAs:
        as_pattern(c, m, p, subject, fail);
        break;
    case AST_MatchOr:
        or_pattern(c, m, p, subject, fail);
        break;
    default:
        UNREACHABLE();
    }
}

static void match_case(Compiler *c, const MatchCase *k, Reg subject, bool last, Label end)
{
    Matcher m = {.allow_irrefutable = k->guard || last};
    uint32_t mark = c->unit->top;
    Label fail = label_new(c);
    if (is_wildcard(k->pattern)) {
        set_position(c, k->pattern);
        emit_line(c);
    }
    pattern(c, &m, k->pattern, subject, fail);
    for (size_t i = 0; i < m.captures.count && !c->failed; i++) {
        set_position(c, k->pattern);
        variable_store(c, m.captures.items[i].name, m.captures.items[i].reg);
    }
    vec_free(&m.captures);
    vec_free(&m.filled);
    c->unit->top = mark;
    if (k->guard)
        condition_jump(c, k->guard, fail, false);
    block_body(c, &k->body);
    set_no_position(c);
    emit_jump(c, OPCODE(JUMP), 0, end);
    label_bind(c, fail);
}

void match_statement(Compiler *c, const Stmt *s)
{
    Label end = label_new(c);
    /* Captures may change a variable that is the subject. */
    Reg subject = expr_temp(c, s->Match.subject);
    int count = s->Match.cases.count;
    for (int i = 0; i < count && !c->failed; i++)
        match_case(c, s->Match.cases.items[i], subject, i == count - 1, end);
    label_bind(c, end);
}
