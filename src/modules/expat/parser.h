/* pyexpat's parser object, shared by its files. */
#ifndef WEFT_MODULES_EXPAT_PARSER_H
#define WEFT_MODULES_EXPAT_PARSER_H

#include <expat.h>
#include "core/module.h"
#include "core/thread.h"
#include "modules/lazy_library.h"

#define EXPAT_FUNCTIONS(F)                                                                         \
    F(XML_DefaultCurrent)                                                                          \
    F(XML_ErrorString)                                                                             \
    F(XML_ExpatVersion)                                                                            \
    F(XML_ExpatVersionInfo)                                                                        \
    F(XML_ExternalEntityParserCreate)                                                              \
    F(XML_FreeContentModel)                                                                        \
    F(XML_GetBase)                                                                                 \
    F(XML_GetCurrentByteIndex)                                                                     \
    F(XML_GetCurrentColumnNumber)                                                                  \
    F(XML_GetCurrentLineNumber)                                                                    \
    F(XML_GetErrorCode)                                                                            \
    F(XML_GetFeatureList)                                                                          \
    F(XML_GetInputContext)                                                                         \
    F(XML_GetSpecifiedAttributeCount)                                                              \
    F(XML_Parse)                                                                                   \
    F(XML_ParserCreate_MM)                                                                         \
    F(XML_ParserFree)                                                                              \
    F(XML_SetAttlistDeclHandler)                                                                   \
    F(XML_SetBase)                                                                                 \
    F(XML_SetCharacterDataHandler)                                                                 \
    F(XML_SetCommentHandler)                                                                       \
    F(XML_SetDefaultHandler)                                                                       \
    F(XML_SetDefaultHandlerExpand)                                                                 \
    F(XML_SetElementDeclHandler)                                                                   \
    F(XML_SetEncoding)                                                                             \
    F(XML_SetEndCdataSectionHandler)                                                               \
    F(XML_SetEndDoctypeDeclHandler)                                                                \
    F(XML_SetEndElementHandler)                                                                    \
    F(XML_SetEndNamespaceDeclHandler)                                                              \
    F(XML_SetEntityDeclHandler)                                                                    \
    F(XML_SetExternalEntityRefHandler)                                                             \
    F(XML_SetHashSalt)                                                                             \
    F(XML_SetNotStandaloneHandler)                                                                 \
    F(XML_SetNotationDeclHandler)                                                                  \
    F(XML_SetParamEntityParsing)                                                                   \
    F(XML_SetProcessingInstructionHandler)                                                         \
    F(XML_SetReturnNSTriplet)                                                                      \
    F(XML_SetSkippedEntityHandler)                                                                 \
    F(XML_SetStartCdataSectionHandler)                                                             \
    F(XML_SetStartDoctypeDeclHandler)                                                              \
    F(XML_SetStartElementHandler)                                                                  \
    F(XML_SetStartNamespaceDeclHandler)                                                            \
    F(XML_SetUnknownEncodingHandler)                                                               \
    F(XML_SetUnparsedEntityDeclHandler)                                                            \
    F(XML_SetUserData)                                                                             \
    F(XML_SetXmlDeclHandler)                                                                       \
    F(XML_StopParser)                                                                              \
    F(XML_UseForeignDTD)                                                                           \
    EXPAT_REPARSE_FUNCTIONS(F)

/* Since 2.6.0. */
#if XML_MAJOR_VERSION > 2 || XML_MINOR_VERSION >= 6
#define EXPAT_HAS_REPARSE_DEFERRAL 1
#define EXPAT_REPARSE_FUNCTIONS(F) F(XML_SetReparseDeferralEnabled)
#else
#define EXPAT_HAS_REPARSE_DEFERRAL 0
#define EXPAT_REPARSE_FUNCTIONS(F)
#endif

LAZY_LIBRARY_TYPE(ExpatLibrary, EXPAT_FUNCTIONS)
const ExpatLibrary *expat_library(void); /* 0 with ImportError */

typedef enum HandlerId {
#define HANDLER(name, attribute) HANDLER_##name,
#include "modules/expat/handlers.def"
#undef HANDLER
    HANDLER_COUNT
} HandlerId;

/* The library's parser is for one thread at a time, and so are those that share its tables: whoever
 * uses one claims them all, and all other threads get a RuntimeError until the outermost use has
 * ended. */
typedef struct ExpatUse {
    Thread *claimant; /* atomic; 0: nobody */
    int depth;        /* the claimant's */
} ExpatUse;
bool expat_claim(ExpatUse *use) MUST_USE;
void expat_unclaim(ExpatUse **use);

/* The parser is claimed until the function returns. */
#define EXPAT_CLAIM(use)                                                                           \
    ExpatUse *claimed_use_ __attribute__((cleanup(expat_unclaim))) = 0;                            \
    if (!expat_claim(use))                                                                         \
        return 0;                                                                                  \
    claimed_use_ = (use)

/* The library's parser. A parser of an external entity uses its parent's tables, so that a parent
 * is freed after its children, in whatever order the collector finds the objects. */
typedef struct ExpatCore {
    XML_Parser parser;
    struct ExpatCore *parent, *root; /* immutable after init; the root has no parent */
    int users;                       /* atomic: the object and the children */
    ExpatUse use;                    /* the root's is that of all its descendants as well */
} ExpatCore;

/* A parser of the library; 0 if there is no memory. */
XML_Parser expat_create(const char *encoding, const char *separator);
/* XML_Parse in steps that its int can count; *parsing is true meanwhile. The library's status, or
 * -1 with an exception. */
int expat_feed(XML_Parser parser, bool *parsing, const char *data, size_t size, bool is_final);
/* The UTF-8 of an argument that is a str or None (*out 0). `what` is for messages. */
bool expat_optional_text(Value v, const char *what, const char **out) MUST_USE;

/* What is below `core` belongs to who has claimed the parser. */
typedef struct XmlParser {
    Object ob;
    ExpatCore *core; /* immutable after init */
    bool parsing;    /* in XML_Parse */
    /* atomic, up to `buffer_used`: anybody may ask for them */
    bool buffer_text, ordered_attributes, specified_attributes, namespace_prefixes;
    int buffer_size, buffer_used;
    bool reparse_deferral;
    char *buffer;                  /* malloc'ed; 0 until it is needed */
    Value intern;                  /* a dict, or 0; immutable after init */
    Value handlers[HANDLER_COUNT]; /* 0: none */
} XmlParser;

/* Passes buffered text to its handler. */
bool parser_flush(XmlParser *p) MUST_USE;
/* Tells the library to call on_Name for a handler, or nothing. */
void parser_connect(XmlParser *p, HandlerId id, bool connected);
/* For XML_SetUnknownEncodingHandler: encodings of one byte a character, by Python's codecs. */
int parser_unknown_encoding(void *data, const XML_Char *name, XML_Encoding *info);
/* Fills in the submodules errors and model, and the module's constants. */
bool expat_add_constants(Value module) MUST_USE;

#endif
