/* Unicode normal forms (Unicode Standard Annex 15). */
#ifndef WEFT_BASE_UNICODE_NORMALIZE_H
#define WEFT_BASE_UNICODE_NORMALIZE_H

#include "base/common.h"

typedef enum UnicodeForm { UNICODE_NFD, UNICODE_NFKD, UNICODE_NFC, UNICODE_NFKC } UnicodeForm;

/* Which version's data: `old` is 3.2, as far as it is known (characters that came later have no
 * properties, and corrected decompositions are as they were). */

/* The decomposition in UnicodeData.txt: `count` code points, and the tag ("<compat>", "" for a
 * canonical one). Not that of Hangul syllables. 0 if there is none. */
const uint32_t *unicode_decomposition(uint32_t c, bool old, int *count, const char **tag);

/* 1 yes, 0 no, -1 maybe: the quick check of the annex. */
int unicode_is_normal(const void *characters, size_t count, unsigned width, UnicodeForm form,
                      bool old);

/* The text in the form, in malloc'ed memory of the caller; 0 if there is no memory. */
uint32_t *unicode_normalize(const void *characters, size_t count, unsigned width, UnicodeForm form,
                            bool old, size_t *out_count);

#endif
