/* The facts in sys: versions, limits, flags, paths. */
#include <float.h>
#include <limits.h>
#include "core/abstract.h"
#include "core/error.h"
#include "modules/sys/sys_internal.h"
#include "modules/sys/version.h"
#include "types/dict.h"
#include "types/float.h"
#include "types/int.h"
#include "types/list.h"
#include "types/namespace.h"
#include "types/set.h"
#include "types/str.h"
#include "types/struct_sequence.h"
#include "vm/config.h"

/* A named tuple type from its fields, whose values are given in order. */
#define INFO_TYPE(id, name, doc, count, ...)                                                       \
    static const StructField id##_fields[] = {__VA_ARGS__, {0}};                                   \
    static const StructDef id##_def = {id##_fields, count, true};                                  \
    static Type id##_type = STRUCT_TYPE(name, &id##_def, doc)

INFO_TYPE(flags, "sys.flags",
          "sys.flags\n\nFlags provided through command line arguments or "
          "environment vars.",
          18, {"debug", "-d"}, {"inspect", "-i"}, {"interactive", "-i"}, {"optimize", "-O or -OO"},
          {"dont_write_bytecode", "-B"}, {"no_user_site", "-s"}, {"no_site", "-S"},
          {"ignore_environment", "-E"}, {"verbose", "-v"}, {"bytes_warning", "-b"}, {"quiet", "-q"},
          {"hash_randomization", "-R"}, {"isolated", "-I"}, {"dev_mode", "-X dev"},
          {"utf8_mode", "-X utf8"}, {"warn_default_encoding", "-X warn_default_encoding"},
          {"safe_path", "-P"}, {"int_max_str_digits", "-X int_max_str_digits"}, {"gil", "-X gil"},
          {"thread_inherit_context", "-X thread_inherit_context"},
          {"context_aware_warnings", "-X context_aware_warnings"});
INFO_TYPE(version_info, "sys.version_info",
          "sys.version_info\n\nVersion information as a named tuple.", 5,
          {"major", "Major release number"}, {"minor", "Minor release number"},
          {"micro", "Patch release number"},
          {"releaselevel", "'alpha', 'beta', 'candidate', or 'final'"},
          {"serial", "Serial release number"});
INFO_TYPE(float_info, "sys.float_info",
          "sys.float_info\n\nA named tuple holding information about the "
          "float type.",
          11, {"max", "DBL_MAX"}, {"max_exp", "DBL_MAX_EXP"}, {"max_10_exp", "DBL_MAX_10_EXP"},
          {"min", "DBL_MIN"}, {"min_exp", "DBL_MIN_EXP"}, {"min_10_exp", "DBL_MIN_10_EXP"},
          {"dig", "DBL_DIG"}, {"mant_dig", "DBL_MANT_DIG"}, {"epsilon", "DBL_EPSILON"},
          {"radix", "FLT_RADIX"}, {"rounds", "FLT_ROUNDS"});
INFO_TYPE(int_info, "sys.int_info",
          "sys.int_info\n\nA named tuple that holds information about "
          "Python's internal representation of integers.",
          4, {"bits_per_digit", "size of a digit in bits"},
          {"sizeof_digit", "size in bytes of the C type used to represent a digit"},
          {"default_max_str_digits", "maximum string conversion digits limitation"},
          {"str_digits_check_threshold", "minimum positive value for int_max_str_digits"});
INFO_TYPE(hash_info, "sys.hash_info",
          "hash_info\n\nA named tuple providing parameters used for "
          "computing hashes.",
          9, {"width", "width of the type used for hashing, in bits"},
          {"modulus", "prime number giving the modulus on which the hash function is based"},
          {"inf", "value to be used for hash of a positive infinity"},
          {"nan", "value to be used for hash of a nan"},
          {"imag", "multiplier used for the imaginary part of a complex number"},
          {"algorithm", "name of the algorithm for hashing of str, bytes and memoryviews"},
          {"hash_bits", "internal output size of hash algorithm"},
          {"seed_bits", "seed size of hash algorithm"},
          {"cutoff", "small string optimization cutoff"});
INFO_TYPE(thread_info, "sys.thread_info",
          "sys.thread_info\n\nA named tuple holding information about "
          "the thread implementation.",
          3, {"name", "name of the thread implementation"},
          {"lock", "name of the lock implementation"},
          {"version", "name and version of the thread library"});

