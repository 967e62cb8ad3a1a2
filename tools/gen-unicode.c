/* Writes C tables of Unicode character properties from the Unicode Character Database.
 *
 *     gen-unicode UCD-DIRECTORY OUTPUT-DIRECTORY
 *
 * OUTPUT/unicode_tables.h   properties and case mappings, for base/unicode.c
 * OUTPUT/unicode_decomp.h   decompositions and compositions, for base/unicode_normalize.c
 * OUTPUT/unicode_name_tables.h  character names, for base/unicode_names.c
 *
 * Code points map to one of some 1,400 distinct records through a table of two stages, whose
 * second consists of the distinct blocks of 128 indices. Aborts with a message on anything in
 * the input that it does not understand. */
#include <ctype.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX = 0x110000, BLOCK_BITS = 7, BLOCK = 1 << BLOCK_BITS };

static void die(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fputs("gen-unicode: ", stderr);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    exit(1);
}

static void *allocate(size_t count, size_t size)
{
    void *p = calloc(count, size);
    if (!p)
        die("out of memory");
    return p;
}

/* ---- Reading ---------------------------------------------------------------------------- */

static const char *ucd;

static FILE *open_data(const char *name)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", ucd, name);
    FILE *file = fopen(path, "r");
    if (!file)
        die("cannot read %s", path);
    return file;
}

static char *trim(char *text)
{
    while (isspace((unsigned char)*text))
        text++;
    char *end = text + strlen(text);
    while (end > text && isspace((unsigned char)end[-1]))
        *--end = 0;
    return text;
}

/* The next line with data, split at the semicolons; the number of its fields, 0 at the end. */
static int next_line(FILE *file, char *fields[16])
{
    static char line[65536];
    while (fgets(line, sizeof line, file)) {
        char *comment = strchr(line, '#');
        if (comment)
            *comment = 0;
        if (!*trim(line))
            continue;
        int count = 0;
        for (char *p = line; p && count < 16;) {
            char *next = strchr(p, ';');
            if (next)
                *next++ = 0;
            fields[count++] = trim(p);
            p = next;
        }
        return count;
    }
    return 0;
}

static uint32_t parse_code(const char *text)
{
    char *end;
    unsigned long c = strtoul(text, &end, 16);
    if (end == text || c >= MAX)
        die("no code point: %s", text);
    return (uint32_t)c;
}

/* "X" or "X..Y" */
static void parse_range(const char *text, uint32_t *first, uint32_t *last)
{
    *first = *last = parse_code(text);
    const char *dots = strstr(text, "..");
    if (dots)
        *last = parse_code(dots + 2);
}

static int parse_codes(const char *text, uint32_t *out, int limit)
{
    int count = 0;
    while (*text) {
        if (count == limit)
            die("too many code points: %s", text);
        out[count++] = parse_code(text);
        text += strcspn(text, " ");
        text += strspn(text, " ");
    }
    return count;
}

/* ---- Properties ------------------------------------------------------------------------- */

