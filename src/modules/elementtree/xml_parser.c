/* XMLParser: Expat feeds a TreeBuilder, or any target with methods for what it wants to be told of.
 *
 * A target that is a TreeBuilder, and no instance of a subclass, is called without the detour over
 * its methods, and gets its text in one piece. Handlers of the library cannot fail: once one of
 * them has left an exception the others do nothing, and feed() raises it in the end. */
#include "core/alloc.h"
#include "core/call.h"
#include "core/error.h"
#include "core/names.h"
#include "modules/elementtree/elementtree.h"
#include "modules/expat/parser.h"
#include "types/bytes.h"
#include "types/dict.h"
#include "types/int.h"
#include "types/list.h"
#include "types/str.h"
#include "types/text.h"
#include "types/tuple.h"

typedef enum TargetMethod {
    TARGET_START_NS,
    TARGET_END_NS,
    TARGET_START,
    TARGET_DATA,
    TARGET_END,
    TARGET_COMMENT,
    TARGET_PI,
    TARGET_CLOSE,
    TARGET_DOCTYPE,
    TARGET_COUNT
} TargetMethod;

static const char *const target_names[TARGET_COUNT] = {
    "start_ns", "end_ns", "start", "data", "end", "comment", "pi", "close", "doctype"};

enum { RECENT_NAMES = 128, READ_SIZE = 64 * 1024 };

/* For one thread at a time, as pyexpat's parser: what is below `use` belongs to who has claimed it.
 */
typedef struct TreeParser {
    Object ob;
    ExpatUse use;
    bool parsing;      /* in XML_Parse */
    XML_Parser parser; /* 0 before __init__ */
    bool direct;       /* the target is exactly a TreeBuilder */
    Value target;
    Value entity;  /* dict: name to text */
    Value names;   /* dict: each name of an element or attribute, to the one str for it */
    Array *recent; /* some of these, where the hash of the library's spelling says */
    Value methods[TARGET_COUNT]; /* of the target; 0: it has none */
    char *text;                  /* malloc'ed: UTF-8 that a direct target has not got yet */
    size_t text_size, text_capacity;
} TreeParser;

static TreeParser *as_parser(Value v)
{
    return (TreeParser *)v;
}

static void parser_trace(Object *object, Tracer *tracer)
{
    TreeParser *p = (TreeParser *)object;
    gc_visit(tracer, load_relaxed(&p->target));
    gc_visit(tracer, load_relaxed(&p->entity));
    gc_visit(tracer, load_relaxed(&p->names));
    gc_visit(tracer, (Value)load_relaxed(&p->recent));
    gc_visit_range(tracer, p->methods, TARGET_COUNT);
}

static void parser_release(Object *object)
{
    TreeParser *p = (TreeParser *)object;
    if (p->parser)
        expat_library()->XML_ParserFree(p->parser);
    free(p->text);
}

/* ---- errors --------------------------------------------------------------------------------- */

static Value parse_error(enum XML_Error code, intptr_t line, intptr_t column, Value message)
{
    Value text = TRY(str_format("%V: line %zd, column %zd", TRY(message), line, column));
    Value exception = TRY(call1(elementtree_error, text));
    TRY(set_attr(exception, names.code, int_small(code)));
    Value position = TRY(tuple_of(TRY(int_from(line)), TRY(int_from(column))));
    TRY(set_attr_string(exception, "position", position));
    return raise_object(exception);
}

static Value raise_parse_error(TreeParser *p, enum XML_Error code, Value message)
{
    const ExpatLibrary *expat = expat_library();
    return parse_error(code, (intptr_t)expat->XML_GetCurrentLineNumber(p->parser),
                       (intptr_t)expat->XML_GetCurrentColumnNumber(p->parser), message);
}

/* ---- names ---------------------------------------------------------------------------------- */

/* Is `known` the str for this name? The library writes namespace}name, the tree {namespace}name. A
 * name without a namespace cannot begin with a brace. */
static bool is_name(Value known, const char *name, size_t size)
{
    const Str *s = (const Str *)known;
    if (!s->ascii)
        return false;
    if (s->length && s->data[0] == '{')
        return (size_t)s->length == size + 1 && memcmp(s->data + 1, name, size) == 0;
    return (size_t)s->length == size && memcmp(s->data, name, size) == 0;
}

