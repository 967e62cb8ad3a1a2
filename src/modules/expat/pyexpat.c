/* pyexpat: XML with the Expat library. handlers.c has what the library calls; constants.c the
 * submodules errors and model. */
#include <limits.h>
#include "base/hash.h"
#include "core/abstract.h"
#include "core/call.h"
#include "core/error.h"
#include "modules/expat/parser.h"
#include "modules/module_util.h"
#include "types/bytes.h"
#include "types/dict.h"
#include "types/int.h"
#include "types/str.h"
#include "types/text.h"

LAZY_LIBRARY_FUNCTION(ExpatLibrary, expat_library, "libexpat.so.1", EXPAT_FUNCTIONS)

enum { DEFAULT_BUFFER_SIZE = 8192, CHUNK = 1 << 20, FILE_CHUNK = 2048 };

static Value error_class; /* root, once made */
static Type parser_type;

static XmlParser *as_parser(Value v)
{
    return (XmlParser *)v;
}

/* ---- one thread at a time ------------------------------------------------------------------ */

bool expat_claim(ExpatUse *use)
{
    Thread *self = thread_self(), *nobody = 0;
    if (load_relaxed(&use->claimant) != self && !cas_acq_rel(&use->claimant, &nobody, self))
        return raise(RuntimeError, "the parser is being used by another thread");
    use->depth++;
    return true;
}

void expat_unclaim(ExpatUse **use)
{
    if (*use && --(*use)->depth == 0)
        store_release(&(*use)->claimant, (Thread *)0);
}

/* Declares `p`, the parser that is claimed until the function returns. */
#define CLAIM(p, v)                                                                                \
    XmlParser *p = as_parser(v);                                                                   \
    EXPAT_CLAIM(&p->core->root->use)

/* ---- parsers of the library ------------------------------------------------------------------ */

static void core_leave(ExpatCore *core)
{
    while (core && fetch_add_acq_rel(&core->users, -1) == 1) {
        ExpatCore *parent = core->parent;
        expat_library()->XML_ParserFree(core->parser);
        free(core);
        core = parent;
    }
}

XML_Parser expat_create(const char *encoding, const char *separator)
{
    const ExpatLibrary *expat = expat_library();
    XML_Parser parser = expat->XML_ParserCreate_MM(encoding, 0, separator);
    HashKey salt;
    if (parser && hash_key_random(&salt))
        expat->XML_SetHashSalt(parser, (unsigned long)salt.k0);
    return parser;
}

/* Takes `parser` over, which may be 0. */
static ExpatCore *core_new(XML_Parser parser, ExpatCore *parent)
{
    ExpatCore *core = parser ? malloc(sizeof *core) : 0;
    if (!core) {
        if (parser)
            expat_library()->XML_ParserFree(parser);
        return (ExpatCore *)raise_no_memory();
    }
    *core = (ExpatCore){.parser = parser, .parent = parent, .users = 1};
    core->root = parent ? parent->root : core;
    if (parent)
        fetch_add_acq_rel(&parent->users, 1);
    return core;
}

static void parser_release(Object *self)
{
    XmlParser *p = (XmlParser *)self;
    core_leave(p->core);
    free(p->buffer);
}

static void parser_trace(Object *self, Tracer *tracer)
{
    XmlParser *p = (XmlParser *)self;
    gc_visit(tracer, p->intern);
    for (int i = 0; i < HANDLER_COUNT; i++)
        gc_visit(tracer, load_relaxed(&p->handlers[i]));
}

static XmlParser *parser_new(ExpatCore *core)
{
    XmlParser *p = NEW(XmlParser, &parser_type);
    if (!p) {
        core_leave(core);
        return 0;
    }
    p->core = core;
    p->buffer_size = DEFAULT_BUFFER_SIZE;
    p->reparse_deferral = EXPAT_HAS_REPARSE_DEFERRAL;
    expat_library()->XML_SetUserData(core->parser, p);
    expat_library()->XML_SetUnknownEncodingHandler(core->parser, parser_unknown_encoding, 0);
    return p;
}

/* ---- errors ------------------------------------------------------------------------------------
 */

static bool add_number(Value exception, const char *name, intptr_t number)
{
    return set_attr_string(exception, name, TRY(int_from(number)));
}

