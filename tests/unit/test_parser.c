#include "base/common.h"
#include "syntax/dump.h"
#include "syntax/parse.h"

#include "unit.h"

static ParseResult result;
static char *dumped;

static bool parse(const char *text, size_t length, ParseOptions options)
{
    free(dumped);
    dumped = NULL;
    parse_result_free(&result);
    options.stack_limit = (const char *)__builtin_frame_address(0) - 1024 * 1024;
    return syntax_parse(text, length, &options, &result);
}

/* Returns the dump of a text's tree without positions, or the message of its error. */
static const char *tree_with(const char *text, ParseOptions options)
{
    if (!parse(text, strlen(text), options))
        return result.error.message ? result.error.message : "(no message)";
    size_t size;
    FILE *out = open_memstream(&dumped, &size);
    ast_dump(out, result.tree);
    fclose(out);
    char *to = dumped;
    for (char *from = dumped; *from;) {
        size_t skip = strncmp(from, ", lineno=", 9) == 0 ? 2 : 0;
        if (skip || strncmp(from, "lineno=", 7) == 0)
            from += strcspn(from, ")");
        else
            *to++ = *from++;
    }
    *to = 0;
    return dumped;
}

static const char *tree_of(const char *text)
{
    return tree_with(text, (ParseOptions){.mode = PARSE_EVAL});
}

UNIT(operators_bind_as_in_the_grammar)
{
    CHECK_STR(tree_of("a + b * -c ** d"),
              "Expression(body=BinOp(left=Name(id='a', ctx=Load()), op=Add(), right=BinOp(left="
              "Name(id='b', ctx=Load()), op=Mult(), right=UnaryOp(op=USub(), operand=BinOp(left="
              "Name(id='c', ctx=Load()), op=Pow(), right=Name(id='d', ctx=Load()))))))");
    CHECK_STR(tree_of("a - b - c"),
              "Expression(body=BinOp(left=BinOp(left=Name(id='a', ctx=Load()), op=Sub(), right="
              "Name(id='b', ctx=Load())), op=Sub(), right=Name(id='c', ctx=Load())))");
    CHECK_STR(tree_of("not a is not b not in c"),
              "Expression(body=UnaryOp(op=Not(), operand=Compare(left=Name(id='a', ctx=Load()), "
              "ops=[IsNot(), NotIn()], comparators=[Name(id='b', ctx=Load()), Name(id='c', "
              "ctx=Load())])))");
}

UNIT(constants)
{
    CHECK_STR(tree_of("0xfF_ff"), "Expression(body=Constant(value=65535))");
    CHECK_STR(tree_of("123_456_789_012_345_678_901_234"),
              "Expression(body=Constant(value=123456789012345678901234))");
    CHECK_STR(tree_of("1.5e3"), "Expression(body=Constant(value=1500.0))");
    CHECK_STR(tree_of("1e400j"), "Expression(body=Constant(value=infj))");
    CHECK_STR(tree_of("u'a' \"b\""), "Expression(body=Constant(value='ab', kind='u'))");
    CHECK_STR(tree_of("b'\\x00\\377'"), "Expression(body=Constant(value=b'\\x00\\xff'))");
    CHECK_STR(tree_of("'\\ud800\\N{BULLET}\\U0001F600'"),
              "Expression(body=Constant(value='\\ud800\\u2022\\U0001f600'))");
}

UNIT(fstrings)
{
    CHECK_STR(tree_of("'x' f'a{{{b!r:>{w}}' 'c'"),
              "Expression(body=JoinedStr(values=[Constant(value='xa{'), FormattedValue(value="
              "Name(id='b', ctx=Load()), conversion=114, format_spec=JoinedStr(values=["
              "Constant(value='>'), FormattedValue(value=Name(id='w', ctx=Load()), "
              "conversion=-1)])), Constant(value='c')]))");
    CHECK_STR(tree_of("f'{a + b = }'"),
              "Expression(body=JoinedStr(values=[Constant(value='a + b = '), FormattedValue(value="
              "BinOp(left=Name(id='a', ctx=Load()), op=Add(), right=Name(id='b', ctx=Load())), "
              "conversion=114)]))");
}