static Value make_name(TreeParser *p, const char *name, size_t size)
{
    Value text = TRY(str_from_utf8(name, size));
    if (memchr(name, '}', size))
        text = TRY(str_format("{%V", text));
    return dict_set_default(p->names, text, text);
}

static Value universal_name(TreeParser *p, const char *name)
{
    uint32_t hash = 0;
    size_t size = 0;
    for (; name[size]; size++)
        hash = hash * 31 + (uint8_t)name[size];
    Value *slot = &p->recent->items[(hash ^ hash >> 8) % RECENT_NAMES], known = *slot;
    if (known && is_name(known, name, size))
        return known;
    known = TRY(make_name(p, name, size));
    gc_store(p->recent, slot, known);
    return known;
}

static Value text_or(const XML_Char *s, Value otherwise)
{
    return s ? str_from_utf8(s, strlen(s)) : otherwise;
}

/* ---- what the library calls -------------------------------------------------------------------
 */

static TreeBuilder *builder_of(TreeParser *p)
{
    return (TreeBuilder *)p->target;
}

/* Hands the text over that has been kept. */
static bool flush_text(TreeParser *p)
{
    size_t size = p->text_size;
    p->text_size = 0;
    return !size || tree_data(builder_of(p), TRY(str_from_utf8(p->text, size)));
}

/* Is there anything to do? Text comes before what follows it. */
static bool begins(TreeParser *p)
{
    return !error_pending() && flush_text(p);
}

static bool keep_text(TreeParser *p, const char *data, size_t size)
{
    if (p->text_size + size > p->text_capacity) {
        size_t capacity = 2 * (p->text_size + size) + 256;
        char *text = realloc(p->text, capacity);
        if (!text)
            return raise_no_memory();
        p->text = text;
        p->text_capacity = capacity;
    }
    memcpy(p->text + p->text_size, data, size);
    p->text_size += size;
    return true;
}

static Value tell(TreeParser *p, TargetMethod method, Value *args, size_t nargs)
{
    for (size_t i = 0; i < nargs; i++)
        TRY(args[i]);
    return call(p->methods[method], args, nargs, 0);
}

#define TELL(p, method, ...)                                                                       \
    ({                                                                                             \
        Value told_[] = {__VA_ARGS__};                                                             \
        tell((p), (method), told_, COUNT_OF(told_));                                               \
    })

static Value attribute_dict(TreeParser *p, const XML_Char **attributes)
{
    Value dict = TRY(dict_new());
    for (; attributes[0]; attributes += 2) {
        Value name = TRY(universal_name(p, attributes[0]));
        TRY(dict_set(dict, name, TRY(str_from_utf8(attributes[1], strlen(attributes[1])))));
    }
    return dict;
}

static Value started(TreeParser *p, const XML_Char *element, const XML_Char **attributes)
{
    Value tag = TRY(universal_name(p, element)), attrib = 0;
    if (attributes[0] || !p->direct)
        attrib = TRY(attribute_dict(p, attributes));
    if (p->direct)
        return tree_start(builder_of(p), tag, attrib);
    return TELL(p, TARGET_START, tag, attrib);
}

static void on_start(void *self, const XML_Char *element, const XML_Char **attributes)
{
    TreeParser *p = self;
    if (begins(p) && (p->direct || p->methods[TARGET_START]))
        (void)!started(p, element, attributes);
}

static void on_end(void *self, const XML_Char *element)
{
    TreeParser *p = self;
    if (!begins(p))
        return;
    if (p->direct)
        (void)!tree_end(builder_of(p));
    else if (p->methods[TARGET_END])
        (void)!TELL(p, TARGET_END, universal_name(p, element));
}

static void on_text(void *self, const XML_Char *data, int size)
{
    TreeParser *p = self;
    if (error_pending())
        return;
    if (p->direct)
        (void)!keep_text(p, data, (size_t)size);
    else if (p->methods[TARGET_DATA])
        (void)!TELL(p, TARGET_DATA, str_from_utf8(data, (size_t)size));
}

static Value undefined_entity(TreeParser *p, const XML_Char *data, int size)
{
    Value reference = TRY(str_from_utf8(data, (size_t)size));
    return raise_parse_error(p, XML_ERROR_UNDEFINED_ENTITY,
                             str_format("undefined entity %V", reference));
}