static Value fail(XmlParser *p, enum XML_Error code)
{
    const ExpatLibrary *expat = expat_library();
    intptr_t line = (intptr_t)expat->XML_GetCurrentLineNumber(p->core->parser);
    intptr_t column = (intptr_t)expat->XML_GetCurrentColumnNumber(p->core->parser);
    Value message =
        TRY(str_format("%s: line %zd, column %zd", expat->XML_ErrorString(code), line, column));
    Value exception = TRY(call1(error_class, message));
    TRY(add_number(exception, "code", code));
    TRY(add_number(exception, "offset", column));
    TRY(add_number(exception, "lineno", line));
    return raise_object(exception);
}

/* ---- parsing -----------------------------------------------------------------------------------
 */

int expat_feed(XML_Parser parser, bool *parsing, const char *data, size_t size, bool is_final)
{
    int status = XML_STATUS_OK;
    if (*parsing) {
        raise(RuntimeError, "a handler called the parser that called it");
        return -1;
    }
    *parsing = true;
    do {
        size_t now = size < CHUNK ? size : CHUNK;
        size -= now;
        status = expat_library()->XML_Parse(parser, data, (int)now, is_final && !size);
        data += now;
    } while (size && status != XML_STATUS_ERROR);
    *parsing = false;
    return error_pending() ? -1 : status;
}

static int feed(XmlParser *p, const char *data, size_t size, bool is_final)
{
    return expat_feed(p->core->parser, &p->parsing, data, size, is_final);
}

/* What Parse and ParseFile return after `status`. */
static Value parsed(XmlParser *p, int status)
{
    if (status < 0)
        return 0;
    if (status == XML_STATUS_ERROR)
        return fail(p, expat_library()->XML_GetErrorCode(p->core->parser));
    TRY(parser_flush(p));
    return int_small(status);
}

METHOD(parser_parse, "Parse", "data, isfinal=False, /",
       "Parse XML data.\n\n'isfinal' should be true at end of input.")
{
    int is_final = TRY_NOT_NEGATIVE(object_truth(args[2]), 0);
    CLAIM(p, args[0]);
    if (is_str(args[1])) {
        size_t size;
        const char *text = TRY(str_utf8(args[1], &size));
        expat_library()->XML_SetEncoding(p->core->parser, "utf-8");
        return parsed(p, feed(p, text, size, is_final));
    }
    TEXT_ARGUMENT(data);
    TRY(bytes_argument(args[1], &data));
    return parsed(p, feed(p, data.data, (size_t)data.length, is_final));
}

/* One read(); the bytes are copied, as the file may keep and change them. */
static Value read_chunk(Value read)
{
    Value chunk = TRY(call1(read, int_small(FILE_CHUNK)));
    if (!is_bytes(chunk) && !is_bytearray(chunk))
        return raise(TypeError, "read() did not return a bytes object (type=%T)", chunk);
    if (is_bytearray(chunk))
        chunk = TRY(bytes_from_object(chunk));
    intptr_t size = ((Bytes *)chunk)->length;
    if (size > FILE_CHUNK)
        return raise(ValueError, "read() returned too much data: %d bytes requested, %zd returned",
                     FILE_CHUNK, size);
    return chunk;
}

METHOD(parser_parse_file, "ParseFile", "file, /", "Parse XML data from file-like object.")
{
    CLAIM(p, args[0]);
    Value read = get_attr_string(args[1], "read");
    if (!read) {
        if (error_clear_if(AttributeError))
            raise(TypeError, "argument must have 'read' attribute");
        return 0;
    }
    for (;;) {
        Bytes *chunk = (Bytes *)TRY(read_chunk(read));
        int status = feed(p, chunk->data, (size_t)chunk->length, chunk->length == 0);
        if (!chunk->length || status != XML_STATUS_OK)
            return parsed(p, status);
    }
}

/* ---- other methods ------------------------------------------------------------------------------
 */

bool expat_optional_text(Value v, const char *what, const char **out)
{
    size_t size;
    *out = 0;
    if (!v || v == None)
        return true;
    if (!is_str(v))
        return raise(TypeError, "%s must be str or None, not %T", what, v);
    *out = TRY(str_utf8(v, &size));
    if (strlen(*out) != size)
        return raise(ValueError, "embedded null character");
    return true;
}

