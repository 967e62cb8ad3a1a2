/* The process's environment, for a C library that reads it at any time without a lock: mktime() and
 * getaddrinfo() call getenv() in whatever thread they are. So nothing that `environ` has ever led
 * to is freed or moved. Slots are overwritten; the slot of what is removed gets a copy of another
 * one, as whoever is looking would miss an entry that moves down. Copies are not given to children.
 * Strings are kept for good, each once, as glibc does. */
#include "modules/posix/environment.h"

#include <errno.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>
#include "base/lock.h"

extern char **environ;

static Mutex lock;
static char **slots; /* what `environ` was set to; guarded by lock, as what follows */
static size_t count, capacity;
static bool may_have_copies;
static void *known; /* of tsearch(): all strings */

static int compare(const void *a, const void *b)
{
    return strcmp(a, b);
}

/* "name=value", or 0. */
static char *known_string(const char *name, const char *value)
{
    size_t n = strlen(name), m = strlen(value);
    char *text = malloc(n + m + 2);
    if (!text)
        return 0;
    memcpy(text, name, n);
    text[n] = '=';
    memcpy(text + n + 1, value, m + 1);
    char **found = tsearch(text, &known, compare);
    char *string = found ? *found : 0;
    if (string != text)
        free(text);
    return string;
}

static bool is_of(const char *string, const char *name)
{
    size_t n = strlen(name);
    return strncmp(string, name, n) == 0 && string[n] == '=';
}

/* Whether the i-th of the slots is a copy of one before. */
static bool is_copy(char **of, size_t i)
{
    for (size_t k = 0; k < i; k++)
        if (of[k] == of[i])
            return true;
    return false;
}

static size_t without_copies(char **to)
{
    size_t n = 0;
    for (size_t i = 0; i < count; i++)
        if (!is_copy(slots, i))
            to[n++] = slots[i];
    return n;
}

/* Publishes a copy with room for `room` entries and the end. */
static bool move_to_larger(size_t room)
{
    char **larger = calloc(room + 1, sizeof *larger);
    if (!larger)
        return false;
    count = without_copies(larger);
    capacity = room;
    may_have_copies = false;
    slots = larger;
    store_release(&environ, slots);
    return true;
}

/* Makes `environ` ours, if it is not: at first, and when C code has called setenv(). */
static bool adopt(void)
{
    if (slots && slots == environ)
        return true;
    slots = environ;
    count = 0;
    while (slots && slots[count])
        count++;
    if (move_to_larger(2 * count + 16))
        return true;
    slots = 0;
    count = capacity = 0;
    return false;
}

static bool set(const char *name, const char *value)
{
    char *string = known_string(name, value);
    if (!string || !adopt())
        return false;
    bool found = false;
    for (size_t i = 0; i < count; i++)
        if (is_of(slots[i], name)) {
            store_release(&slots[i], string);
            found = true;
        }
    if (found)
        return true;
    size_t place = may_have_copies ? 0 : count;
    while (place < count && !is_copy(slots, place))
        place++;
    may_have_copies = place < count;
    if (place == capacity) {
        if (!move_to_larger(2 * capacity))
            return false;
        place = count;
    }
    store_release(&slots[place], string);
    count += place == count;
    return true;
}

static void unset(const char *name)
{
    char *other = 0;
    for (size_t i = 0; i < count && !other; i++)
        if (!is_of(slots[i], name))
            other = slots[i];
    for (size_t i = count; i-- > 0;) {
        if (!is_of(slots[i], name))
            continue;
        bool is_last = i + 1 == count;
        may_have_copies |= !is_last;
        store_release(&slots[i], is_last ? NULL : other);
        count -= is_last;
    }
}

static bool is_name(const char *name)
{
    bool yes = *name && !strchr(name, '=');
    if (!yes)
        errno = EINVAL;
    return yes;
}

bool environment_set(const char *name, const char *value)
{
    if (!is_name(name))
        return false;
    mutex_lock_raw(&lock);
    bool done = set(name, value);
    mutex_unlock(&lock);
    if (!done)
        errno = ENOMEM;
    return done;
}

bool environment_unset(const char *name)
{
    if (!is_name(name))
        return false;
    mutex_lock_raw(&lock);
    bool adopted = adopt();
    if (adopted)
        unset(name);
    mutex_unlock(&lock);
    if (!adopted)
        errno = ENOMEM;
    return adopted;
}

char **environment_for_child(void)
{
    mutex_lock_raw(&lock);
    char **copy = adopt() ? calloc(count + 1, sizeof *copy) : 0;
    if (copy)
        without_copies(copy);
    mutex_unlock(&lock);
    return copy;
}