static Value default_data(TreeParser *p, const XML_Char *data, int size)
{
    Value name = TRY(str_from_utf8(data + 1, (size_t)size - 2));
    Value value = dict_get(p->entity, name);
    if (!value)
        return error_pending() ? 0 : undefined_entity(p, data, size);
    if (p->direct)
        return tree_data(builder_of(p), value) ? None : 0;
    return p->methods[TARGET_DATA] ? TELL(p, TARGET_DATA, value) : None;
}

/* References to entities that the document does not define come here, among much else. */
static void on_default(void *self, const XML_Char *data, int size)
{
    TreeParser *p = self;
    if (size >= 2 && data[0] == '&' && begins(p))
        (void)!default_data(p, data, size);
}

static void on_start_ns(void *self, const XML_Char *prefix, const XML_Char *uri)
{
    TreeParser *p = self;
    if (!begins(p))
        return;
    Value name = text_or(prefix, str_empty()), space = name ? text_or(uri, str_empty()) : 0;
    if (p->direct) {
        Value pair = space ? tuple_of(name, space) : 0;
        (void)!(pair && tree_event(builder_of(p), EVENT_START_NS, pair));
    } else if (p->methods[TARGET_START_NS]) {
        (void)!TELL(p, TARGET_START_NS, name, space);
    }
}

static void on_end_ns(void *self, const XML_Char *prefix)
{
    TreeParser *p = self;
    if (!begins(p))
        return;
    if (p->direct)
        (void)!tree_event(builder_of(p), EVENT_END_NS, None);
    else if (p->methods[TARGET_END_NS])
        (void)!TELL(p, TARGET_END_NS, text_or(prefix, str_empty()));
}

static void on_comment(void *self, const XML_Char *data)
{
    TreeParser *p = self;
    if (!begins(p))
        return;
    Value text = text_or(data, 0);
    if (p->direct)
        (void)!(text && tree_comment(builder_of(p), text));
    else if (p->methods[TARGET_COMMENT])
        (void)!TELL(p, TARGET_COMMENT, text);
}

static Value instruction(TreeParser *p, const XML_Char *target, const XML_Char *data)
{
    Value name = TRY(text_or(target, 0)), text = TRY(text_or(data, str_empty()));
    return p->direct ? tree_pi(builder_of(p), name, text) : TELL(p, TARGET_PI, name, text);
}

static void on_pi(void *self, const XML_Char *target, const XML_Char *data)
{
    TreeParser *p = self;
    bool wanted = p->direct ? tree_wants_pi(builder_of(p)) : p->methods[TARGET_PI] != 0;
    if (wanted && begins(p))
        (void)!instruction(p, target, data);
}

static Value doctype(TreeParser *p, const XML_Char *name, const XML_Char *system,
                     const XML_Char *public)
{
    if (p->methods[TARGET_DOCTYPE]) {
        Value id = TRY(text_or(public, None));
        return TELL(p, TARGET_DOCTYPE, universal_name(p, name), id, text_or(system, None));
    }
    Value method = 0;
    TRY(get_attr_optional((Value)p, TRY(str_intern_cstring("doctype")), &method));
    return !method || warn(RuntimeWarning, 1,
                           "The doctype() method of XMLParser is ignored.  Define doctype() method "
                           "on the TreeBuilder target.")
               ? None
               : 0;
}

static void on_doctype(void *self, const XML_Char *name, const XML_Char *system,
                       const XML_Char *public, int has_internal UNUSED)
{
    if (begins(self))
        (void)!doctype(self, name, system, public);
}

/* ---- making --------------------------------------------------------------------------------- */

static void connect_namespaces(TreeParser *p)
{
    expat_library()->XML_SetStartNamespaceDeclHandler(p->parser, on_start_ns);
    expat_library()->XML_SetEndNamespaceDeclHandler(p->parser, on_end_ns);
}