METHOD(parser_set_base, "SetBase", "base, /", "Set the base URL for the parser.")
{
    CLAIM(p, args[0]);
    const char *base;
    if (args[1] == None)
        return raise(TypeError, "SetBase() argument must be str, not None");
    TRY(expat_optional_text(args[1], "SetBase() argument", &base));
    if (expat_library()->XML_SetBase(p->core->parser, base) != XML_STATUS_OK)
        return raise_no_memory();
    return None;
}

METHOD(parser_get_base, "GetBase", "/", "Return base URL string for the parser.")
{
    CLAIM(p, args[0]);
    const char *base = expat_library()->XML_GetBase(p->core->parser);
    return base ? str_from_cstring(base) : None;
}

METHOD(parser_get_input_context, "GetInputContext", "/",
       "Return the untranslated text of the input that caused the current event.\n\n"
       "If the event was generated by a large amount of text (such as a start tag\n"
       "for an element with many attributes), not all of the text may be available.")
{
    CLAIM(p, args[0]);
    int offset, size;
    if (!p->parsing)
        return None;
    const char *context = expat_library()->XML_GetInputContext(p->core->parser, &offset, &size);
    return context ? bytes_from(context + offset, (size_t)(size - offset)) : None;
}

METHOD(parser_external, "ExternalEntityParserCreate", "context, encoding=?, /",
       "Create a parser for parsing an external entity based on the information passed to the "
       "ExternalEntityRefHandler.")
{
    CLAIM(p, args[0]);
    const char *context, *encoding;
    TRY(expat_optional_text(args[1], "ExternalEntityParserCreate() argument 1", &context));
    if (args[2] && !is_str(args[2]))
        return raise(TypeError, "ExternalEntityParserCreate() argument 2 must be str, not %T",
                     args[2]);
    TRY(expat_optional_text(args[2], "ExternalEntityParserCreate() argument 2", &encoding));
    ExpatCore *core = TRY_OR(core_new(expat_library()->XML_ExternalEntityParserCreate(
                                          p->core->parser, context, encoding),
                                      p->core),
                             0);
    XmlParser *child = TRY_OR(parser_new(core), 0);
    child->buffer_text = p->buffer_text;
    child->buffer_size = p->buffer_size;
    child->ordered_attributes = p->ordered_attributes;
    child->specified_attributes = p->specified_attributes;
    child->namespace_prefixes = p->namespace_prefixes;
    child->reparse_deferral = p->reparse_deferral;
    gc_store(child, &child->intern, p->intern);
    for (int i = 0; i < HANDLER_COUNT; i++) {
        gc_store(child, &child->handlers[i], p->handlers[i]);
        parser_connect(child, (HandlerId)i, p->handlers[i] != 0);
    }
    return (Value)child;
}

METHOD(parser_param_entities, "SetParamEntityParsing", "flag, /",
       "Controls parsing of parameter entities (including the external DTD subset).\n\n"
       "Possible flag values are XML_PARAM_ENTITY_PARSING_NEVER,\n"
       "XML_PARAM_ENTITY_PARSING_UNLESS_STANDALONE and\n"
       "XML_PARAM_ENTITY_PARSING_ALWAYS. Returns true if setting the flag\nwas successful.")
{
    CLAIM(p, args[0]);
    int flag;
    TRY(index_as_int(args[1], &flag));
    return int_small(expat_library()->XML_SetParamEntityParsing(p->core->parser,
                                                                (enum XML_ParamEntityParsing)flag));
}

METHOD(parser_foreign_dtd, "UseForeignDTD", "flag=True, /",
       "Allows the application to provide an artificial external subset if one is not specified as "
       "part of the document instance.\n\n"
       "This readily allows the use of a 'default' document type controlled by the\n"
       "application, while still getting the advantage of providing document type\n"
       "information to the parser. 'flag' defaults to True if not provided.")
{
    int flag = TRY_NOT_NEGATIVE(object_truth(args[1]), 0);
    CLAIM(p, args[0]);
    enum XML_Error code =
        expat_library()->XML_UseForeignDTD(p->core->parser, flag ? XML_TRUE : XML_FALSE);
    return code == XML_ERROR_NONE ? None : fail(p, code);
}