enum {
    ALPHA = 1 << 0, DECIMAL = 1 << 1, DIGIT = 1 << 2, NUMERIC = 1 << 3, LOWER = 1 << 4,
    UPPER = 1 << 5, TITLE = 1 << 6, SPACE = 1 << 7, LINEBREAK = 1 << 8, PRINTABLE = 1 << 9,
    XID_START = 1 << 10, XID_CONTINUE = 1 << 11, CASED = 1 << 12, CASE_IGNORABLE = 1 << 13,
    MIRRORED = 1 << 14,
    SPECIAL_UPPER = 1 << 15, SPECIAL_LOWER = 1 << 16, SPECIAL_TITLE = 1 << 17, SPECIAL_FOLD = 1 << 18,
};
static const struct { const char *name; int value; } flag_names[] = {
    {"UC_ALPHA", ALPHA}, {"UC_DECIMAL", DECIMAL}, {"UC_DIGIT", DIGIT}, {"UC_NUMERIC", NUMERIC},
    {"UC_LOWER", LOWER}, {"UC_UPPER", UPPER}, {"UC_TITLE", TITLE}, {"UC_SPACE", SPACE},
    {"UC_LINEBREAK", LINEBREAK}, {"UC_PRINTABLE", PRINTABLE}, {"UC_XID_START", XID_START},
    {"UC_XID_CONTINUE", XID_CONTINUE}, {"UC_CASED", CASED}, {"UC_CASE_IGNORABLE", CASE_IGNORABLE},
    {"UC_MIRRORED", MIRRORED}, {"UC_SPECIAL_UPPER", SPECIAL_UPPER},
    {"UC_SPECIAL_LOWER", SPECIAL_LOWER}, {"UC_SPECIAL_TITLE", SPECIAL_TITLE},
    {"UC_SPECIAL_FOLD", SPECIAL_FOLD},
};

typedef struct Record {
    int32_t flags;
    int32_t upper, lower, title, fold; /* to add to the code point; of a special one: index into specials */
    int32_t category, bidi, combining, width, decimal, digit, numeric, normal, age;
} Record;

static Record *records; /* by code point */

static const char *const categories[] = {"Cn", "Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Me", "Nd",
    "Nl", "No", "Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po", "Sm", "Sc", "Sk", "So", "Zs", "Zl", "Zp",
    "Cc", "Cf", "Cs", "Co", 0};
static const char *const bidis[] = {"", "L", "LRE", "LRO", "R", "AL", "RLE", "RLO", "PDF", "EN",
    "ES", "ET", "AN", "CS", "NSM", "BN", "B", "S", "WS", "ON", "LRI", "RLI", "FSI", "PDI", 0};
static const char *const widths[] = {"N", "A", "H", "W", "F", "Na", 0};

static int find_name(const char *const *names, const char *name)
{
    for (int i = 0; names[i]; i++)
        if (!strcmp(names[i], name))
            return i;
    die("unknown property value %s", name);
    return 0;
}

/* Distinct numeric values, as written in the database. */
static char *numerics[1024] = {""};
static int numeric_count = 1;

static int numeric_index(const char *text)
{
    for (int i = 1; i < numeric_count; i++)
        if (!strcmp(numerics[i], text))
            return i;
    if (numeric_count == 1024)
        die("too many numeric values");
    numerics[numeric_count] = strdup(text);
    return numeric_count++;
}

/* Special mappings: at an index the number of code points, then these. */
static uint32_t specials[8192];
static int special_count = 0;

static int32_t special_index(const uint32_t *codes, int count)
{
    for (int i = 0; i < special_count; i += (int)specials[i] + 1)
        if ((int)specials[i] == count && !memcmp(specials + i + 1, codes, (size_t)count * 4))
            return i;
    int index = special_count;
    if (index + count + 1 > (int)(sizeof specials / 4))
        die("too many special mappings");
    specials[special_count++] = (uint32_t)count;
    memcpy(specials + special_count, codes, (size_t)count * 4);
    special_count += count;
    return index;
}

typedef struct Decomposition {
    const char *tag; /* "" for a canonical one */
    int count;
    uint32_t codes[18];
} Decomposition;
static Decomposition **decompositions; /* by code point */
static char **names;                   /* by code point */

static int32_t parse_mapping(uint32_t c, const char *text)
{
    return *text ? (int32_t)parse_code(text) - (int32_t)c : 0;
}

static void parse_decomposition(uint32_t c, const char *text)
{
    if (!*text)
        return;
    Decomposition *d = allocate(1, sizeof *d);
    d->tag = "";
    if (*text == '<') {
        size_t size = strcspn(text, ">") + 1;
        d->tag = strndup(text, size);
        text += size + strspn(text + size, " ");
    }
    d->count = parse_codes(text, d->codes, 18);
    decompositions[c] = d;
}