static void connect(TreeParser *p)
{
    const ExpatLibrary *expat = expat_library();
    expat->XML_SetUserData(p->parser, p);
    expat->XML_SetStartElementHandler(p->parser, on_start);
    expat->XML_SetEndElementHandler(p->parser, on_end);
    expat->XML_SetDefaultHandlerExpand(p->parser, on_default);
    expat->XML_SetCharacterDataHandler(p->parser, on_text);
    if (p->methods[TARGET_START_NS] || p->methods[TARGET_END_NS])
        connect_namespaces(p);
    if (p->methods[TARGET_COMMENT])
        expat->XML_SetCommentHandler(p->parser, on_comment);
    if (p->methods[TARGET_PI])
        expat->XML_SetProcessingInstructionHandler(p->parser, on_pi);
    expat->XML_SetStartDoctypeDeclHandler(p->parser, on_doctype);
    expat->XML_SetUnknownEncodingHandler(p->parser, parser_unknown_encoding, 0);
}

static bool find_methods(TreeParser *p, Value target)
{
    for (int i = 0; i < TARGET_COUNT; i++) {
        Value method = 0;
        TRY(get_attr_optional(target, TRY(str_intern_cstring(target_names[i])), &method));
        gc_store(p, &p->methods[i], method);
    }
    return true;
}

/* Starts over with a new document. */
static bool restart(TreeParser *p, const char *encoding)
{
    XML_Parser parser = expat_create(encoding, "}");
    if (!parser)
        return raise_no_memory();
    if (p->parser)
        expat_library()->XML_ParserFree(p->parser);
    p->parser = parser;
    p->text_size = 0;
    return true;
}

static bool set_up(TreeParser *p, Value target)
{
    gc_store(p, &p->entity, TRY(dict_new()));
    gc_store(p, &p->names, TRY(dict_new()));
    gc_store(p, &p->recent, TRY(array_new(RECENT_NAMES)));
    TRY(find_methods(p, target));
    gc_store(p, &p->target, target);
    p->direct = is_tree_builder_exact(target);
    return true;
}

INIT_METHOD(parser_init, "*, target=None, encoding=None")
{
    TreeParser *p = as_parser(args[0]);
    const char *encoding;
    TRY(expat_optional_text(args[2], "XMLParser() argument 'encoding'", &encoding));
    Value target = args[1] == None ? TRY(tree_new()) : args[1];
    EXPAT_CLAIM(&p->use);
    if (p->parsing)
        return raise(RuntimeError, "a handler called the parser that called it");
    TRY(set_up(p, target));
    TRY(restart(p, encoding));
    connect(p);
    return None;
}

static Value parser_make(Type *type, Value *args UNUSED, size_t nargs UNUSED, Value kwnames UNUSED)
{
    return object_alloc(type);
}

/* ---- parsing -------------------------------------------------------------------------------- */

static bool check_initialised(TreeParser *p)
{
    return p->parser || raise(ValueError, "XMLParser.__init__() wasn't called");
}

static Value feed(TreeParser *p, const char *data, size_t size, bool is_final)
{
    int status = expat_feed(p->parser, &p->parsing, data, size, is_final);
    if (status < 0)
        return 0;
    TRY(flush_text(p));
    if (status != XML_STATUS_ERROR)
        return None;
    enum XML_Error code = expat_library()->XML_GetErrorCode(p->parser);
    return raise_parse_error(p, code, str_from_cstring(expat_library()->XML_ErrorString(code)));
}

static Value feed_text(TreeParser *p, const char *text, size_t size)
{
    expat_library()->XML_SetEncoding(p->parser, "utf-8");
    return feed(p, text, size, false);
}

static Value feed_value(TreeParser *p, Value data)
{
    if (is_str(data)) {
        size_t size;
        const char *text = TRY(str_utf8(data, &size));
        return feed_text(p, text, size);
    }
    TEXT_ARGUMENT(bytes);
    TRY(bytes_argument(data, &bytes));
    return feed(p, bytes.data, (size_t)bytes.length, false);
}

METHOD(parser_feed, "feed", "data, /", 0)
{
    TreeParser *p = as_parser(args[0]);
    EXPAT_CLAIM(&p->use);
    TRY(check_initialised(p));
    return feed_value(p, args[1]);
}

METHOD(parser_flush_method, "flush", "/", 0)
{
    TreeParser *p = as_parser(args[0]);
    EXPAT_CLAIM(&p->use);
    TRY(check_initialised(p));
#if EXPAT_HAS_REPARSE_DEFERRAL
    expat_library()->XML_SetReparseDeferralEnabled(p->parser, XML_FALSE);
    Value result = feed(p, "", 0, false);
    expat_library()->XML_SetReparseDeferralEnabled(p->parser, XML_TRUE);
    return result;
#else
    return None;
#endif
}