static Value info_ints(Type *type, const int *numbers, int count)
{
    Value info = TRY(struct_new(type));
    for (int i = 0; i < count; i++)
        struct_init(info, i, int_small(numbers[i]));
    return info;
}

static Value make_flags(void)
{
    const int numbers[] = {config.debug,
                           config.inspect,
                           config.interactive,
                           config.optimize,
                           config.dont_write_bytecode,
                           config.no_user_site,
                           config.no_site,
                           config.ignore_environment,
                           config.verbose,
                           config.bytes_warning,
                           config.quiet,
                           config.hash_randomization,
                           config.isolated,
                           config.dev_mode,
                           config.utf8_mode,
                           config.warn_default_encoding,
                           config.safe_path,
                           config.int_max_str_digits < 0 ? 4300 : config.int_max_str_digits,
                           config.gil == 1,
                           config.thread_inherit_context,
                           config.context_aware_warnings};
    Value flags = TRY(info_ints(&flags_type, numbers, COUNT_OF(numbers)));
    struct_init(flags, 13, bool_value(config.dev_mode));
    struct_init(flags, 16, bool_value(config.safe_path));
    if (config.gil < 0)
        struct_init(flags, 18, None);
    return flags;
}

static Value make_version_info(void)
{
    Value info = TRY(struct_new(&version_info_type));
    const int numbers[] = {VERSION_MAJOR, VERSION_MINOR, VERSION_MICRO};
    for (int i = 0; i < 3; i++)
        struct_init(info, i, int_small(numbers[i]));
    struct_init(info, 3, TRY(str_from_cstring("final")));
    struct_init(info, 4, int_small(0));
    return info;
}

static Value make_float_info(void)
{
    Value info = TRY(struct_new(&float_info_type));
    struct_init(info, 0, TRY(float_from(DBL_MAX)));
    struct_init(info, 3, TRY(float_from(DBL_MIN)));
    struct_init(info, 8, TRY(float_from(DBL_EPSILON)));
    const int numbers[][2] = {
        {1, DBL_MAX_EXP}, {2, DBL_MAX_10_EXP}, {4, DBL_MIN_EXP}, {5, DBL_MIN_10_EXP},
        {6, DBL_DIG},     {7, DBL_MANT_DIG},   {9, FLT_RADIX},   {10, 1}};
    for (size_t i = 0; i < COUNT_OF(numbers); i++)
        struct_init(info, numbers[i][0], int_small(numbers[i][1]));
    return info;
}

static Value make_hash_info(void)
{
    Value info = TRY(struct_new(&hash_info_type));
    struct_init(info, 0, int_small(64));
    struct_init(info, 1, int_small((INT64_C(1) << 61) - 1));
    struct_init(info, 2, int_small(314159));
    struct_init(info, 3, int_small(0));
    struct_init(info, 4, int_small(1000003));
    struct_init(info, 5, TRY(str_from_cstring("siphash13")));
    struct_init(info, 6, int_small(64));
    struct_init(info, 7, int_small(128));
    struct_init(info, 8, int_small(0));
    return info;
}

static Value make_thread_info(void)
{
    Value info = TRY(struct_new(&thread_info_type));
    struct_init(info, 0, TRY(str_from_cstring("pthread")));
    struct_init(info, 1, None); /* locks are bytes on futexes: no name that CPython knows */
    return info;
}

static Value make_implementation(Value version_info)
{
    Value space = TRY(namespace_new());
    TRY(set_attr_string(space, "name", TRY(str_from_cstring("weft"))));
    TRY(set_attr_string(space, "cache_tag", TRY(str_from_cstring(CACHE_TAG))));
    TRY(set_attr_string(space, "version", version_info));
    TRY(set_attr_string(space, "hexversion", int_small(VERSION_HEX)));
    TRY(set_attr_string(space, "_multiarch", TRY(str_from_cstring("x86_64-linux-gnu"))));
    return space;
}

static Value string_list(const char *const *texts, int count)
{
    Value list = TRY(list_new(count));
    for (int i = 0; i < count; i++)
        TRY(list_append(list, TRY(str_from_fs(texts[i], strlen(texts[i])))));
    return list;
}