static Record parse_character(uint32_t c, char *fields[16])
{
    Record r = {.category = find_name(categories, fields[2]), .combining = atoi(fields[3]),
                .bidi = find_name(bidis, fields[4])};
    const char *category = fields[2];
    if (category[0] == 'L')
        r.flags |= ALPHA;
    if (!strcmp(category, "Lt"))
        r.flags |= TITLE;
    if (!strcmp(category, "Zs") || strstr("WS B S", fields[4]))
        r.flags |= SPACE;
    if (!strcmp(fields[4], "B"))
        r.flags |= LINEBREAK;
    if ((category[0] != 'C' && category[0] != 'Z') || c == ' ')
        r.flags |= PRINTABLE;
    if (*fields[6])
        r.flags |= DECIMAL, r.decimal = atoi(fields[6]);
    if (*fields[7])
        r.flags |= DIGIT, r.digit = atoi(fields[7]);
    if (*fields[8])
        r.flags |= NUMERIC, r.numeric = numeric_index(fields[8]);
    if (*fields[9] == 'Y')
        r.flags |= MIRRORED;
    r.upper = parse_mapping(c, fields[12]);
    r.lower = parse_mapping(c, fields[13]);
    r.title = *fields[14] ? parse_mapping(c, fields[14]) : r.upper;
    return r;
}

static void read_unicode_data(void)
{
    FILE *file = open_data("UnicodeData.txt");
    char *fields[16];
    uint32_t first = 0;
    for (int count; (count = next_line(file, fields));) {
        if (count != 15)
            die("UnicodeData.txt: %d fields", count);
        uint32_t c = parse_code(fields[0]);
        size_t size = strlen(fields[1]);
        bool is_first = size > 8 && !strcmp(fields[1] + size - 8, ", First>");
        bool is_last = size > 7 && !strcmp(fields[1] + size - 7, ", Last>");
        Record r = parse_character(c, fields);
        parse_decomposition(c, fields[5]);
        for (uint32_t i = is_last ? first : c; i <= c; i++)
            records[i] = r;
        if (is_first)
            first = c;
        else if (!is_last && fields[1][0] != '<')
            names[c] = strdup(fields[1]);
    }
    fclose(file);
}

static void read_flags(const char *name, const char *property, int flag)
{
    FILE *file = open_data(name);
    char *fields[16];
    while (next_line(file, fields)) {
        if (strcmp(fields[1], property))
            continue;
        uint32_t first, last;
        parse_range(fields[0], &first, &last);
        for (uint32_t c = first; c <= last; c++)
            records[c].flags |= flag;
    }
    fclose(file);
}

/* Line_Break BK, CR, LF, NL are line boundaries beside the bidirectional class B. */
static void read_line_breaks(void)
{
    read_flags("LineBreak.txt", "BK", LINEBREAK);
    read_flags("LineBreak.txt", "CR", LINEBREAK);
    read_flags("LineBreak.txt", "LF", LINEBREAK);
    read_flags("LineBreak.txt", "NL", LINEBREAK);
}

static void read_widths(void)
{
    FILE *file = open_data("EastAsianWidth.txt");
    char *fields[16];
    while (next_line(file, fields)) {
        uint32_t first, last;
        parse_range(fields[0], &first, &last);
        for (uint32_t c = first; c <= last; c++)
            records[c].width = find_name(widths, fields[1]);
    }
    fclose(file);
}

static void set_special(uint32_t c, const char *text, int flag, int32_t *mapping)
{
    uint32_t codes[4];
    int count = parse_codes(text, codes, 8);
    if (count == 1 && codes[0] == (uint32_t)((int32_t)c + *mapping))
        return;
    records[c].flags |= flag;
    *mapping = special_index(codes, count);
}