METHOD(parser_close, "close", "/", 0)
{
    TreeParser *p = as_parser(args[0]);
    EXPAT_CLAIM(&p->use);
    TRY(check_initialised(p));
    TRY(feed(p, "", 0, true));
    if (p->direct)
        return tree_root(builder_of(p));
    return p->methods[TARGET_CLOSE] ? call0(p->methods[TARGET_CLOSE]) : None;
}

/* One piece of a file: false at its end and with an exception. */
static bool feed_piece(TreeParser *p, Value piece)
{
    size_t size;
    if (is_str(piece) && str_length(piece)) {
        const char *text = TRY(str_utf8_lossy(piece, &size));
        return feed_text(p, text, size) != 0;
    }
    if (!has_shape(piece, SHAPE_BYTES) || !((Bytes *)piece)->length)
        return false;
    return feed(p, ((Bytes *)piece)->data, (size_t)((Bytes *)piece)->length, false) != 0;
}

METHOD(parser_parse_whole, "_parse_whole", "file, /", 0)
{
    TreeParser *p = as_parser(args[0]);
    EXPAT_CLAIM(&p->use);
    TRY(check_initialised(p));
    Value read = TRY(get_attr(args[1], names.read)), piece;
    while ((piece = call1(read, int_small(READ_SIZE))) != 0 && feed_piece(p, piece))
        continue;
    if (error_pending())
        return 0;
    TRY(feed(p, "", 0, true));
    return p->direct ? tree_root(builder_of(p)) : None;
}

/* ---- events --------------------------------------------------------------------------------- */

static bool wanted_events(Value names_of_events, bool *wanted)
{
    Value list = TRY(element_list(names_of_events, "events must be a sequence")), name;
    for (intptr_t i = 0; (name = list_get(list, i)) != 0; i++) {
        size_t size;
        const char *text;
        if (is_str(name)) {
            text = TRY(str_utf8(name, &size));
        } else if (is_bytes(name)) {
            text = ((Bytes *)name)->data;
            size = (size_t)((Bytes *)name)->length;
        } else {
            return raise(ValueError, "invalid events sequence");
        }
        TreeEvent event = tree_event_named(text, size);
        if (event == EVENT_COUNT)
            return raise(ValueError, "unknown event '%s'", text);
        wanted[event] = true;
    }
    return true;
}

METHOD(parser_setevents, "_setevents", "events_queue, events_to_report=None, /", 0)
{
    TreeParser *p = as_parser(args[0]);
    bool wanted[EVENT_COUNT] = {false};
    EXPAT_CLAIM(&p->use);
    TRY(check_initialised(p));
    if (!p->direct)
        return raise(TypeError,
                     "event handling only supported for ElementTree.TreeBuilder targets");
    Value append = TRY(get_attr(args[1], names.append));
    if (args[2] == None)
        wanted[EVENT_END] = true;
    else
        TRY(wanted_events(args[2], wanted));
    TRY(tree_want_events(builder_of(p), append, wanted));
    if (wanted[EVENT_START_NS] || wanted[EVENT_END_NS])
        connect_namespaces(p);
    return None;
}

/* ---- attributes and the type ---------------------------------------------------------------- */

static Value get_version(Value self UNUSED)
{
    XML_Expat_Version version = expat_library()->XML_ExpatVersionInfo();
    return str_format("Expat %d.%d.%d", version.major, version.minor, version.micro);
}

static const GetSetDef parser_getset[] = {{"version", get_version, 0, 0}, {0}};
static const MemberDef parser_members[] = {
    {"entity", MEMBER_VALUE, offsetof(TreeParser, entity), true, 0},
    {"target", MEMBER_VALUE, offsetof(TreeParser, target), true, 0},
    {0},
};
static MethodDef *const parser_methods[] = {
    M(parser_feed),        M(parser_close),     M(parser_flush_method),
    M(parser_parse_whole), M(parser_setevents), 0,
};

Type xml_parser_type = {
    TYPE_HEAD("xml.etree.ElementTree.XMLParser", TreeParser),
    .make = parser_make,
    .init_def = M(parser_init),
    .methods = parser_methods,
    .getset = parser_getset,
    .members = parser_members,
    .trace = parser_trace,
    .release = parser_release,
    .flags = TYPE_BASE,
};
