/*
 * ours: the number plan in force, behind a face that C++ can read.
 *
 * core/number.h is C17 and names a field `class`; this is the little of it that
 * the comparison with libphonenumber needs.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Load the plan of a rule pack. False, with the reason on standard error, if that fails. */
bool ours_open(const char *pack);
void ours_close(void);

/* number_parse; the name of the class. */
const char *ours_parse(const char *text, size_t n, const char *area, uint64_t *value);

/* number_classify; the name of the class. */
const char *ours_classify(uint64_t value);

/* The plan's blocks. False: there is no such one. */
struct ours_block {
    const char *prefix, *name;
    unsigned min_len, max_len;
    bool area;
};
bool ours_block(size_t index, struct ours_block *out);

#ifdef __cplusplus
}
#endif
