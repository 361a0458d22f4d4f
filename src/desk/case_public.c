/* What is published of a case stands in the register of penalties (desk/listing.h). */
#include "desk/case.h"
#include "desk/case_terms.h"
#include "desk/listing.h"

static struct str word(const json_t *object, const char *name)
{
    const json_t *v = json_object_get(object, name);
    return v != NULL ? str_bytes(json_string_value(v), json_string_length(v)) : STR("");
}

/* The fine, by the draft that was approved. Criticism names no violation: it is entered there. */
enum err case_publish(const struct desk_work *w, const struct case_file *file, struct desk_no *no,
                      int64_t *seq, struct problem *problem)
{
    const json_t *d = file->draft;
    const when ended = case_terms_when(d, "ended_at");
    json_t *said = NULL;
    if (!file->ladder.served || (file->ladder.published & PUBLISHED_PENALTY) || w->who == NULL)
        return OK;
    enum err e = case_said(w, str_of(file->drafted), &said, problem);
    if (e != OK)
        return e;
    struct listing_decision x = {.measure = STR("fine"),
                                 .organisation = fact_text(&file->row.v[CASE_RESPONDENT]),
                                 .violation = word(d, "violation"),
                                 .document = STR(""),
                                 .case_id = fact_text(&file->row.v[CASE_ID]),
                                 .non_commercial = str_eq(word(d, "party"), STR("non-commercial")),
                                 .count = json_integer_value(json_object_get(d, "count")),
                                 .amount_fen = file->ladder.fine_fen,
                                 .mitigating = word(said, "mitigating"),
                                 .aggravating = word(said, "aggravating"),
                                 .committed = ended != 0 ? ended : file->drafted_at,
                                 .decided = file->decided_at};
    e = listing_publish(w, &x, no, seq, problem);
    json_decref(said);
    return e;
}
