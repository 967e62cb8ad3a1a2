/* Compiles the modules of src/modules/frozen.def into the file that becomes a part of the
 * executable.
 *
 *     freeze STDLIB-DIRECTORY OUTPUT-FILE
 *
 * The file: FROZEN_COUNT places (modules/frozen.h), then each source's marshalled code once. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "compile/code.h"
#include "compile/compile.h"
#include "core/error.h"
#include "core/start.h"
#include "core/thread.h"
#include "modules/frozen.h"
#include "modules/marshal.h"
#include "types/bytes.h"
#include "types/str.h"

/* Linked into this program in place of what it makes. */
const char frozen_data[1];

static void die(const char *what, const char *name)
{
    Value error = error_take();
    Value shown = error ? object_repr(error) : 0;
    fprintf(stderr, "freeze: %s %s: %s\n", what, name,
            shown ? str_utf8_lossy(shown, &(size_t){0}) : strerror(errno));
    exit(1);
}

/* The text of a file, from malloc(). */
static char *read_text(const char *path, size_t *size)
{
    FILE *file = fopen(path, "rb");
    if (!file || fseek(file, 0, SEEK_END) != 0)
        die("cannot open", path);
    long length = ftell(file);
    char *text = malloc((size_t)length + 1);
    rewind(file);
    if (!text || fread(text, 1, (size_t)length, file) != (size_t)length)
        die("cannot read", path);
    fclose(file);
    *size = (size_t)length;
    return text;
}

/* The code of a module, marshalled: bytes. */
static Value freeze(const char *library, const FrozenModule *module)
{
    char path[4096];
    size_t size;
    snprintf(path, sizeof path, "%s/%s", library, module->file);
    char *text = read_text(path, &size);
    Value filename = str_format("<frozen %s>", module->original), code = 0, data = 0;
    if (filename)
        code = compile_source(text, size, filename, MODE_EXEC, 0, 0);
    if (code)
        data = marshal_freeze(code);
    if (!data)
        die("cannot compile", path);
    free(text);
    return data;
}

/* The module before modules[index] with the same source; -1: none. */
static int same_source(int index)
{
    for (int i = 0; i < index; i++)
        if (strcmp(frozen_modules[i].file, frozen_modules[index].file) == 0)
            return i;
    return -1;
}

int main(int argc, char **argv)
{
    static FrozenPlace places[FROZEN_COUNT];
    str_set_hash_seed(0); /* so that the same sources make the same file */
    if (argc != 3 || !gc_start() || !thread_start_main() || !core_start())
        die("needs STDLIB-DIRECTORY OUTPUT-FILE, not", argc > 1 ? argv[1] : "nothing");
    code_start();
    FILE *out = fopen(argv[2], "wb");
    if (!out || fwrite(places, sizeof places, 1, out) != 1)
        die("cannot write", argv[2]);
    for (int i = 0; i < FROZEN_COUNT; i++) {
        int same = same_source(i);
        if (same >= 0) {
            places[i] = places[same];
            continue;
        }
        Bytes *data = (Bytes *)freeze(argv[1], &frozen_modules[i]);
        places[i] = (FrozenPlace){(uint32_t)ftell(out), (uint32_t)data->length};
        if (fwrite(data->data, 1, (size_t)data->length, out) != (size_t)data->length)
            die("cannot write", argv[2]);
    }
    rewind(out);
    if (fwrite(places, sizeof places, 1, out) != 1 || fclose(out) != 0)
        die("cannot write", argv[2]);
    fflush(stdout);
    _Exit(0);
}
