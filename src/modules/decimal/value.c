/* Decimals as objects: how one is made from a result. */
#include "core/alloc.h"
#include "gc/heap_inline.h"
#include "modules/decimal/decimal.h"

/* `words` are the object's own. */
static void fill(Decimal *d, mpd_uint_t *words, const mpd_t *number)
{
    d->number = (mpd_t){
        .flags = (number->flags & (MPD_NEG | MPD_SPECIAL)) | MPD_STATIC | MPD_STATIC_DATA,
        .exp = number->exp,
        .digits = number->digits,
        .len = number->len,
        .alloc = number->len,
        .data = words,
    };
    for (mpd_ssize_t i = 0; i < number->len; i++)
        words[i] = number->data[i];
}

Value decimal_from(const mpd_t *number)
{
    size_t bytes = sizeof(Decimal) + (size_t)number->len * sizeof(mpd_uint_t);
    Decimal *d = TRY(alloc_leaf(decimal_type.root_shape, bytes));
    d->hash = 0;
    fill(d, d->words, number);
    return (Value)d;
}

Value decimal_from_as(Type *type, const mpd_t *number)
{
    void *words;
    if (likely(type == &decimal_type))
        return decimal_from(number);
    Value v = TRY(object_alloc_extra(type, (size_t)number->len * sizeof(mpd_uint_t), &words));
    fill((Decimal *)v, words, number);
    return v;
}

Value decimal_exact(Value v)
{
    return is_decimal_exact(v) ? v : decimal_from(number_of(v));
}
