/* pyexpat: what the library calls while it parses. Callbacks cannot fail, so one that leaves an
 * exception stops the parser; those that still come after that do nothing. */
#include "core/abstract.h"
#include "core/call.h"
#include "core/error.h"
#include "modules/expat/parser.h"
#include "types/bytes.h"
#include "types/dict.h"
#include "types/int.h"
#include "types/list.h"
#include "types/str.h"
#include "types/tuple.h"

/* ---- values ------------------------------------------------------------------------------- */

static Value text(const XML_Char *s)
{
    if (error_pending())
        return 0; /* from the argument before this one */
    return s ? str_from_utf8(s, strlen(s)) : None;
}

/* For names, of which there are few. */
static Value name(XmlParser *p, const XML_Char *s)
{
    Value v = TRY(text(s));
    return s && p->intern ? dict_set_default(p->intern, v, v) : v;
}

/* ---- delivery ----------------------------------------------------------------------------- */

static void stop(XmlParser *p)
{
    expat_library()->XML_StopParser(p->core->parser, XML_FALSE);
}

/* Calls a handler; elements of `args` may be 0 for those that could not be made. Returns its
 * result. */
static Value deliver(XmlParser *p, HandlerId id, Value *args, size_t nargs)
{
    Value result = 0, handler = p->handlers[id];
    size_t made = 0;
    while (made < nargs && args[made])
        made++;
    if (made == nargs) /* what made the arguments may have taken the handler away */
        result = handler ? call(handler, args, nargs, 0) : None;
    if (!result)
        stop(p);
    return result;
}

/* Is there somebody to be told? Buffered text comes first. */
static bool begins(XmlParser *p, HandlerId id)
{
    if (!p->handlers[id] || error_pending())
        return false;
    if (!parser_flush(p)) {
        stop(p);
        return false;
    }
    return p->handlers[id] != 0;
}

#define DELIVER(p, id, ...)                                                                        \
    ({                                                                                             \
        Value values_[] = {__VA_ARGS__};                                                           \
        deliver((p), (id), values_, COUNT_OF(values_));                                            \
    })

static bool deliver_text(XmlParser *p, const char *data, int size)
{
    return DELIVER(p, HANDLER_CharacterData, str_from_utf8(data, (size_t)size)) != 0;
}

bool parser_flush(XmlParser *p)
{
    int size = p->buffer_used;
    store_relaxed(&p->buffer_used, 0);
    return !size || !p->handlers[HANDLER_CharacterData] || deliver_text(p, p->buffer, size);
}

/* Keeps text until something else comes. */
static bool buffer_add(XmlParser *p, const char *data, int size)
{
    if (size > p->buffer_size - p->buffer_used)
        TRY(parser_flush(p));
    if (!p->handlers[HANDLER_CharacterData])
        return true;
    if (size > p->buffer_size)
        return deliver_text(p, data, size);
    if (!p->buffer && !(p->buffer = malloc((size_t)p->buffer_size)))
        return raise_no_memory();
    memcpy(p->buffer + p->buffer_used, data, (size_t)size);
    store_relaxed(&p->buffer_used, p->buffer_used + size);
    return true;
}

/* ---- elements and text ---------------------------------------------------------------------- */

static void on_CharacterData(void *self, const XML_Char *data, int size)
{
    XmlParser *p = self;
    if (error_pending() || !p->handlers[HANDLER_CharacterData])
        return;
    if (!(p->buffer_text ? buffer_add(p, data, size) : deliver_text(p, data, size)))
        stop(p);
}

/* `count` counts names and values. */
static Value attribute_list(XmlParser *p, const XML_Char **attributes, int count)
{
    Value list = TRY(list_new(count));
    for (int i = 0; i < count; i += 2) {
        TRY(list_append(list, TRY(name(p, attributes[i]))));
        TRY(list_append(list, TRY(text(attributes[i + 1]))));
    }
    return list;
}

static Value attribute_dict(XmlParser *p, const XML_Char **attributes, int count)
{
    Value dict = TRY(dict_new());
    for (int i = 0; i < count; i += 2)
        TRY(dict_set(dict, TRY(name(p, attributes[i])), TRY(text(attributes[i + 1]))));
    return dict;
}

static void on_StartElement(void *self, const XML_Char *element, const XML_Char **attributes)
{
    XmlParser *p = self;
    if (!begins(p, HANDLER_StartElement))
        return;
    int count = 0;
    if (p->specified_attributes)
        count = expat_library()->XML_GetSpecifiedAttributeCount(p->core->parser);
    else
        while (attributes[count])
            count += 2;
    Value container = p->ordered_attributes ? attribute_list(p, attributes, count)
                                            : attribute_dict(p, attributes, count);
    DELIVER(p, HANDLER_StartElement, container ? name(p, element) : 0, container);
}

