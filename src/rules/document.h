/*
 * document: docs/rules.md, out of a set of rules.
 *
 * The reasons in the order of judgement, then every entry with its source in both
 * languages. A test holds the page in the tree against what this writes.
 */
#pragma once
#include "core/buf.h"
#include "rules/rules.h"

/* Markdown. `out` fails if it has no room. */
void rules_document(const struct rules *, struct buf *out);

/* "2022-12-01", in local time of the plan; `text` holds 11 bytes. "" for 0 and WHEN_NEVER. */
enum { RULES_DAY = 11 };
void rules_first_day(const struct rules *, when from, char text[static RULES_DAY]);
void rules_last_day(const struct rules *, when until, char text[static RULES_DAY]);

/* "09:00–12:00, 14:00–20:00"; "3 in 24 h (one principal)"; "24 h"; "2–5: 1000–20000". For people.
 */
void rules_put_hours(struct buf *, const struct hours *);
void rules_put_cap(struct buf *, const struct cap *);
void rules_put_time(struct buf *, int64_t seconds);
void rules_put_limit(struct buf *, const struct rule_limit *); /* "24 h"; "5"; "15 in 1 h" */
void rules_put_band(struct buf *, const struct fine_band *);

/* "7 practice, 6 calls": what a paper is drawn from. */
void rules_put_paper(struct buf *, const struct exam_rule *);

/* "3–7 (7)": least, most and usual days; the hash in small hexadecimal digits. */
void rules_put_cooling(struct buf *, const struct rule_edition *);
void rules_put_hash(struct buf *, const struct rule_edition *);

/* "basic, photo"; "consent, contract". */
void rules_put_categories(struct buf *, categories);
void rules_put_bases(struct buf *, unsigned bases);