static void read_case(void)
{
    FILE *file = open_data("SpecialCasing.txt");
    char *fields[16];
    for (int count; (count = next_line(file, fields));) {
        if (count > 5 || *fields[4]) /* a condition on locale or context */
            continue;
        uint32_t c = parse_code(fields[0]);
        Record *r = &records[c];
        set_special(c, fields[1], SPECIAL_LOWER, &r->lower);
        set_special(c, fields[2], SPECIAL_TITLE, &r->title);
        set_special(c, fields[3], SPECIAL_UPPER, &r->upper);
    }
    fclose(file);
    file = open_data("CaseFolding.txt");
    while (next_line(file, fields)) {
        uint32_t c = parse_code(fields[0]);
        if (fields[1][0] == 'C')
            records[c].fold = parse_mapping(c, fields[2]);
        else if (fields[1][0] == 'F')
            set_special(c, fields[2], SPECIAL_FOLD, &records[c].fold);
    }
    fclose(file);
}

/* U+XXXX <tab> kind <tab> value ...: the numeric values of ideographs. */
static void read_unihan_numerics(void)
{
    FILE *file = open_data("Unihan_NumericValues.txt");
    char line[4096];
    while (fgets(line, sizeof line, file)) {
        unsigned c;
        char kind[64], value[256];
        if (sscanf(line, "U+%X %63s %255s", &c, kind, value) != 3)
            continue;
        if (strcmp(kind, "kAccountingNumeric") && strcmp(kind, "kOtherNumeric") &&
            strcmp(kind, "kPrimaryNumeric"))
            continue;
        records[c].flags |= NUMERIC;
        records[c].numeric = numeric_index(value);
    }
    fclose(file);
}

/* Quick checks of the normal forms: two bits each (0 yes, 1 maybe, 2 no), NFD NFKD NFC NFKC. */
static void read_quick_checks(void)
{
    static const char *const forms[] = {"NFD_QC", "NFKD_QC", "NFC_QC", "NFKC_QC", 0};
    FILE *file = open_data("DerivedNormalizationProps.txt");
    char *fields[16];
    while (next_line(file, fields)) {
        int form = 0;
        while (forms[form] && strcmp(forms[form], fields[1]))
            form++;
        if (!forms[form])
            continue;
        uint32_t first, last;
        parse_range(fields[0], &first, &last);
        for (uint32_t c = first; c <= last; c++)
            records[c].normal |= (fields[2][0] == 'M' ? 1 : 2) << 2 * form;
    }
    fclose(file);
}

/* 1: newer than Unicode 3.2, for unicodedata.ucd_3_2_0. */
static void read_ages(void)
{
    FILE *file = open_data("DerivedAge.txt");
    char *fields[16];
    while (next_line(file, fields)) {
        uint32_t first, last;
        parse_range(fields[0], &first, &last);
        for (uint32_t c = first; c <= last; c++)
            records[c].age = atof(fields[1]) > 3.25;
    }
    fclose(file);
}

/* ---- Writing ---------------------------------------------------------------------------- */

static FILE *out;

static void open_output(const char *directory, const char *name)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", directory, name);
    out = fopen(path, "w");
    if (!out)
        die("cannot write %s", path);
    fprintf(out, "/* Generated by tools/gen-unicode.c from the Unicode Character Database. */\n");
}

static void close_output(void)
{
    if (fclose(out))
        die("cannot write the output");
}

static void write_numbers(const char *type, const char *name, const uint32_t *numbers, size_t count)
{
    fprintf(out, "static const %s %s[%zu] = {", type, name, count);
    for (size_t i = 0; i < count; i++)
        fprintf(out, "%s%u,", i % 24 ? "" : "\n", numbers[i]);
    fprintf(out, "\n};\n");
}

static const char *smallest_type(const uint32_t *numbers, size_t count)
{
    uint32_t largest = 0;
    for (size_t i = 0; i < count; i++)
        largest |= numbers[i];
    return largest < 0x100 ? "uint8_t" : largest < 0x10000 ? "uint16_t" : "uint32_t";
}

