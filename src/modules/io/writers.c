/* The list of open files that may hold back what was written to them.
 *
 * A file that nobody refers to closes itself only after some collection has found that out. So that
 * programs work which rely on it being closed at once, its data is written out when this process
 * opens the same file again, or starts another process; and all data is at exit.
 *
 * The list does not keep files alive: an entry is removed when the file is closed, or when the
 * collector frees it (by the type's release function). A file that belongs to another thread, and
 * is not SHARED, may not be touched; with the world stopped, and nobody inside of it, its bytes can
 * be written all the same. */
#include "modules/io/io.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "core/call.h"
#include "core/names.h"
#include "core/share.h"
#include "core/thread.h"
#include "modules/io/text.h"
#include "modules/system.h"
#include "vm/hooks.h"

typedef struct OpenWriter {
    Value file;                         /* not a root; immutable */
    uint32_t thread;                    /* id of the thread that made it; immutable */
    bool is_text;                       /* immutable */
    struct OpenWriter *next, *previous; /* guarded by writers_lock */
} OpenWriter;

static Mutex writers_lock;  /* raw: no safepoint is reached while it is held */
static OpenWriter *writers; /* guarded by writers_lock, newest first */

bool writer_register(Value file, bool is_text, OpenWriter **entry)
{
    OpenWriter *w = calloc(1, sizeof *w);
    if (!w)
        return raise_no_memory();
    w->file = file;
    w->thread = thread_self()->gc.id;
    w->is_text = is_text;
    mutex_lock_raw(&writers_lock);
    w->next = writers;
    if (writers)
        writers->previous = w;
    writers = w;
    mutex_unlock(&writers_lock);
    store_release(entry, w);
    return true;
}

/* Several threads may close a file at the same time: one of them takes the entry. */
void writer_unregister(OpenWriter **entry)
{
    OpenWriter *w = load_relaxed(entry) ? exchange_acq_rel(entry, (OpenWriter *)0) : 0;
    if (!w)
        return;
    mutex_lock_raw(&writers_lock);
    if (w->previous)
        w->previous->next = w->next;
    else
        writers = w->next;
    if (w->next)
        w->next->previous = w->previous;
    mutex_unlock(&writers_lock);
    free(w);
}

/* ---- choosing
 * ------------------------------------------------------------------------------------ */

/* A writer with unwritten data. The file is kept alive by being on the stack. */
typedef struct Found {
    Value file;
    TextWrapper *text;  /* or 0 */
    Buffered *buffered; /* below it, or itself; 0: some other object */
    FileIO *raw;        /* 0: some other object */
    bool mine;          /* this thread may touch it */
} Found;

typedef struct Choice {
    uint64_t device, inode; /* inode 0: all */
    bool regular_only;
} Choice;

static Found look_at(const OpenWriter *w)
{
    Found found = {.file = w->file};
    Value below = w->file;
    if (w->is_text) {
        found.text = (TextWrapper *)w->file;
        below = load_acquire(&found.text->buffer);
    }
    if (below && is_exact_buffered(below)) {
        found.buffered = (Buffered *)below;
        Value raw = load_acquire(&found.buffered->raw);
        if (raw && is_exact_fileio(raw))
            found.raw = (FileIO *)raw;
    }
    found.mine = is_shared(w->file) || w->thread == thread_self()->gc.id;
    return found;
}

static bool has_data(const Found *found)
{
    return (found->text && load_relaxed(&found->text->pending_size)) ||
           (found->buffered && load_relaxed(&found->buffered->pending));
}

static bool is_chosen(const Found *found, const Choice *choice)
{
    const FileIO *raw = found->raw;
    if (!choice->regular_only)
        return true;
    /* Descriptors that were given, as those of the standard streams, are somebody else's. */
    uint64_t inode = raw ? load_relaxed(&raw->inode) : 0;
    if (!inode || !load_relaxed(&raw->closefd))
        return false;
    return !choice->inode ||
           (inode == choice->inode && load_relaxed(&raw->device) == choice->device);
}

/* Text before the buffers below it, as the list is newest first. Skips the first `skip`. */
static bool find(const Choice *choice, size_t skip, Found *found)
{
    bool ok = false;
    mutex_lock_raw(&writers_lock);
    for (OpenWriter *w = writers; w && !ok; w = w->next) {
        *found = look_at(w);
        ok = has_data(found) && is_chosen(found, choice) && !skip--;
    }
    mutex_unlock(&writers_lock);
    return ok;
}

/* ---- writing
 * ------------------------------------------------------------------------------------- */

/* What fails stays in the file, which will say so when it is flushed or closed itself. */
static void write_mine(const Found *found)
{
    Value pending = error_take();
    if (found->text && !text_flush_if_free(found->text))
        error_clear();
    if (found->buffered && !buffered_flush_if_free(found->buffered))
        error_clear();
    error_restore(pending);
}