UNIT(keyword_arguments_and_generators)
{
    CHECK_STR(tree_of("f(*a, b, c=1, **d)"),
              "Expression(body=Call(func=Name(id='f', ctx=Load()), args=[Starred(value=Name(id="
              "'a', ctx=Load()), ctx=Load()), Name(id='b', ctx=Load())], keywords=[keyword(arg="
              "'c', value=Constant(value=1)), keyword(value=Name(id='d', ctx=Load()))]))");
    CHECK_STR(tree_of("f(a for a in b)"),
              "Expression(body=Call(func=Name(id='f', ctx=Load()), args=[GeneratorExp(elt=Name("
              "id='a', ctx=Load()), generators=[comprehension(target=Name(id='a', ctx=Store()), "
              "iter=Name(id='b', ctx=Load()), ifs=[], is_async=0)])], keywords=[]))");
}

UNIT(names_that_are_sometimes_keywords)
{
    ParseOptions file = {.mode = PARSE_FILE};
    CHECK(strncmp(tree_with("match x:\n  case _: y", file), "Module(body=[Match(", 19) == 0);
    CHECK(strncmp(tree_with("match(x)", file), "Module(body=[Expr(", 18) == 0);
    CHECK(strncmp(tree_with("match[x]: int", file), "Module(body=[AnnAssign(", 23) == 0);
    CHECK(strncmp(tree_with("type X = int", file), "Module(body=[TypeAlias(", 23) == 0);
    CHECK(strncmp(tree_with("type = match = case = _", file), "Module(body=[Assign(", 20) == 0);
}

UNIT(positions_count_bytes)
{
    CHECK(parse("\xC3\xA9 = (\n1)\n", 10, (ParseOptions){.mode = PARSE_FILE}));
    const Stmt *s = result.tree->Module.body.items[0];
    CHECK_INT(s->end_lineno, 2);
    CHECK_INT(s->end_col_offset, 2);
    CHECK_INT(s->Assign.targets.items[0]->end_col_offset, 2);
    CHECK_INT(s->Assign.value->lineno, 2);
}

UNIT(modes)
{
    CHECK_STR(tree_with("", (ParseOptions){.mode = PARSE_FILE}),
              "Module(body=[], type_ignores=[])");
    CHECK_STR(tree_with("pass", (ParseOptions){.mode = PARSE_SINGLE}),
              "Interactive(body=[Pass()])");
    CHECK_STR(tree_with("(int, *str) -> x", (ParseOptions){.mode = PARSE_FUNC_TYPE}),
              "FunctionType(argtypes=[Name(id='int', ctx=Load()), Name(id='str', ctx=Load())], "
              "returns=Name(id='x', ctx=Load()))");
}

UNIT(type_comments)
{
    ParseOptions options = {.mode = PARSE_FILE, .type_comments = true};
    CHECK_STR(tree_with("x = 1 # type: int\ny # type: ignore[z]\n", options),
              "Module(body=[Assign(targets=[Name(id='x', ctx=Store())], value=Constant(value=1), "
              "type_comment='int'), Expr(value=Name(id='y', ctx=Load()))], type_ignores=["
              "TypeIgnore()])");
    const TypeIgnore *ignore = result.tree->Module.type_ignores.items[0];
    CHECK_INT(ignore->TypeIgnore.lineno, 2);
    CHECK_STR(ignore->TypeIgnore.tag->bytes, "[z]");
}

UNIT(incomplete_input)
{
    ParseOptions options = {
        .mode = PARSE_SINGLE, .allow_incomplete = true, .dont_imply_dedent = true};
    static const char *const incomplete[] = {"if x:", "if x:\n  y", "(", "'''", "a \\\n", "@a\n"};
    for (size_t i = 0; i < COUNT_OF(incomplete); i++) {
        CHECK(!parse(incomplete[i], strlen(incomplete[i]), options));
        CHECK_INT(result.error.kind, SYNTAX_INCOMPLETE);
    }
    CHECK(parse("if x:\n  y\n", 10, options));
    CHECK(!parse("a b\n", 4, options));
    CHECK_INT(result.error.kind, SYNTAX_ERROR);
}

UNIT(warnings)
{
    CHECK(parse("'\\d' + '\\z\\q'; 1if x else 2", 27, (ParseOptions){.mode = PARSE_FILE}));
    const SyntaxWarningInfo *w = result.warnings;
    CHECK(w && w->next && w->next->next && !w->next->next->next);
    CHECK_STR(w->message, "invalid escape sequence '\\d'");
    CHECK_INT(w->offset, 2);
    CHECK_STR(w->next->message, "invalid escape sequence '\\z'");
    CHECK_STR(w->next->next->message, "invalid decimal literal");
}

