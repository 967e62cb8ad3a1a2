/* _elementtree: the module. */
#include "core/error.h"
#include "core/module.h"
#include "modules/elementtree/elementtree.h"
#include "modules/expat/parser.h"
#include "modules/module_util.h"
#include "types/dict.h"
#include "types/str.h"
#include "types/tuple.h"

Value elementtree_error;
Value elementtree_path;
Value elementtree_comment_factory, elementtree_pi_factory;

FUNCTION(sub_element, "SubElement", "$parent, tag, attrib=?{}, /, **extra", 0)
{
    Value named = 0, attrib = args[2], extra = args[3];
    if (!is_element(args[0]))
        return raise(TypeError, "SubElement() argument 1 must be %N, not %T", &element_type,
                     args[0]);
    if (attrib && !is_dict(attrib))
        return raise(TypeError, "SubElement() argument 3 must be dict, not %T", attrib);
    if (extra && !attrib) {
        named = attrib = dict_get_cstring(extra, "attrib");
        if (named && !is_dict(named))
            return raise(TypeError, "attrib must be dict, not %T", named);
    }
    if (named) {
        bool found;
        TRY(dict_delete(extra, TRY(str_intern_cstring("attrib")), &found));
    }
    if (attrib)
        attrib = TRY(dict_copy(attrib));
    if (attrib && extra)
        TRY(dict_merge(attrib, extra, true));
    Value element = TRY(element_new(args[1], attrib ? attrib : extra));
    TRY(element_append(args[0], element));
    return element;
}

static bool check_factory(const char *what, Value factory)
{
    return factory == None || type_of(factory)->call ||
           raise(TypeError, "%s factory must be callable, not %T", what, factory);
}

FUNCTION(set_factories, "_set_factories", "comment_factory, pi_factory, /",
         "Change the factories used to create comments and processing instructions.\n\n"
         "For internal use only.")
{
    TRY(check_factory("Comment", args[0]));
    TRY(check_factory("PI", args[1]));
    Value old = TRY(tuple_of(load_acquire(&elementtree_comment_factory),
                             load_acquire(&elementtree_pi_factory)));
    root_store(&elementtree_comment_factory, args[0]);
    root_store(&elementtree_pi_factory, args[1]);
    return old;
}

static MethodDef *const functions[] = {M(sub_element), M(set_factories), 0};

static void start_roots(void)
{
    if (elementtree_path)
        return;
    gc_add_root(&elementtree_path, 1);
    gc_add_root(&elementtree_comment_factory, 1);
    gc_add_root(&elementtree_pi_factory, 1);
    root_store(&elementtree_comment_factory, None);
    root_store(&elementtree_pi_factory, None);
}

static bool execute(Value module)
{
    TRY(expat_library());
    start_roots();
    root_store(&elementtree_path, TRY(import_by_name("xml.etree.ElementPath")));
    Type *const hidden[] = {&element_children_type, &element_iterator_type};
    for (size_t i = 0; i < COUNT_OF(hidden); i++)
        if (!(type_flags(hidden[i]) & TYPE_READY))
            type_ready(hidden[i], 0);
    return module_add_exception(module, "xml.etree.ElementTree.ParseError", SyntaxError,
                                &elementtree_error) &&
           module_add_new_type(module, &element_type) &&
           module_add_new_type(module, &tree_builder_type) &&
           module_add_new_type(module, &xml_parser_type);
}

const ModuleDef module__elementtree = {"_elementtree", 0, functions, execute};
