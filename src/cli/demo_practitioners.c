/*
 * Who may work at the sample agency: the association has examined and certified those of its
 * sales staff whose certificates are in force and who are no candidates (demo_exams.c); one
 * certificate is suspended, and one human barred.
 */
#include "cli/demo_inner.h"
#include "gate/gate.h"
#include "registry/bar.h"
#include "registry/certificate.h"
#include "registry/paper.h"
#include "registry/staff.h"
#include "registry/training.h"

#include <stdio.h>

#define EXAMINER    STR("stf_h02")
#define ASSOCIATION STR("org_hunxie")

enum { CERTIFIED = 11, BARRED = 11, SUSPENDED = 9, PATH_BYTES = 4096, PLAN = 512 };

struct hall {
    struct store *store;
    struct account_key *key;
    const struct rules *rules;
    const struct exam_rule *exam;
    struct str node;
    when now, sat;
    char sitting[FRESH_ID];
    int64_t *seq;
};

static struct fact_origin origin_at(const struct hall *x, when at)
{
    return (struct fact_origin){.node = x->node, .actor = EXAMINER, .at = at};
}

static struct certificate_work work_at(const struct hall *x, when at)
{
    return (struct certificate_work){
        .store = x->store, .key = x->key, .rules = x->rules, .origin = origin_at(x, at)};
}

static enum err write(const struct hall *x, const struct fact_kind *kind, const struct value *row,
                      when at, struct problem *problem)
{
    return fact_write(x->store, kind, row, x->node, EXAMINER, at, x->seq, problem);
}

/* The sitting of three years ago, as its results are kept. */
static enum err hold_exam(struct hall *x, struct problem *problem)
{
    char text[PLAN];
    struct buf plan;
    unsigned questions = 0;
    buf_fixed(&plan, text, sizeof text);
    for (size_t i = 0; i < x->exam->topic_count; i++) {
        buf_printf(&plan, "%s%s:%u", i > 0 ? ";" : "", x->exam->topics[i].word,
                   x->exam->topics[i].questions);
        questions += x->exam->topics[i].questions;
    }
    fresh_id("exm", x->sitting);
    const struct value row[EXAM_COLUMNS] = {
        [EXAM_ID] = value_text(str_of(x->sitting)),
        [EXAM_ORGANISATION] = value_text(ASSOCIATION),
        [EXAM_COURSE] = value_text(str_of(x->exam->course)),
        [EXAM_PLAN] = value_text(buf_view(&plan)),
        [EXAM_BANK] = value_int(1),
        [EXAM_FROM] = value_int(x->sat),
        [EXAM_UNTIL] = value_int(x->sat + 3 * WHEN_HOUR),
        [EXAM_MINUTES] = value_int(x->exam->minutes),
        [EXAM_QUESTIONS] = value_int(questions),
        [EXAM_PASS] = value_int(x->exam->pass),
        [EXAM_SEATS] = value_int(CERTIFIED),
        [EXAM_BY] = value_text(EXAMINER),
        [EXAM_AT] = value_int(x->sat - 30 * WHEN_DAY),
    };
    return write(x, &exam_kind, row, x->sat - 30 * WHEN_DAY, problem);
}

/* Her documents, and how she did in that sitting. */
static enum err examine(const struct hall *x, struct str staff, struct str name, int i,
                        char id[static FRESH_ID], struct problem *problem)
{
    char paper[FRESH_ID], card[16], born[16];
    const struct fact_origin origin = origin_at(x, x->sat - WHEN_DAY);
    snprintf(card, sizeof card, "HX%08d", 41000000 + i * 137);
    snprintf(born, sizeof born, "%d-%02d-%02d", 1978 + i, i % 12 + 1, 2 * i + 3);
    const struct practitioner_entry entry = {.staff = staff,
                                             .name = name,
                                             .id_number = str_of(card),
                                             .born = str_of(born),
                                             .education = i % 3 ? STR("college") : STR("bachelor"),
                                             .full_capacity = true};
    enum err e = practitioner_enter(x->store, x->key, &entry, &origin, id, x->seq, problem);
    fresh_id("pap", paper);
    const struct value row[PAPER_COLUMNS] = {
        [PAPER_ID] = value_text(str_of(paper)),
        [PAPER_EXAM] = value_text(str_of(x->sitting)),
        [PAPER_PRACTITIONER] = value_text(str_of(id)),
        [PAPER_STAFF] = value_text(staff),
        [PAPER_REGISTERED_AT] = value_int(origin.at),
        [PAPER_STARTED_AT] = value_int(x->sat),
        [PAPER_ENDS_AT] = value_int(x->sat + x->exam->minutes * WHEN_MINUTE),
        [PAPER_HANDED_IN_AT] = value_int(x->sat + WHEN_HOUR),
        [PAPER_HOW] = value_text(STR("candidate")),
        [PAPER_SCORE] = value_int(70 + i * 2),
        [PAPER_PASSED] = value_int(1),
    };
    return e ? e : write(x, &paper_kind, row, x->sat + WHEN_HOUR, problem);
}