UNIT(barry_as_flufl)
{
    ParseOptions file = {.mode = PARSE_FILE};
    CHECK(strncmp(tree_with("from __future__ import barry_as_FLUFL\na <> b", file), "Module", 6) ==
          0);
    CHECK_STR(tree_with("from __future__ import barry_as_FLUFL\na != b", file),
              "with Barry as BDFL, use '<>' instead of '!='");
    CHECK_STR(tree_with("a <> b", file), "invalid syntax");
}

UNIT(feature_version)
{
    ParseOptions old = {.mode = PARSE_FILE, .feature_version = 7};
    CHECK_STR(tree_with("(a := 1)", old),
              "Assignment expressions are only supported in Python 3.8 and greater");
}

/* `count` times `piece`, then `last`. */
static bool parse_repeated(const char *piece, int count, const char *last)
{
    size_t length = strlen(piece) * (size_t)count + strlen(last);
    char *text = malloc(length + 1), *to = text;
    for (int i = 0; i < count; i++)
        to = stpcpy(to, piece);
    strcpy(to, last);
    bool ok = parse(text, length, (ParseOptions){.mode = PARSE_FILE});
    free(text);
    return ok;
}

UNIT(nesting_is_bounded)
{
    static const char *const pieces[] = {"(",    "[",       "{",   "f(",           "-",
                                         "not ", "lambda:", "a**", "1 if 2 else ", "await ",
                                         "f'{",  "(yield "};
    for (size_t i = 0; i < COUNT_OF(pieces); i++) {
        CHECK(!parse_repeated(pieces[i], 100000, "x"));
        CHECK(result.error.kind == SYNTAX_ERROR || result.error.kind == SYNTAX_NO_MEMORY);
    }
    CHECK(!parse_repeated("(", 201, "x"));
    CHECK_STR(result.error.message, "too many nested parentheses");
    CHECK(parse_repeated("a = ", 100000, "x"));
    CHECK(parse_repeated("a + ", 100000, "x"));
}

UNIT(errors_take_linear_time)
{
    static const char *const pieces[] = {
        "(",         "[",    "{",   "{1:",           "f(",
        "f[",        "f(a=", "-(",  "(a, ",          "[a for b in (",
        "lambda: (", "(a:=", "{**", "(a if b else ("};
    for (size_t i = 0; i < COUNT_OF(pieces); i++)
        CHECK(!parse_repeated(pieces[i], 90, "x y"));
    CHECK(!parse_repeated("f(", 100, "):\n  case a b"));
    CHECK(!parse("match x:\n  case f(f(f(f(f(f(f(f(f(f(f(f(f(f(f(f(f(f(f(f(f(f(f(f(f(f(f(f(f(f(a b",
                 77, (ParseOptions){.mode = PARSE_FILE}));
}

UNIT(zero_bytes)
{
    CHECK(!parse("a\0b", 3, (ParseOptions){.mode = PARSE_FILE}));
    CHECK_STR(result.error.message, "source code cannot contain null bytes");
}

static const char *encoding_of(const char *text, size_t want_skipped)
{
    static char name[64];
    const char *found;
    size_t length;
    size_t skipped = syntax_find_encoding(text, strlen(text), &found, &length);
    if (skipped != want_skipped)
        return "wrong length of the byte order mark";
    snprintf(name, sizeof name, "%.*s", (int)length, found ? found : "");
    return name;
}

UNIT(encoding_declarations)
{
    CHECK_STR(encoding_of("# -*- coding: latin-1 -*-\n", 0), "latin-1");
    CHECK_STR(encoding_of("#!/bin/sh\n# vim: set fileencoding=utf_8 :\n", 0), "utf_8");
    CHECK_STR(encoding_of("x = 1\n# coding: latin-1\n", 0), "");
    CHECK_STR(encoding_of("\n\n# coding: latin-1\n", 0), "");
    CHECK_STR(encoding_of("\xEF\xBB\xBFx", 3), "");
    CHECK_STR(encoding_of("# coding:\r\n#coding=a\r\n", 0), "a");
}

UNIT(identifiers_are_interned)
{
    CHECK(parse("ab + ab + a", 11, (ParseOptions){.mode = PARSE_EVAL}));
    const Expr *sum = result.tree->Expression.body, *left = sum->BinOp.left;
    CHECK(left->BinOp.left->Name.id == left->BinOp.right->Name.id);
    CHECK(left->BinOp.left->Name.id != sum->BinOp.right->Name.id);
    CHECK_INT(result.idents.count, 2);
}

static void finish(void)
{
    parse_result_free(&result);
    free(dumped);
}

UNIT_MAIN_WITH(atexit(finish))