static void on_EndElement(void *self, const XML_Char *element)
{
    XmlParser *p = self;
    if (begins(p, HANDLER_EndElement))
        DELIVER(p, HANDLER_EndElement, name(p, element));
}

static void on_ProcessingInstruction(void *self, const XML_Char *target, const XML_Char *data)
{
    XmlParser *p = self;
    if (begins(p, HANDLER_ProcessingInstruction))
        DELIVER(p, HANDLER_ProcessingInstruction, name(p, target), text(data));
}

static void on_Comment(void *self, const XML_Char *data)
{
    XmlParser *p = self;
    if (begins(p, HANDLER_Comment))
        DELIVER(p, HANDLER_Comment, text(data));
}

static void on_StartCdataSection(void *self)
{
    XmlParser *p = self;
    if (begins(p, HANDLER_StartCdataSection))
        deliver(p, HANDLER_StartCdataSection, 0, 0);
}

static void on_EndCdataSection(void *self)
{
    XmlParser *p = self;
    if (begins(p, HANDLER_EndCdataSection))
        deliver(p, HANDLER_EndCdataSection, 0, 0);
}

static void on_Default(void *self, const XML_Char *data, int size)
{
    XmlParser *p = self;
    if (begins(p, HANDLER_Default))
        DELIVER(p, HANDLER_Default, str_from_utf8(data, (size_t)size));
}

static void on_DefaultExpand(void *self, const XML_Char *data, int size)
{
    XmlParser *p = self;
    if (begins(p, HANDLER_DefaultExpand))
        DELIVER(p, HANDLER_DefaultExpand, str_from_utf8(data, (size_t)size));
}

static void on_StartNamespaceDecl(void *self, const XML_Char *prefix, const XML_Char *uri)
{
    XmlParser *p = self;
    if (begins(p, HANDLER_StartNamespaceDecl))
        DELIVER(p, HANDLER_StartNamespaceDecl, name(p, prefix), name(p, uri));
}

static void on_EndNamespaceDecl(void *self, const XML_Char *prefix)
{
    XmlParser *p = self;
    if (begins(p, HANDLER_EndNamespaceDecl))
        DELIVER(p, HANDLER_EndNamespaceDecl, name(p, prefix));
}

/* ---- declarations --------------------------------------------------------------------------- */

static void on_XmlDecl(void *self, const XML_Char *version, const XML_Char *encoding,
                       int standalone)
{
    XmlParser *p = self;
    if (begins(p, HANDLER_XmlDecl))
        DELIVER(p, HANDLER_XmlDecl, text(version), text(encoding), int_small(standalone));
}

static void on_StartDoctypeDecl(void *self, const XML_Char *doctype, const XML_Char *system_id,
                                const XML_Char *public_id, int has_internal_subset)
{
    XmlParser *p = self;
    if (begins(p, HANDLER_StartDoctypeDecl))
        DELIVER(p, HANDLER_StartDoctypeDecl, name(p, doctype), name(p, system_id),
                name(p, public_id), int_small(has_internal_subset));
}

static void on_EndDoctypeDecl(void *self)
{
    XmlParser *p = self;
    if (begins(p, HANDLER_EndDoctypeDecl))
        deliver(p, HANDLER_EndDoctypeDecl, 0, 0);
}

static void on_EntityDecl(void *self, const XML_Char *entity, int is_parameter,
                          const XML_Char *value, int size, const XML_Char *base,
                          const XML_Char *system_id, const XML_Char *public_id,
                          const XML_Char *notation)
{
    XmlParser *p = self;
    if (begins(p, HANDLER_EntityDecl))
        DELIVER(p, HANDLER_EntityDecl, name(p, entity), int_small(is_parameter),
                value ? str_from_utf8(value, (size_t)size) : None, name(p, base),
                name(p, system_id), name(p, public_id), name(p, notation));
}

static void on_UnparsedEntityDecl(void *self, const XML_Char *entity, const XML_Char *base,
                                  const XML_Char *system_id, const XML_Char *public_id,
                                  const XML_Char *notation)
{
    XmlParser *p = self;
    if (begins(p, HANDLER_UnparsedEntityDecl))
        DELIVER(p, HANDLER_UnparsedEntityDecl, name(p, entity), name(p, base), name(p, system_id),
                name(p, public_id), name(p, notation));
}

static void on_NotationDecl(void *self, const XML_Char *notation, const XML_Char *base,
                            const XML_Char *system_id, const XML_Char *public_id)
{
    XmlParser *p = self;
    if (begins(p, HANDLER_NotationDecl))
        DELIVER(p, HANDLER_NotationDecl, name(p, notation), name(p, base), name(p, system_id),
                name(p, public_id));
}