METHOD(parser_set_deferral, "SetReparseDeferralEnabled", "enabled, /",
       "Enable/Disable reparse deferral; enabled by default with Expat >=2.6.0.")
{
    int enabled = TRY_NOT_NEGATIVE(object_truth(args[1]), 0);
    CLAIM(p, args[0]);
#if EXPAT_HAS_REPARSE_DEFERRAL
    if (expat_library()->XML_SetReparseDeferralEnabled(p->core->parser,
                                                       enabled ? XML_TRUE : XML_FALSE))
        p->reparse_deferral = enabled;
#else
    (void)enabled;
    (void)p;
#endif
    return None;
}

METHOD(parser_get_deferral, "GetReparseDeferralEnabled", "/",
       "Retrieve reparse deferral enabled status; always returns false with Expat <2.6.0.")
{
    CLAIM(p, args[0]);
    return bool_value(p->reparse_deferral);
}

/* ---- attributes
 * ----------------------------------------------------------------------------------- */

static bool refuse_delete(void)
{
    return raise(RuntimeError, "Cannot delete attribute");
}

static Value get_handler(Value self, HandlerId id)
{
    Value handler = load_acquire(&as_parser(self)->handlers[id]);
    return handler ? handler : None;
}

static bool set_handler(Value self, Value handler, HandlerId id)
{
    if (!handler)
        return refuse_delete();
    CLAIM(p, self);
    if (id == HANDLER_CharacterData)
        TRY(parser_flush(p));
    gc_store(p, &p->handlers[id], handler == None ? 0 : handler);
    parser_connect(p, id, handler != None);
    return true;
}

