#include "vm/traceback_dump.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>
#include "compile/code.h"
#include "types/str.h"
#include "vm/frame.h"

#define FRAMES_MAX  100
#define THREADS_MAX 100
#define NAME_MAX_   500 /* characters of a name that are shown */

/* Other threads may change what is read here. */
#define RACY __attribute__((no_sanitize("thread", "address")))

/* ---- Text ---------------------------------------------------------------------------- */

static void write_all(int fd, const char *text, size_t length)
{
    for (size_t done = 0; done < length;) {
        ssize_t n = write(fd, text + done, length - done);
        if (n < 0 && errno != EINTR)
            break;
        done += n > 0 ? (size_t)n : 0;
    }
}

void dump_flush(Dump *dump)
{
    if (dump->fd >= 0) {
        write_all(dump->fd, dump->text, dump->used);
    } else if (vec_reserve(&dump->all, dump->used)) { /* else it is missing */
        memcpy(dump->all.items + dump->all.count, dump->text, dump->used);
        dump->all.count += dump->used;
    }
    dump->used = 0;
}

void dump_end(Dump *dump, int fd)
{
    write_all(fd, dump->all.items, dump->all.count);
    vec_free(&dump->all);
}

static void dump_char(Dump *dump, char c)
{
    if (dump->used == sizeof dump->text)
        dump_flush(dump);
    dump->text[dump->used++] = c;
}

void dump_text(Dump *dump, const char *text)
{
    for (; *text; text++)
        dump_char(dump, *text);
}

void dump_number(Dump *dump, uint64_t n, unsigned base, unsigned min_digits)
{
    char digits[64];
    unsigned count = 0;
    do
        digits[count++] = "0123456789abcdef"[n % base];
    while ((n /= base) || count < min_digits);
    while (count)
        dump_char(dump, digits[--count]);
}

RACY static void dump_character(Dump *dump, uint32_t c)
{
    if (c >= ' ' && c < 127) {
        dump_char(dump, (char)c);
        return;
    }
    dump_text(dump, c < 0x100 ? "\\x" : c < 0x10000 ? "\\u" : "\\U");
    dump_number(dump, c, 16, c < 0x100 ? 2 : c < 0x10000 ? 4 : 8);
}

RACY static void dump_str(Dump *dump, Value v)
{
    if (!v || !is_object(v) || !is_str_exact(v)) {
        dump_text(dump, "???");
        return;
    }
    intptr_t length = str_length(v);
    for (intptr_t i = 0; i < length && i < NAME_MAX_; i++)
        dump_character(dump, str_char(v, i));
    if (length > NAME_MAX_)
        dump_text(dump, "...");
}

/* ---- Frames -------------------------------------------------------------------------- */

RACY static bool is_code_object(const Code *code)
{
    return gc_object_at(code) == (const Object *)code && has_shape((Value)code, SHAPE_CODE);
}

RACY static void dump_frame(Dump *dump, const Frame *frame, const Code *code)
{
    dump_text(dump, "  File \"");
    dump_str(dump, load_relaxed(&code->filename));
    dump_text(dump, "\", line ");
    const uint32_t *pc = frame->pc, *words = code_words(code);
    int line = -1;
    if (pc > words && pc <= words + code_word_count(code))
        line = code_position(code, (uint32_t)(pc - words) - 1).line;
    if (line >= 0)
        dump_number(dump, (uint64_t)line, 10, 1);
    else
        dump_text(dump, "???");
    dump_text(dump, " in ");
    dump_str(dump, code->name);
    dump_text(dump, "\n");
}

RACY static void dump_frames(Dump *dump, const Thread *thread)
{
    const Frame *frame = thread->frame;
    if (!frame)
        dump_text(dump, "  <no Python frame>\n");
    for (unsigned count = 0; frame; count++) {
        bool within = (const Value *)(const void *)frame >= thread->gc.registers &&
                      (const Value *)(const void *)(frame + 1) <= thread->stack_end &&
                      (uintptr_t)frame % sizeof(Value) == 0;
        if (!within || count == FRAMES_MAX) {
            dump_text(dump, "  ...\n");
            return;
        }
        const Code *code = frame->code;
        if (!is_code_object(code)) {
            dump_text(dump, "  <invalid frame>\n");
            return;
        }
        dump_frame(dump, frame, code);
        frame = frame->caller;
    }
}

void dump_thread(Dump *dump, const Thread *thread)
{
    dump_text(dump, "Stack (most recent call first):\n");
    dump_frames(dump, thread);
    dump_flush(dump);
}

RACY void dump_all_threads(Dump *dump, const Thread *current)
{
    unsigned count = 0;
    for (const Thread *t = thread_first(); t; t = t->next) {
        if (count)
            dump_text(dump, "\n");
        if (count++ == THREADS_MAX) {
            dump_text(dump, "...\n");
            break;
        }
        dump_text(dump, t == current ? "Current thread 0x" : "Thread 0x");
        dump_number(dump, t->native_id, 16, 16);
        dump_text(dump, " (most recent call first):\n");
        dump_frames(dump, t);
    }
    dump_flush(dump);
}