/* Writes `values`, one for each code point, as NAME_stage1 and NAME_stage2. */
static void write_stages(const char *name, const uint32_t *values)
{
    uint32_t *stage1 = allocate(MAX / BLOCK, 4), *stage2 = allocate(MAX, 4);
    size_t blocks = 0;
    for (size_t b = 0; b < MAX / BLOCK; b++) {
        const uint32_t *block = values + b * BLOCK;
        size_t i = 0;
        while (i < blocks && memcmp(stage2 + i * BLOCK, block, BLOCK * 4))
            i++;
        if (i == blocks)
            memcpy(stage2 + blocks++ * BLOCK, block, BLOCK * 4);
        stage1[b] = (uint32_t)i;
    }
    char full[64];
    snprintf(full, sizeof full, "%s_stage1", name);
    write_numbers(smallest_type(stage1, MAX / BLOCK), full, stage1, MAX / BLOCK);
    snprintf(full, sizeof full, "%s_stage2", name);
    write_numbers(smallest_type(stage2, blocks * BLOCK), full, stage2, blocks * BLOCK);
    free(stage1);
    free(stage2);
}

static void write_names(const char *name, const char *const *strings)
{
    fprintf(out, "static const char %s[][4] = {", name);
    for (int i = 0; strings[i]; i++)
        fprintf(out, "\"%s\",", strings[i]);
    fprintf(out, "};\n");
}

static void write_records(void)
{
    Record *distinct = allocate(4096, sizeof(Record));
    uint32_t *index = allocate(MAX, 4);
    uint32_t count = 0;
    for (uint32_t c = 0; c < MAX; c++) {
        uint32_t i = c && !memcmp(&records[c], &records[c - 1], sizeof(Record)) ? index[c - 1] : 0;
        while (i < count && memcmp(&distinct[i], &records[c], sizeof(Record)))
            i++;
        if (i == 4096)
            die("too many distinct records");
        if (i == count)
            distinct[count++] = records[c];
        index[c] = i;
    }
    fprintf(out, "static const UnicodeRecord unicode_records[%u] = {\n", count);
    for (uint32_t i = 0; i < count; i++) {
        const Record *r = &distinct[i];
        fprintf(out, "{0x%x,%d,%d,%d,%d,%d,%d,%d,%d,%d,%d,%d,%d,%d},\n", (unsigned)r->flags, r->upper,
                r->lower, r->title, r->fold, r->category, r->bidi, r->combining, r->width, r->decimal,
                r->digit, r->normal, r->age, r->numeric);
    }
    fprintf(out, "};\nconst uint32_t unicode_latin1_flags[256] = {");
    for (uint32_t c = 0; c < 256; c++)
        fprintf(out, "%s0x%x,", c % 12 ? "" : "\n", (unsigned)records[c].flags);
    fprintf(out, "\n};\n");
    write_stages("unicode_record", index);
    free(distinct);
    free(index);
}

/* The version, which the first line of a file tells: "# DerivedAge-15.1.0.txt". */
static void write_version(void)
{
    FILE *file = open_data("DerivedAge.txt");
    char version[16];
    if (fscanf(file, "# DerivedAge-%15[0-9.]", version) != 1)
        die("DerivedAge.txt does not tell its version");
    fclose(file);
    if (version[strlen(version) - 1] == '.')
        version[strlen(version) - 1] = 0;
    fprintf(out, "#define UNICODE_VERSION \"%s\"\n", version);
}