static void on_AttlistDecl(void *self, const XML_Char *element, const XML_Char *attribute,
                           const XML_Char *type, const XML_Char *fallback, int required)
{
    XmlParser *p = self;
    if (begins(p, HANDLER_AttlistDecl))
        DELIVER(p, HANDLER_AttlistDecl, name(p, element), name(p, attribute), text(type),
                text(fallback), int_small(required));
}

static void on_SkippedEntity(void *self, const XML_Char *entity, int is_parameter)
{
    XmlParser *p = self;
    if (begins(p, HANDLER_SkippedEntity))
        DELIVER(p, HANDLER_SkippedEntity, name(p, entity), int_small(is_parameter));
}

/* A content model as (type, quantifier, name, children). */
static Value content_model(XmlParser *p, const XML_Content *model)
{
    TRY(c_stack_check(" in a content model"));
    Value children = TRY(tuple_new((intptr_t)model->numchildren));
    for (intptr_t i = 0; i < (intptr_t)model->numchildren; i++) {
        Value child = TRY(content_model(p, &model->children[i]));
        tuple_init(children, i, child);
    }
    return tuple_of(int_small(model->type), int_small(model->quant), TRY(name(p, model->name)),
                    children);
}

static void on_ElementDecl(void *self, const XML_Char *element, XML_Content *model)
{
    XmlParser *p = self;
    if (begins(p, HANDLER_ElementDecl)) {
        Value tree = content_model(p, model);
        DELIVER(p, HANDLER_ElementDecl, tree ? name(p, element) : 0, tree);
    }
    expat_library()->XML_FreeContentModel(p->core->parser, model);
}

/* ---- handlers that answer ------------------------------------------------------------------- */

/* A handler's result as the library wants it; 0, which is an error to it, after an exception. */
static int answer(XmlParser *p, Value result)
{
    int number;
    if (!result)
        return XML_STATUS_ERROR;
    if (index_as_int(result, &number))
        return number;
    stop(p);
    return XML_STATUS_ERROR;
}

static int on_NotStandalone(void *self)
{
    XmlParser *p = self;
    if (!begins(p, HANDLER_NotStandalone))
        return error_pending() ? XML_STATUS_ERROR : XML_STATUS_OK;
    return answer(p, deliver(p, HANDLER_NotStandalone, 0, 0));
}

/* The library passes the parser, not the user data. */
static int on_ExternalEntityRef(XML_Parser parser, const XML_Char *context, const XML_Char *base,
                                const XML_Char *system_id, const XML_Char *public_id)
{
    XmlParser *p = XML_GetUserData(parser);
    if (!begins(p, HANDLER_ExternalEntityRef))
        return error_pending() ? XML_STATUS_ERROR : XML_STATUS_OK;
    return answer(p, DELIVER(p, HANDLER_ExternalEntityRef, text(context), name(p, base),
                             name(p, system_id), name(p, public_id)));
}

static bool decode_table(const XML_Char *encoding, XML_Encoding *info)
{
    unsigned char all[256];
    for (int i = 0; i < 256; i++)
        all[i] = (unsigned char)i;
    Value bytes = TRY(bytes_from((char *)all, sizeof all));
    Value decode = TRY(get_attr_string(bytes, "decode"));
    Value table = TRY(call2(decode, TRY(text(encoding)), TRY(str_from_cstring("replace"))));
    if (str_length(table) != 256)
        return raise(ValueError, "multi-byte encodings are not supported");
    for (int i = 0; i < 256; i++) {
        uint32_t c = str_char(table, i);
        info->map[i] = c == 0xFFFD ? -1 : (int)c;
    }
    info->data = 0;
    info->convert = 0;
    info->release = 0;
    return true;
}

int parser_unknown_encoding(void *data UNUSED, const XML_Char *encoding, XML_Encoding *info)
{
    return !error_pending() && decode_table(encoding, info) ? XML_STATUS_OK : XML_STATUS_ERROR;
}

/* ---- the library's pointers ------------------------------------------------------------------ */

void parser_connect(XmlParser *p, HandlerId id, bool connected)
{
    const ExpatLibrary *expat = expat_library();
    XML_Parser parser = p->core->parser;
    switch (id) {
#define CONNECT(name, set)                                                                         \
    case HANDLER_##name:                                                                           \
        expat->set(parser, connected ? on_##name : 0);                                             \
        break;
#define HANDLER(name, attribute) CONNECT(name, XML_Set##attribute)
#include "modules/expat/handlers.def"
#undef HANDLER
    case HANDLER_COUNT:
        break;
    }
}