static Value make_x_options(void)
{
    Value dict = TRY(dict_new());
    for (int i = 0; i < config.x_option_count; i++) {
        const char *option = config.x_options[i], *sign = strchr(option, '=');
        Value value = sign ? TRY(str_from_fs(sign + 1, strlen(sign + 1))) : True;
        Value name = TRY(str_from_fs(option, sign ? (size_t)(sign - option) : strlen(option)));
        TRY(dict_set(dict, name, value));
    }
    return dict;
}

/* What the library can import, ours or pure Python: packages and top-level modules. */
static const char *const stdlib_names[] = {
#define STDLIB(name) #name,
#include "modules/sys/stdlib_names.def"
#undef STDLIB
};

static Value make_stdlib_names(void)
{
    Value list = TRY(string_list(stdlib_names, COUNT_OF(stdlib_names)));
    return frozenset_from_iterable(list);
}

static bool add_paths(Value module)
{
    Value prefix = str_from_fs(config.prefix, strlen(config.prefix));
    Value executable = prefix ? str_from_fs(config.executable, strlen(config.executable)) : 0;
    Value stdlib = executable ? str_from_fs(config.stdlib, strlen(config.stdlib)) : 0;
    Value base = stdlib ? str_from_fs(config.base_executable, strlen(config.base_executable)) : 0;
    return base && module_add(module, "executable", executable) &&
           module_add(module, "_base_executable", base) && module_add(module, "prefix", prefix) &&
           module_add(module, "exec_prefix", prefix) && module_add(module, "base_prefix", prefix) &&
           module_add(module, "base_exec_prefix", prefix) &&
           module_add(module, "_stdlib_dir", stdlib) &&
           module_add_string(module, "platlibdir", "lib");
}

static bool add_versions(Value module)
{
    Value version_info = make_version_info();
    return version_info && module_add(module, "version_info", version_info) &&
           module_add(module, "implementation", make_implementation(version_info)) &&
           module_add_string(module, "version", VERSION_TEXT) &&
           module_add_int(module, "hexversion", VERSION_HEX) &&
           module_add_int(module, "api_version", 1013) &&
           module_add_string(module, "copyright", "Copyright (c) 2026 The Weft authors.") &&
           module_add(module, "_git", tuple_of(str_from_cstring("Weft"), str_empty(), str_empty()));
}

bool sys_add_info(Value module)
{
    Type *const types[] = {&flags_type,    &version_info_type, &float_info_type,
                           &int_info_type, &hash_info_type,    &thread_info_type};
    for (size_t i = 0; i < COUNT_OF(types); i++)
        struct_type_ready(types[i]);
    const int int_numbers[] = {64, 8, 4300, 640};
    return add_versions(module) && add_paths(module) && module_add(module, "flags", make_flags()) &&
           module_add(module, "float_info", make_float_info()) &&
           module_add(module, "int_info", info_ints(&int_info_type, int_numbers, 4)) &&
           module_add(module, "hash_info", make_hash_info()) &&
           module_add(module, "thread_info", make_thread_info()) &&
           module_add(module, "warnoptions",
                      string_list(config.warn_options, config.warn_option_count)) &&
           module_add(module, "_xoptions", make_x_options()) &&
           module_add(module, "orig_argv",
                      string_list((const char *const *)config.orig_argv, config.orig_argc)) &&
           module_add(module, "builtin_module_names", builtin_module_names()) &&
           module_add(module, "stdlib_module_names", make_stdlib_names()) &&
           module_add(module, "dont_write_bytecode", bool_value(config.dont_write_bytecode)) &&
           module_add(module, "pycache_prefix",
                      config.pycache_prefix
                          ? str_from_fs(config.pycache_prefix, strlen(config.pycache_prefix))
                          : None) &&
           module_add_string(module, "platform", "linux") &&
           module_add_string(module, "byteorder", "little") &&
           module_add_string(module, "float_repr_style", "short") &&
           module_add_string(module, "abiflags", "t") &&
           module_add_string(module, "_framework", "") &&
           module_add(module, "maxsize", int_from(INTPTR_MAX)) &&
           module_add_int(module, "maxunicode", 0x10ffff);
}