#define HANDLER(name, attribute)                                                                   \
    static Value get_##name(Value self)                                                            \
    {                                                                                              \
        return get_handler(self, HANDLER_##name);                                                  \
    }                                                                                              \
    static bool set_##name(Value self, Value value)                                                \
    {                                                                                              \
        return set_handler(self, value, HANDLER_##name);                                           \
    }
#include "modules/expat/handlers.def"
#undef HANDLER

#define POSITION(name, function)                                                                   \
    static Value get_##name(Value self)                                                            \
    {                                                                                              \
        CLAIM(p, self);                                                                            \
        return int_from((intptr_t)expat_library()->function(p->core->parser));                     \
    }
POSITION(error_code, XML_GetErrorCode)
POSITION(line, XML_GetCurrentLineNumber)
POSITION(column, XML_GetCurrentColumnNumber)
POSITION(byte_index, XML_GetCurrentByteIndex)

#define SWITCH(name, and_then)                                                                     \
    static Value get_##name(Value self)                                                            \
    {                                                                                              \
        return bool_value(load_relaxed(&as_parser(self)->name));                                   \
    }                                                                                              \
    static bool set_##name(Value self, Value value)                                                \
    {                                                                                              \
        if (!value)                                                                                \
            return refuse_delete();                                                                \
        int on = TRY_NOT_NEGATIVE(object_truth(value), false);                                     \
        CLAIM(p, self);                                                                            \
        and_then;                                                                                  \
        store_relaxed(&p->name, (bool)on);                                                         \
        return true;                                                                               \
    }
SWITCH(ordered_attributes, )
SWITCH(specified_attributes, )
SWITCH(namespace_prefixes, expat_library()->XML_SetReturnNSTriplet(p->core->parser, on))
SWITCH(buffer_text, TRY(parser_flush(p)))

static Value get_buffer_size(Value self)
{
    return int_small(load_relaxed(&as_parser(self)->buffer_size));
}

static bool set_buffer_size(Value self, Value value)
{
    if (!value)
        return refuse_delete();
    CLAIM(p, self);
    if (!is_int_any(value))
        return raise(TypeError, "buffer_size must be an integer");
    intptr_t size = TRY_INDEX(value);
    if (size <= 0)
        return raise(ValueError, "buffer_size must be greater than zero");
    if (size > INT_MAX)
        return raise(ValueError, "buffer_size must not be greater than %i", INT_MAX);
    TRY(parser_flush(p));
    free(p->buffer);
    p->buffer = 0;
    store_relaxed(&p->buffer_size, (int)size);
    return true;
}

static Value get_buffer_used(Value self)
{
    return int_small(load_relaxed(&as_parser(self)->buffer_used));
}

static Value get_intern(Value self)
{
    Value intern = as_parser(self)->intern;
    return intern ? intern : None;
}

static const GetSetDef parser_getset[] = {
#define HANDLER(name, attribute) {#attribute, get_##name, set_##name, 0},
#include "modules/expat/handlers.def"
#undef HANDLER
    {"ErrorCode", get_error_code, 0, 0},
    {"ErrorLineNumber", get_line, 0, 0},
    {"ErrorColumnNumber", get_column, 0, 0},
    {"ErrorByteIndex", get_byte_index, 0, 0},
    {"CurrentLineNumber", get_line, 0, 0},
    {"CurrentColumnNumber", get_column, 0, 0},
    {"CurrentByteIndex", get_byte_index, 0, 0},
    {"buffer_size", get_buffer_size, set_buffer_size, 0},
    {"buffer_text", get_buffer_text, set_buffer_text, 0},
    {"buffer_used", get_buffer_used, 0, 0},
    {"intern", get_intern, 0, 0},
    {"namespace_prefixes", get_namespace_prefixes, set_namespace_prefixes, 0},
    {"ordered_attributes", get_ordered_attributes, set_ordered_attributes, 0},
    {"specified_attributes", get_specified_attributes, set_specified_attributes, 0},
    {0},
};

static MethodDef *const parser_methods[] = {
    M(parser_parse),
    M(parser_parse_file),
    M(parser_set_base),
    M(parser_get_base),
    M(parser_external),
    M(parser_get_input_context),
    M(parser_foreign_dtd),
    M(parser_set_deferral),
    M(parser_get_deferral),
    M(parser_param_entities),
    0,
};

static Type parser_type = {
    TYPE_HEAD("pyexpat.xmlparser", XmlParser),
    .doc = "XML parser",
    .methods = parser_methods,
    .getset = parser_getset,
    .trace = parser_trace,
    .release = parser_release,
    .flags = TYPE_NO_NEW,
};

/* ---- the module
 * ------------------------------------------------------------------------------------ */

FUNCTION(expat_parser_create, "ParserCreate", "encoding=None, namespace_separator=None, intern=?",
         "Return a new XML parser object.")
{
    const char *encoding, *separator;
    TRY(expat_optional_text(args[0], "ParserCreate() argument 'encoding'", &encoding));
    /* "\0" makes the library put the names together without a separator. */
    if (args[1] != None && is_str(args[1]) && str_length(args[1]) > 1)
        return raise(ValueError,
                     "namespace_separator must be at most one character, omitted, or None");
    TRY(expat_optional_text(args[1], "ParserCreate() argument 'namespace_separator'", &separator));
    Value intern = args[2] ? args[2] : TRY(dict_new());
    if (intern != None && !is_dict(intern))
        return raise(TypeError, "intern must be a dictionary");
    TRY(expat_library());
    ExpatCore *core = TRY_OR(core_new(expat_create(encoding, separator), 0), 0);
    XmlParser *p = TRY_OR(parser_new(core), 0);
    if (intern != None)
        gc_store(p, &p->intern, intern);
    return (Value)p;
}

FUNCTION(expat_error_string, "ErrorString", "code, /", "Returns string error for given number.")
{
    intptr_t code = TRY_INDEX(args[0]);
    const char *message = expat_library()->XML_ErrorString((enum XML_Error)code);
    return message ? str_from_cstring(message) : None;
}

static bool execute(Value module)
{
    TRY(expat_library());
    TRY(module_add_exception(module, "xml.parsers.expat.ExpatError", Exception, &error_class));
    if (!(type_flags(&parser_type) & TYPE_READY))
        type_ready(&parser_type, 0);
    return module_add(module, "error", error_class) &&
           module_add(module, "XMLParserType", (Value)&parser_type) && expat_add_constants(module);
}

static MethodDef *const functions[] = {M(expat_parser_create), M(expat_error_string), 0};

const ModuleDef module_pyexpat = {"pyexpat", "Python wrapper for Expat parser.", functions,
                                  execute};
