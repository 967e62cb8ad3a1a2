/* The module _io. */
#include "core/module.h"
#include "core/names.h"
#include "core/share.h"
#include "modules/io/io.h"
#include "types/dict.h"
#include "types/str.h"
#include "types/tuple.h"

struct IoNames io_names;
Value unsupported_operation;

static bool start_names(void)
{
    gc_add_root((Value *)(void *)&io_names, sizeof io_names / sizeof(Value));
#define IO_NAME(n) root_store(&io_names.n, TRY(str_intern_cstring(#n)));
#include "modules/io/io_names.def"
#undef IO_NAME
    return true;
}

static bool start_unsupported_operation(void)
{
    gc_add_root(&unsupported_operation, 1);
    Value name = TRY(str_intern_cstring("UnsupportedOperation"));
    Value bases = TRY(tuple_of((Value)OSError, (Value)ValueError));
    Value namespace = TRY(dict_new());
    TRY(dict_set(namespace, names.__module__, TRY(str_from_cstring("io"))));
    Value cls = TRY(type_new_class(&type_type, name, bases, namespace, 0, 0, 0));
    root_store(&unsupported_operation, cls);
    return true;
}

/* Their __new__ is object's, as copyreg sees: pickles of subclasses depend on it. */
static void use_object_new(Type *type)
{
    type->make = object_type.make;
    type->flags &= ~(uint32_t)TYPE_NO_NEW;
}

static void start_types(void)
{
    Type *first[] = {&iobase_type, &rawiobase_type, &bufferediobase_type, &textiobase_type};
    Type *rest[] = {&fileio_type,   &bytesio_type,         &bytesio_buffer_type,
                    &stringio_type, &newline_decoder_type, &buffered_pair_type};
    type_ready(&iobase_type, 0);
    use_object_new(&iobase_type); /* inherited by the others */
    for (size_t i = 1; i < COUNT_OF(first); i++)
        type_ready(first[i], 0);
    for (size_t i = 0; i < COUNT_OF(rest); i++)
        type_ready(rest[i], 0);
    use_object_new(&newline_decoder_type);
    buffered_start();
    text_start();
}

static bool start_once(void)
{
    static bool started;
    if (started)
        return true;
    started = true;
    TRY(start_names());
    start_types();
    writers_start();
    return start_unsupported_operation();
}

static bool execute(Value module)
{
    Type *types[] = {&iobase_type,          &rawiobase_type,       &bufferediobase_type,
                     &textiobase_type,      &fileio_type,          &bytesio_type,
                     &bytesio_buffer_type,  &stringio_type,        &newline_decoder_type,
                     &buffered_reader_type, &buffered_writer_type, &buffered_random_type,
                     &buffered_pair_type,   &text_wrapper_type};
    TRY(start_once());
    for (size_t i = 0; i < COUNT_OF(types); i++)
        TRY(module_add_type(module, types[i]));
    return module_add_int(module, "DEFAULT_BUFFER_SIZE", DEFAULT_BUFFER_SIZE) &&
           module_add(module, "UnsupportedOperation", unsupported_operation) &&
           module_add(module, "BlockingIOError", (Value)BlockingIOError);
}

const ModuleDef module__io = {
    "_io",
    "The io module provides the Python interfaces to stream handling. The\n"
    "builtin open function is defined in this module.\n\n"
    "At the top of the I/O hierarchy is the abstract base class IOBase. It\n"
    "defines the basic interface to a stream.",
    open_functions,
    execute,
};
