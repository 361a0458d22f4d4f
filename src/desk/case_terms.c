#include "desk/case_terms.h"
#include "registry/json_text.h"

/* A word that is more than blanks. */
static bool says(const json_t *said, const char *name)
{
    return str_trim(json_text_of(said, name)).n > 0;
}

when case_terms_when(const json_t *terms, const char *name)
{
    when at = 0;
    return when_parse_exact(json_text_of(terms, name), &at) == OK ? at : 0;
}

int case_violation(struct str word)
{
    return (int)(power_who(word) & 0x7fffffff);
}

static unsigned published(struct str reg)
{
    return str_eq(reg, STR("criticism")) ? PUBLISHED_CRITICISM
           : str_eq(reg, STR("penalty")) ? PUBLISHED_PENALTY
                                         : 0;
}

static void read_items(const json_t *items, struct act *out)
{
    for (size_t i = 0; i < json_array_size(items) && i < ACT_ITEMS_MAX; i++)
        out->item_due[i] = case_terms_when(json_array_get(items, i), "until");
    out->items = (unsigned)(json_array_size(items) > ACT_ITEMS_MAX ? ACT_ITEMS_MAX + 1
                                                                   : json_array_size(items));
}

/* Numbers from 1 as bits from 0; one that is no item's is the last bit, which no case has. */
static uint64_t item_bits(const json_t *numbers)
{
    uint64_t bits = 0;
    for (size_t i = 0; i < json_array_size(numbers); i++) {
        const json_int_t n = json_integer_value(json_array_get(numbers, i));
        bits |= UINT64_C(1) << (n >= 1 && n <= ACT_ITEMS_MAX ? n - 1 : 63);
    }
    return bits;
}

void case_terms_read(enum act_kind kind, const json_t *terms, const json_t *said, struct act *out)
{
    const json_t *officers = json_object_get(terms, "officers");
    const json_int_t item = json_integer_value(json_object_get(terms, "item"));
    const struct str of = json_text_of(terms, kind == ACT_SKIP ? "step" : "of");
    *out = (struct act){
        .kind = kind,
        .of = kind == ACT_WITHDRAW && str_eq(of, STR("listing")) ? ACT_LISTING : act_of(of),
        .published = published(json_text_of(terms, "register")),
        .set = case_terms_when(terms, kind == ACT_SELF_INSPECTION ? "until" : "at"),
        .host = power_who(json_text_of(terms, "host")),
        .item = item >= 1 && item <= ACT_ITEMS_MAX ? (unsigned)item - 1 : ACT_ITEMS_MAX,
        .accepted = item_bits(json_object_get(terms, "accepted")),
        .failed = item_bits(json_object_get(terms, "failed")),
        .violation = case_violation(json_text_of(terms, "violation")),
        .count = json_integer_value(json_object_get(terms, "count")),
        .fen = json_integer_value(json_object_get(terms, "amount_fen")),
        .agreed = json_is_true(json_object_get(terms, "agreed")),
        .approves = str_eq(json_text_of(terms, "outcome"), STR("approved")),
        .criticises = str_eq(json_text_of(terms, "measure"), STR("criticism")),
        .record = json_is_true(json_object_get(terms, "held")) || says(said, "record"),
        .text = says(said, "text"),
        .place = says(said, "place"),
        .ground = says(said, "ground"),
        .exit = says(said, "exit"),
        .reason = json_text_of(said, "reason").n >= ACT_REASON_LEAST,
        .answers = says(said, "defence_answer")};
    if (json_text_of(terms, "host").n == 0)
        out->host = 0;
    for (size_t i = 0; i < json_array_size(officers) && i < ACT_OFFICERS_MAX; i++) {
        const json_t *id = json_array_get(officers, i);
        out->officer[out->officers++] = power_who(json_text(id));
    }
    read_items(json_object_get(terms, "items"), out);
}