/* So long before the end that her agency states, that it ends just then. */
static enum err certify(const struct hall *x, const struct value *staff, struct str practitioner,
                        struct problem *problem)
{
    struct str stated;
    when until;
    int64_t seq = 0;
    char id[FRESH_ID], card[CERTIFICATE_NUMBER];
    enum certificate_no no = CERTIFICATE_YES;
    if (!fact_certificate(x->rules, fact_text(&staff[STAFF_CERTIFICATE]), &stated, &until))
        return problem_set(problem, ERR_INVALID, "the demo's staff have no certificates");
    const when at = certificate_training_from(x->rules, until) + 10 * WHEN_HOUR;
    const struct certificate_work w = work_at(x, at);
    const struct training t = {.staff = fact_text(&staff[STAFF_ID]),
                               .course = STR("上岗培训"),
                               .delivered_by = ASSOCIATION,
                               .hours = 24,
                               .from = at - 6 * WHEN_DAY,
                               .until = at - 3 * WHEN_DAY};
    const struct certificate_terms terms = {.practitioner = practitioner,
                                            .staff = t.staff,
                                            .course = str_of(x->exam->course),
                                            .exam = str_of(x->sitting),
                                            .number = stated};
    enum err e = training_enter(x->store, &t, &w.origin, id, &seq, problem);
    if (!e)
        e = certificate_issue(&w, &terms, card, &no, &seq, problem);
    if (!e && no != CERTIFICATE_YES)
        e = problem_set(problem, ERR_REFUSED, "%.*s: %s", STR_ARG(t.staff), certificate_text(no));
    *x->seq = seq > *x->seq ? seq : *x->seq;
    return e;
}

static enum err restrict_one(const struct hall *x, const struct value *staff, int i,
                             struct str practitioner, struct problem *problem)
{
    const struct certificate_work w = work_at(x, x->now);
    struct certificate_act a = {.ground = STR("投诉核查中"), .document = STR("沪婚协〔2026〕17号")};
    const struct bar_terms t = {.practitioner = practitioner,
                                .ground = STR("dismissed"),
                                .document = STR("沪婚协〔2026〕9号"),
                                .until = WHEN_NEVER};
    enum certificate_no no;
    char id[FRESH_ID];
    when until;
    if (i == BARRED)
        return bar_put(x->store, &t, &w.origin, id, x->seq, problem);
    if (i != SUSPENDED ||
        !fact_certificate(x->rules, fact_text(&staff[STAFF_CERTIFICATE]), &a.id, &until))
        return OK;
    return certificate_suspend(&w, &a, &no, x->seq, problem);
}

static enum err one(const struct hall *x, int i, struct problem *problem)
{
    char staff[16], id[FRESH_ID];
    struct fact_row row;
    snprintf(staff, sizeof staff, "stf_x%02d", i);
    const struct value key[STAFF_COLUMNS] = {[STAFF_ID] = value_text(str_of(staff))};
    /* A candidate of today's exams waits for a certificate, and works by what her agency states. */
    enum err e = practitioner_of(x->store, str_of(staff), id, problem);
    if (e != ERR_NOT_FOUND)
        return e;
    e = fact_find(x->store, &staff_kind, key, &row, problem);
    if (!e)
        e = store_begin(x->store, problem);
    if (!e)
        e = store_end(x->store,
                      examine(x, str_of(staff), fact_text(&row.v[STAFF_NAME]), i, id, problem),
                      problem);
    if (!e)
        e = certify(x, row.v, str_of(id), problem);
    return e ? e : restrict_one(x, row.v, i, str_of(id), problem);
}

static enum err fill(struct hall *x, struct problem *problem)
{
    enum err e = store_begin(x->store, problem);
    if (!e)
        e = store_end(x->store, hold_exam(x, problem), problem);
    for (int i = 1; i <= CERTIFIED && !e; i++)
        e = one(x, i, problem);
    return e;
}

enum err demo_practitioners(const struct demo_hiring *h, int64_t *seq, struct problem *problem)
{
    int64_t last = *seq;
    char keys[PATH_BYTES];
    const when three_years_ago = certificate_training_from(gate_rules(h->gate), h->now);
    struct hall x = {.store = h->store,
                     .rules = gate_rules(h->gate),
                     .node = str_of(gate_node(h->gate)),
                     .now = h->now,
                     .sat = three_years_ago - 20 * WHEN_DAY + 14 * WHEN_HOUR,
                     .seq = &last};
    if (rules_entries(x.rules, RULES_EXAM) == 0)
        return OK;
    x.exam = rules_entry(x.rules, RULES_EXAM, 0);
    if ((size_t)snprintf(keys, sizeof keys, "%s/keys", h->folder) >= sizeof keys)
        return problem_set(problem, ERR_LIMIT, "the data folder's path is too long");
    enum err e = account_key_open(&disk_real, keys, &x.key, problem);
    if (!e)
        e = fill(&x, problem);
    account_key_close(x.key);
    *seq = last;
    return e;
}
