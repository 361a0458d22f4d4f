/*
 * practitioner_fixture: four agencies with matchmakers, an association's examiner, and the
 * acts that make one of them certified, under a clock that the test moves.
 */
#pragma once
#include "facts_fixture.h"
#include "registry/bar.h"
#include "registry/certificate.h"
#include "registry/organisation.h"
#include "registry/staff.h"
#include "registry/training.h"

/* 2026-11-18T18:26:40+08:00 */
#define NOW (1794997600 * WHEN_SECOND)

#define PRACTITIONER_ORGANISATIONS                                                                 \
    "id,name,kind,sector,licence,region,status,parent,legal_entity\n"                              \
    "org_a,A,agency,matchmaking,,310000,active,,A Ltd\n"                                           \
    "org_a2,A2,agency,matchmaking,,310000,active,org_a,A Ltd\n"                                    \
    "org_b,B,agency,matchmaking,,310000,active,,\n"                                                \
    "org_c,C,agency,matchmaking,,310000,active,,\n"                                                \
    "org_u,U,association,,,310000,active,,\n"

#define PRACTITIONER_STAFF                                                                         \
    "id,organisation,name,role,login,certificate,status\n"                                         \
    "stf_ann,org_a,Ann,sales,ann,SH1:2030-01-01,active\n"                                          \
    "stf_ann2,org_a2,Ann,sales,ann2,,active\n"                                                     \
    "stf_annb,org_b,Ann,sales,annb,,active\n"                                                      \
    "stf_annc,org_c,Ann,sales,annc,,active\n"                                                      \
    "stf_bea,org_b,Bea,sales,bea,SH2:2030-01-01,active\n"                                          \
    "stf_exa,org_u,Exa,examiner,exa,,active\n"

struct office {
    struct facts x;
    struct account_key *key;
    when at;
    char id[FRESH_ID], number[CERTIFICATE_NUMBER];
    int64_t seq;
};

static inline void office_open(struct office *o)
{
    facts_open(&o->x);
    facts_must(&o->x, &organisation_kind, PRACTITIONER_ORGANISATIONS);
    facts_must(&o->x, &staff_kind, PRACTITIONER_STAFF);
    must(account_key_open(&disk_real, o->x.f.folder, &o->key, &problem));
    o->at = NOW;
}

static inline void office_close(struct office *o)
{
    account_key_close(o->key);
    facts_close(&o->x);
}

static inline struct fact_origin office_origin(const struct office *o, const char *actor)
{
    return (struct fact_origin){.node = STR("n1"), .actor = str_of(actor), .at = o->at};
}

static inline struct certificate_work office_work(const struct office *o)
{
    return (struct certificate_work){.store = o->x.f.s,
                                     .key = o->key,
                                     .rules = o->x.rules,
                                     .origin = office_origin(o, "stf_exa")};
}

/* Ann: 30 years old. */
static inline struct practitioner_entry office_ann(const char *staff)
{
    return (struct practitioner_entry){.staff = str_of(staff),
                                       .name = STR("Ann"),
                                       .id_number = STR("310101199605170025"),
                                       .born = STR("1996-05-17"),
                                       .education = STR("college"),
                                       .full_capacity = true};
}

static inline enum err office_enter(struct office *o, const struct practitioner_entry *p)
{
    const struct fact_origin origin = office_origin(o, "stf_exa");
    struct problem why = {.text = ""};
    must(store_begin(o->x.f.s, &problem));
    return store_end(o->x.f.s,
                     practitioner_enter(o->x.f.s, o->key, p, &origin, o->id, &o->seq, &why), &why);
}

static inline void office_train(struct office *o, const char *staff, int64_t hours, when until)
{
    const struct fact_origin origin = office_origin(o, "stf_exa");
    const struct training t = {.staff = str_of(staff),
                               .course = STR("2026"),
                               .delivered_by = STR("org_u"),
                               .hours = hours,
                               .from = until - hours * WHEN_HOUR,
                               .until = until};
    char id[FRESH_ID];
    must(training_enter(o->x.f.s, &t, &origin, id, &o->seq, &problem));
}

/* She passes an exam of this id, now; "": none. */
static inline void office_pass(struct office *o, const char *exam)
{
    char paper[FRESH_ID];
    fresh_id("pap", paper);
    const struct value v[] = {value_text(str_of(exam)), value_text(str_of(o->id)),
                              value_text(str_of(paper)), value_int(o->at)};
    if (*exam == '\0')
        return;
    must(store_run(o->x.f.s,
                   "INSERT INTO exams (\"id\", \"organisation\", \"course\", \"topics\", \"bank\", "
                   "\"from\", \"until\", \"minutes\", \"questions\", \"pass\", \"seats\", \"by\", "
                   "\"at\") VALUES ($1, 'org_u', 'practitioner', 'law', 1, 0, 1, 90, 60, 60, 9, "
                   "'stf_exa', 0) ON CONFLICT DO NOTHING",
                   v, 1, NULL, NULL, &problem));
    must(store_run(o->x.f.s,
                   "INSERT INTO papers (\"id\", \"exam\", \"practitioner\", \"staff\", "
                   "\"registered_at\", \"handed_in_at\", \"how\", \"score\", \"passed\") VALUES "
                   "($3, $1, $2, $3, 0, $4, 'candidate', 81, 1) ON CONFLICT DO NOTHING",
                   v, 4, NULL, NULL, &problem));
}

static inline const char *office_issue(struct office *o, const char *staff, const char *exam,
                                       const char *wanted)
{
    const struct certificate_work w = office_work(o);
    const struct certificate_terms t = {.practitioner = str_of(o->id),
                                        .staff = str_of(staff),
                                        .course = STR("practitioner"),
                                        .exam = str_of(exam),
                                        .number = str_of(wanted)};
    enum certificate_no no;
    must(certificate_issue(&w, &t, o->number, &no, &o->seq, &problem));
    return certificate_word(no);
}

/* Ann, with documents, training and a certificate for this account. */
static inline void office_certify(struct office *o, const char *staff)
{
    const struct practitioner_entry ann = office_ann(staff);
    must(office_enter(o, &ann));
    office_train(o, staff, 24, o->at - WHEN_DAY);
    office_pass(o, "exm_1");
    assert_string_equal(office_issue(o, staff, "exm_1", ""), "done");
}

static inline when office_until(struct office *o, const char *staff, const char *stated)
{
    when until = -1;
    must(certificate_until(o->x.f.s, o->x.rules, str_of(staff), str_of(stated), &until, &problem));
    return until;
}
