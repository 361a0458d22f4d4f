/*
 * person_fixture: a store with organisations, and persons' keys on a disk in memory
 * that can fail.
 */
#pragma once
#include "facts_fixture.h"
#include "failing_disk.h"
#include "person/intake_file.h"
#include "person/member.h"
#include "person/officer.h"
#include "person/opening.h"
#include "recording_disk.h"
#include "registry/organisation.h"
#include "registry/staff.h"

#define NOW (1795000000 * WHEN_SECOND)

struct persons {
    struct facts x;
    struct recording_disk *memory;
    struct failing_disk disk;
    struct unwrap *keys;
    struct link *link;
    struct intake intake;
    struct intake_file file;
};

static inline void persons_keys(struct persons *p)
{
    must(unwrap_open(&p->disk.disk, "keys", NULL, &p->keys, &problem));
    must(link_open(&p->disk.disk, "keys", p->x.f.s, &p->link, &problem));
    p->intake = (struct intake){
        .vault = {.store = p->x.f.s, .keys = p->keys, .rules = p->x.rules},
        .link = p->link,
    };
    must(intake_file_init(&p->file, &p->intake, &problem));
    p->x.options.extra = &p->file.extra;
}

/* An officer of the bureau, whose private key is all `fill`, as a key of hers is registered. */
static inline void persons_officer(struct persons *p, const char *staff, int fill)
{
    uint8_t private[SEAL_KEY];
    char id[OFFICER_ID_TEXT];
    int64_t seq;
    struct officer_entry entry = {
        .staff = str_of(staff), .at = NOW, .actor = STR("host:0"), .node = STR("n1")};
    memset(private, fill, sizeof private);
    assert_true(seal_public(private, entry.public));
    must(officer_enter(p->x.f.s, &entry, id, &seq, &problem));
    must(intake_file_init(&p->file, &p->intake, &problem));
}

/* Facts of another kind than persons. */
static inline void persons_facts(struct persons *p, const struct fact_kind *kind,
                                 const char *content)
{
    p->x.options.extra = NULL;
    facts_must(&p->x, kind, content);
    p->x.options.extra = &p->file.extra;
}

/* What an officer does with a request: hands on every envelope that is for her. */
static inline size_t persons_hand_on(const struct opening_request *r, int fill,
                                     struct opening_envelope *out)
{
    uint8_t private[SEAL_KEY];
    size_t count = 0;
    memset(private, fill, sizeof private);
    for (size_t i = 0; i < r->count; i++) {
        out[count].category = r->envelope[i].category;
        if (seal_hand_on(private, r->envelope[i].sealed, r->seal_to, out[count].sealed) == OK)
            count++;
    }
    return count;
}

#define PERSONS_OFFICE                                                                             \
    "id,name,kind,sector,licence,region,status\n"                                                  \
    "org_bureau,Bureau,authority,,,310000,active\n"                                                \
    "org_union,Union,association,,,310000,active\n"
#define PERSONS_STAFF                                                                              \
    "id,organisation,name,role,login,certificate,status\n"                                         \
    "stf_one,org_bureau,One,officer,,,active\n"                                                    \
    "stf_two,org_bureau,Two,approver,,,active\n"                                                   \
    "stf_desk,org_union,Desk,officer,,,active\n"                                                   \
    "stf_sales,org_agency,Sales,sales,,SH1:2030-12-31,active\n"

static inline void persons_open(struct persons *p)
{
    facts_open(&p->x);
    facts_must(&p->x, &organisation_kind, FACTS_ORGANISATIONS);
    facts_must(&p->x, &organisation_kind, PERSONS_OFFICE);
    facts_must(&p->x, &staff_kind, PERSONS_STAFF);
    p->x.options.origin.at = NOW;
    p->memory = recording_disk_new();
    failing_disk_init(&p->disk, recording_disk_use(p->memory));
    must(p->disk.disk.make_folder(&p->disk, "keys", 0700));
    persons_keys(p);
}

static inline void persons_close(struct persons *p)
{
    link_close(p->link);
    unwrap_close(p->keys);
    recording_disk_free(p->memory);
    facts_close(&p->x);
}

static inline void persons_make(struct persons *p, const char *id)
{
    struct str person = str_of(id);
    must(intake_prepare(&p->intake, &person, 1, NOW, &problem));
}

/* A field's value, or "-". */
static inline const char *persons_field(struct persons *p, const char *id, enum category c,
                                        const char *name)
{
    static char out[VAULT_VALUE + 1];
    struct vault_object o;
    const struct vault *v = &p->intake.vault;
    const bool sealed = rules_category(p->x.rules, c)->sealed;
    snprintf(out, sizeof out, "-");
    enum err e = sealed ? vault_get_sealed(v, str_of(id), c, NOW, &o, NULL)
                        : vault_get(v, str_of(id), c, &o, NULL);
    if (e != OK) {
        if (e != ERR_NOT_FOUND)
            snprintf(out, sizeof out, "%s", err_name(e));
        return out;
    }
    for (size_t i = 0; i < o.count; i++)
        if (str_eq(o.field[i].name, str_of(name)))
            assert_true(str_copy(o.field[i].value, out, sizeof out));
    vault_forget(&o);
    return out;
}

/* Is this text in a file of the store's folder, whatever the table? SQLite only. */
static inline bool persons_on_disk(struct persons *p, const char *text)
{
    bool found = false;
    DIR *d = opendir(p->x.f.folder);
    assert_non_null(d);
    for (struct dirent *e; (e = readdir(d)) != NULL;) {
        char path[400];
        void *bytes;
        size_t n;
        snprintf(path, sizeof path, "%s/%s", p->x.f.folder, e->d_name);
        if (strstr(e->d_name, "menshen.db") == NULL)
            continue;
        must(disk_load(&disk_real, path, 64 << 20, &bytes, &n));
        found |= memmem(bytes, n, text, strlen(text)) != NULL;
        free(bytes);
    }
    closedir(d);
    return found;
}

static inline bool persons_take(void *to, struct str person)
{
    char *out = to;
    snprintf(out + strlen(out), 100 - strlen(out), "%.*s ", STR_ARG(person));
    return true;
}

/* The members whom a number leads to, each with a blank behind. */
static inline const char *persons_with(struct persons *p, number n)
{
    static char out[100];
    out[0] = '\0';
    must(link_find(p->link, p->x.f.s, n, persons_take, out, &problem));
    return out;
}