/* World stopped. Returns how many bytes went out. */
static size_t write_bytes(int fd, const char *data, intptr_t size)
{
    intptr_t done = 0;
    while (done < size) {
        ssize_t n = write(fd, data + done, (size_t)(size - done));
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            break;
        done += n;
    }
    return (size_t)done;
}

static void write_foreign_stopped(const Found *found)
{
    Buffered *buffered = found->buffered;
    TextWrapper *text = found->text;
    if (lock_is_held(&buffered->lock.byte) || (text && lock_is_held(&text->lock.byte)) ||
        buffered->end > buffered->pos)
        return;
    intptr_t done =
        (intptr_t)write_bytes(found->raw->fd, buffered->memory->data, buffered->pending);
    memmove(buffered->memory->data, buffered->memory->data + done,
            (size_t)(buffered->pending - done));
    buffered->pending -= done;
    buffered->raw_position = -1;
    if (!text || buffered->pending)
        return;
    done = (intptr_t)write_bytes(found->raw->fd, text->pending->data, text->pending_size);
    memmove(text->pending->data, text->pending->data + done, (size_t)(text->pending_size - done));
    text->pending_size -= done;
}

static bool write_chosen(const Choice *choice)
{
    Found found;
    size_t skip = 0;
    bool any = false;
    while (find(choice, skip, &found)) {
        any = true;
        if (found.mine) {
            write_mine(&found);
        } else if (found.raw && load_relaxed(&found.raw->inode)) {
            gc_stop_world();
            write_foreign_stopped(&found);
            gc_start_world();
        }
        Found same;
        if (find(choice, skip, &same) && same.file == found.file && has_data(&found))
            skip++; /* it could not be written now */
    }
    return any;
}

/* Asks the system about the path only if there is a writer that it could be. */
static bool write_out_path_now(const char *path)
{
    Choice choice = {.regular_only = true};
    Found found;
    struct stat status;
    if (!find(&choice, 0, &found) || stat(path, &status) != 0 || !S_ISREG(status.st_mode))
        return false;
    choice.device = status.st_dev;
    choice.inode = status.st_ino;
    return write_chosen(&choice);
}

static void write_out_all(void)
{
    write_chosen(&(Choice){.regular_only = true});
}

/* At exit, whatever kind of files they are. */
static void flush_files(void)
{
    Value pending = error_take();
    write_chosen(&(Choice){0});
    error_restore(pending);
}

/* ---- at the end of the program, while other threads write */

static bool hold(Value self, IoLock *lock, int64_t deadline)
{
    LockWait outcome = LOCK_INTERRUPTED;
    if (!is_shared(self) || load_relaxed(&lock->owner) == thread_self()->gc.id)
        return false;
    while (outcome == LOCK_INTERRUPTED)
        BLOCKING
        {
            outcome = lock_acquire_until(&lock->byte, deadline);
        }
    if (outcome == LOCK_TAKEN)
        store_relaxed(&lock->owner, thread_self()->gc.id);
    return outcome == LOCK_TAKEN;
}

static FileHold hold_file(Value file, int64_t deadline)
{
    FileHold result = {0};
    if (!is_object(file) || type_of(file) != &text_wrapper_type)
        return result;
    TextWrapper *text = (TextWrapper *)file;
    if (hold(file, &text->lock, deadline))
        result.text = file;
    Value below = load_acquire(&text->buffer);
    if (below && is_exact_buffered(below) && hold(below, &((Buffered *)below)->lock, deadline))
        result.buffered = below;
    return result;
}

static void let_file_go(FileHold *held)
{
    if (held->buffered)
        io_lock_leave(held->buffered, &((Buffered *)held->buffered)->lock);
    if (held->text)
        io_lock_leave(held->text, &((TextWrapper *)held->text)->lock);
}

/* In the child of a fork there is nobody left who would release the locks of other threads. What
 * they were writing is written by the parent. */
static void free_lock_of_other(Object *object, void *self)
{
    const Type *type = type_of((Value)object);
    while (type && type->base && type_flags(type) & TYPE_HEAP)
        type = type->base;
    IoLock *lock = type == &text_wrapper_type ? &((TextWrapper *)object)->lock
                   : type == &buffered_reader_type || type == &buffered_writer_type ||
                           type == &buffered_random_type
                       ? &((Buffered *)object)->lock
                       : 0;
    if (lock && lock->owner != ((Thread *)self)->gc.id)
        *lock = (IoLock){0};
}

static void free_locks(void)
{
    gc_each_object(free_lock_of_other, thread_self());
}

void writers_start(void)
{
    files_after_fork_hook = free_locks;
    write_out_path_hook = write_out_path_now;
    write_out_all_hook = write_out_all;
    runtime_hooks.flush_files = flush_files;
    runtime_hooks.hold_file = hold_file;
    runtime_hooks.let_file_go = let_file_go;
}