static void write_properties(const char *directory)
{
    open_output(directory, "unicode_tables.h");
    write_version();
    for (size_t i = 0; i < sizeof flag_names / sizeof *flag_names; i++)
        fprintf(out, "_Static_assert(%s == 0x%x, \"base/unicode.h\");\n", flag_names[i].name,
                (unsigned)flag_names[i].value);
    fprintf(out, "enum { UNICODE_BLOCK_BITS = %d };\n", BLOCK_BITS);
    write_names("unicode_category_names", categories);
    write_names("unicode_bidi_names", bidis);
    write_names("unicode_width_names", widths);
    fprintf(out, "static const double unicode_numerics[] = {-1");
    for (int i = 1; i < numeric_count; i++)
        fprintf(out, ",%s.0", numerics[i]);
    fprintf(out, "};\n");
    write_numbers("uint32_t", "unicode_specials", specials, (size_t)special_count);
    write_records();
    close_output();
}

/* ---- Decompositions --------------------------------------------------------------------- */

static int compare_pairs(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

/* Canonical decompositions into two characters, but for the excluded ones, sorted: the first
 * and second character, 21 bits each, and what they compose to. */
static void write_compositions(void)
{
    bool *excluded = allocate(MAX, 1);
    FILE *file = open_data("DerivedNormalizationProps.txt");
    char *fields[16];
    while (next_line(file, fields)) {
        if (strcmp(fields[1], "Full_Composition_Exclusion"))
            continue;
        uint32_t first, last;
        parse_range(fields[0], &first, &last);
        for (uint32_t c = first; c <= last; c++)
            excluded[c] = true;
    }
    fclose(file);
    uint64_t(*pairs)[2] = allocate(8192, sizeof *pairs);
    size_t count = 0;
    for (uint32_t c = 0; c < MAX; c++) {
        const Decomposition *d = decompositions[c];
        if (!d || *d->tag || d->count != 2 || excluded[c])
            continue;
        pairs[count][0] = (uint64_t)d->codes[0] << 21 | d->codes[1];
        pairs[count++][1] = c;
    }
    qsort(pairs, count, sizeof *pairs, compare_pairs);
    fprintf(out, "static const uint64_t unicode_composition_keys[%zu] = {", count);
    for (size_t i = 0; i < count; i++)
        fprintf(out, "%s0x%llx,", i % 12 ? "" : "\n", (unsigned long long)pairs[i][0]);
    fprintf(out, "\n};\nstatic const uint32_t unicode_composition_values[%zu] = {", count);
    for (size_t i = 0; i < count; i++)
        fprintf(out, "%s0x%llx,", i % 12 ? "" : "\n", (unsigned long long)pairs[i][1]);
    fprintf(out, "\n};\n");
    free(excluded);
    free(pairs);
}

/* Each decomposition: count | tag << 8, then the code points. Index 0 is none. */
static void write_decompositions(const char *directory)
{
    open_output(directory, "unicode_decomp.h");
    const char *tags[32] = {""};
    int tag_count = 1;
    uint32_t *index = allocate(MAX, 4), *data = allocate(65536, 4);
    size_t size = 1;
    for (uint32_t c = 0; c < MAX; c++) {
        const Decomposition *d = decompositions[c];
        if (!d)
            continue;
        int tag = 0;
        while (tag < tag_count && strcmp(tags[tag], d->tag))
            tag++;
        if (tag == tag_count)
            tags[tag_count++] = d->tag;
        index[c] = (uint32_t)size;
        data[size++] = (uint32_t)d->count | (uint32_t)tag << 8;
        for (int i = 0; i < d->count; i++)
            data[size++] = d->codes[i];
    }
    fprintf(out, "static const char *const unicode_decomposition_tags[] = {");
    for (int i = 0; i < tag_count; i++)
        fprintf(out, "\"%s\",", tags[i]);
    fprintf(out, "};\n");
    write_numbers("uint32_t", "unicode_decompositions", data, size);
    write_stages("unicode_decomposition", index);
    /* What Unicode 3.2 had and later versions corrected. */
    fprintf(out, "static const uint32_t unicode_corrections[][2] = {");
    FILE *file = open_data("NormalizationCorrections.txt");
    char *fields[16];
    while (next_line(file, fields))
        if (strcmp(fields[3], "3.2.0"))
            fprintf(out, "{0x%s,0x%s},", fields[0], fields[1]);
    fclose(file);
    fprintf(out, "};\n");
    write_compositions();
    close_output();
    free(index);
    free(data);
}

/* ---- Names ------------------------------------------------------------------------------ */

typedef struct Word {
    char *text;
    int uses, number;
} Word;
static Word *words;
static size_t word_count;
static Word **word_table; /* hash table of 65536 slots */

static Word *find_word(const char *text, size_t size)
{
    uint32_t hash = 2166136261u;
    for (size_t i = 0; i < size; i++)
        hash = (hash ^ (unsigned char)text[i]) * 16777619u;
    for (uint32_t i = hash & 0xffff;; i = (i + 1) & 0xffff) {
        Word *word = word_table[i];
        if (!word) {
            if (word_count == 32768)
                die("too many words in names");
            word = &words[word_count++];
            word->text = strndup(text, size);
            word_table[i] = word;
        }
        if (strlen(word->text) == size && !memcmp(word->text, text, size))
            return word;
    }
}

static int compare_uses(const void *a, const void *b)
{
    const Word *x = *(Word *const *)a, *y = *(Word *const *)b;
    return y->uses != x->uses ? y->uses - x->uses : strcmp(x->text, y->text);
}

/* Hash of a name for the lookup table; base/unicode_names.c has the same. */
static uint32_t hash_name(const char *name)
{
    uint32_t hash = 2166136261u;
    for (; *name; name++)
        hash = (hash ^ (unsigned char)*name) * 16777619u;
    return hash ^ hash >> 15;
}

static const char *name_word(const char *name, size_t *size)
{
    name += *name == ' ';
    *size = strcspn(name, " ");
    return name;
}

static void number_words(void)
{
    words = allocate(32768, sizeof *words);
    word_table = allocate(65536, sizeof *word_table);
    for (uint32_t c = 0; c < MAX; c++) {
        size_t size;
        for (const char *p = names[c]; p && *p; p += size) {
            p = name_word(p, &size);
            find_word(p, size)->uses++;
        }
    }
    Word **sorted = allocate(word_count, sizeof *sorted);
    for (size_t i = 0; i < word_count; i++)
        sorted[i] = &words[i];
    qsort(sorted, word_count, sizeof *sorted, compare_uses);
    uint32_t *offsets = allocate(word_count + 1, 4), offset = 0;
    fprintf(out, "static const char unicode_words[] =");
    for (size_t i = 0; i < word_count; i++) {
        sorted[i]->number = (int)i;
        offsets[i] = offset;
        offset += (uint32_t)strlen(sorted[i]->text);
        fprintf(out, "%s\"%s\"", i % 8 ? " " : "\n", sorted[i]->text);
    }
    offsets[word_count] = offset;
    fprintf(out, ";\n");
    write_numbers("uint32_t", "unicode_word_offsets", offsets, word_count + 1);
    free(sorted);
    free(offsets);
}

/* A name is the number of its words, then for each its number n: one byte below 160, else two,
 * 160 + (n - 160) / 256 and (n - 160) % 256. */
static void write_phrases(void)
{
    uint32_t *index = allocate(MAX, 4), *data = allocate(1 << 20, 4);
    size_t size = 1;
    for (uint32_t c = 0; c < MAX; c++) {
        if (!names[c])
            continue;
        index[c] = (uint32_t)size;
        size_t head = size++, length;
        for (const char *p = names[c]; *p; p += length) {
            p = name_word(p, &length);
            int n = find_word(p, length)->number;
            if (n < 160)
                data[size++] = (uint32_t)n;
            else {
                data[size++] = 160 + (uint32_t)(n - 160) / 256;
                data[size++] = (uint32_t)(n - 160) % 256;
            }
            data[head]++;
        }
    }
    if (word_count > 160 + 96 * 256)
        die("too many words in names");
    write_numbers("uint8_t", "unicode_phrases", data, size);
    write_stages("unicode_phrase", index);
    free(index);
    free(data);
}

static void write_name_lookup(void)
{
    size_t count = 0, slots = 1024;
    for (uint32_t c = 0; c < MAX; c++)
        count += names[c] != NULL;
    while (slots * 2 < count * 3)
        slots *= 2;
    uint32_t *table = allocate(slots, 4);
    for (uint32_t c = 0; c < MAX; c++) {
        if (!names[c])
            continue;
        size_t i = hash_name(names[c]) & (slots - 1);
        while (table[i])
            i = (i + 1) & (slots - 1);
        table[i] = c + 1;
    }
    fprintf(out, "enum { UNICODE_NAME_SLOTS = %zu };\n", slots);
    write_numbers("uint32_t", "unicode_name_table", table, slots);
    free(table);
}

/* Aliases and named sequences are few: sorted text for a binary search. */
typedef struct Alias {
    char *name;
    int count;
    uint32_t codes[4];
} Alias;

static int compare_aliases(const void *a, const void *b)
{
    return strcmp(((const Alias *)a)->name, ((const Alias *)b)->name);
}

static void write_aliases(void)
{
    Alias *aliases = allocate(4096, sizeof *aliases);
    size_t count = 0;
    char *fields[16];
    FILE *file = open_data("NameAliases.txt");
    for (; next_line(file, fields); count++) {
        aliases[count].name = strdup(fields[1]);
        aliases[count].count = parse_codes(fields[0], aliases[count].codes, 4);
    }
    fclose(file);
    file = open_data("NamedSequences.txt");
    for (; next_line(file, fields); count++) {
        aliases[count].name = strdup(fields[0]);
        aliases[count].count = parse_codes(fields[1], aliases[count].codes, 4);
    }
    fclose(file);
    qsort(aliases, count, sizeof *aliases, compare_aliases);
    fprintf(out, "static const UnicodeAlias unicode_aliases[%zu] = {\n", count);
    for (size_t i = 0; i < count; i++) {
        fprintf(out, "{\"%s\",%d,{", aliases[i].name, aliases[i].count);
        for (int k = 0; k < aliases[i].count; k++)
            fprintf(out, "0x%x,", aliases[i].codes[k]);
        fprintf(out, "}},\n");
    }
    fprintf(out, "};\n");
    free(aliases);
}

static void write_all_names(const char *directory)
{
    open_output(directory, "unicode_name_tables.h");
    number_words();
    write_phrases();
    write_name_lookup();
    write_aliases();
    close_output();
}

int main(int argc, char **argv)
{
    if (argc != 3)
        die("usage: gen-unicode UCD-DIRECTORY OUTPUT-DIRECTORY");
    ucd = argv[1];
    records = allocate(MAX, sizeof *records);
    decompositions = allocate(MAX, sizeof *decompositions);
    names = allocate(MAX, sizeof *names);
    read_unicode_data();
    read_flags("DerivedCoreProperties.txt", "Lowercase", LOWER);
    read_flags("DerivedCoreProperties.txt", "Uppercase", UPPER);
    read_flags("DerivedCoreProperties.txt", "XID_Start", XID_START);
    read_flags("DerivedCoreProperties.txt", "XID_Continue", XID_CONTINUE);
    read_flags("DerivedCoreProperties.txt", "Cased", CASED);
    read_flags("DerivedCoreProperties.txt", "Case_Ignorable", CASE_IGNORABLE);
    read_line_breaks();
    read_widths();
    read_case();
    read_unihan_numerics();
    read_quick_checks();
    read_ages();
    write_properties(argv[2]);
    write_decompositions(argv[2]);
    write_all_names(argv[2]);
    return 0;
}
