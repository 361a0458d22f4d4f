/*
 * number: a telephone number as an integer.
 *
 * The value is the E.164 number without its plus: +86 138 0013 8000 is
 * 8613800138000. National codes that have no E.164 form are held as if they had:
 * 110 is 86110, 95588 is 8695588, 400 821 0000 is 864008210000. Leading zeros do
 * not occur, so the value is unique and ranges are ranges of integers. 0 is no
 * number. 15 digits at most (E.164 §6.2.1), below 2^50.
 *
 * Which digits mean what is the rule pack's number plan (rules/rules.h), never
 * this file's business. Plans are immutable: any thread.
 */
#pragma once
#include "core/error.h"
#include "core/str.h"

#include <stdint.h>

typedef uint64_t number;

enum number_class {
    NUMBER_MALFORMED, /* no number of the plan */
    NUMBER_MOBILE,
    NUMBER_FIXED,
    NUMBER_95,
    NUMBER_96,
    NUMBER_400,
    NUMBER_1010,
    NUMBER_SHORT,     /* 10086, 12345 … */
    NUMBER_EMERGENCY, /* always rings; 110 119 120 122 … as the plan lists them */
    NUMBER_INTERNATIONAL,
};
enum { NUMBER_CLASSES = NUMBER_INTERNATIONAL + 1 };

/* "mobile" "fixed" "95" "96" "400" "1010" "short" "emergency" "international"; "malformed". */
const char *number_class_name(enum number_class);
bool number_class_of(struct str name, enum number_class *out);

/* One entry of a plan: national numbers that start with `prefix` and have one of the lengths. */
struct number_block {
    char prefix[12];          /* national significant digits, without the trunk prefix */
    uint8_t min_len, max_len; /* digits of the whole national number */
    enum number_class class;
    bool area; /* a geographic area code: local forms lack `prefix` */
};

/*
 * Of the blocks that allow a number's length, the one with the longest prefix
 * decides: 10 1010 1234 is Beijing (10 digits), 10101234 an access code (8) and
 * 10086 a hotline (5), though all start with 10. A prefix may have several
 * blocks, if their lengths do not overlap.
 */
struct number_plan {
    char country[4]; /* "86" */
    char trunk[4];   /* "0", or empty */
    char idd[4];     /* "00" */
    const struct number_block *blocks;
    size_t block_count;
    bool sorted; /* by number_plan_sort: found in log n instead of n steps */
    int utc_offset_minutes;
};

/* Order blocks for a plan that says `sorted`. */
void number_plan_sort(struct number_block *, size_t count);

/*
 * Read a number as people and protocols write it: `tel:+86-138-0013-8000`,
 * `sip:+8613800138000@host;user=phone`, `+86 (138) 0013 8000`, `008613…`,
 * `013800138000`, `021 6234 5678`, `4008210000`, `110`, and, given an area code
 * in `area` ("21"; may be empty), the local form `62345678`. Visual separators
 * (RFC 3966, and their typographic and full-width kin), percent escapes,
 * full-width digits, and the parameters `;phone-context=`, `;npdi`, `;rn=`,
 * `;ext=`, `;isub=` are understood. Text over 256 bytes is malformed.
 *
 * Where usage leaves room, this is how it is read:
 * - `+86 021 6234 5678` and `+86 (0)21 …`: the trunk prefix is passed over, as
 *   switches do. `(0)` is passed over behind any country's code.
 * - `8613800138000` without plus: the country code is recognised before a
 *   mobile, fixed or 400 number only; `8695588` may be somebody's local number.
 * - `021 12345`, `+86 21 12345`: a service code of up to six digits behind an
 *   area code has the class of the code and keeps the area in its value. The
 *   trunk prefix or +86 must be there; `2112345` may be a local number.
 * - A service code is never dialled with the trunk prefix alone: `095588` is
 *   malformed. `0951 110` is the police of Yinchuan, although 951110 with the
 *   same value would be a 95 code: only here does the written form decide.
 * - A foreign number is 7 to 15 digits after `+` or `00`; foreign plans are not
 *   known here. A plus counts only before the first digit.
 *
 * Returns the class and stores the number, or NUMBER_MALFORMED and stores 0.
 */
enum number_class number_parse(const struct number_plan *, struct str text, struct str area,
                               number *out);

/* The class of an integer: of a stored number, or an end of a range. */
enum number_class number_classify(const struct number_plan *, number);

enum { NUMBER_TEXT = 24 };

/* "+8613800138000"; national codes as they are dialled: "110", "95588", "4008210000", "02112345".
 */
void number_format(const struct number_plan *, number, char out[static NUMBER_TEXT]);
