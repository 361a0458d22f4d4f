#include "cli/demo.h"
#include "cli/demo_file.h"
#include "cli/demo_inner.h"
#include "cli/demo_logins.h"
#include "http/demo_traffic.h"
#include "ledger/key_file.h"
#include "person/intake_file.h"
#include "person/member.h"
#include "person/officer.h"
#include "registry/import.h"
#include "store/journal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FILE_BYTES = 8 * 1024 * 1024, PATH_BYTES = 4096, REACH_MS = 60000 };

const struct demo_call demo_calls[] = {
    {"an estate agent, with the person's consent (a second call within a minute is too many): "
     "allow",
     "--from 0579-82100001 --to 13800000001 --line lin_estate --campaign cmp_estate"},
    {"she refused this company: block (SIP 603)",
     "--from 0579-82100001 --to 13800000002 --line lin_estate --campaign cmp_estate"},
    {"another company's number on this line: block (SIP 403)",
     "--from 0579-82100001 --to 13800000001 --line lin_insurance --campaign cmp_insurance"},
    {"a mobile number of ours that comes in from abroad: remind",
     "--from 13900000007 --to 13800000001 --line lin_gateway"},
    {"a line that was suspended after people had reported its calls: block (SIP 403)",
     "--from 0579-82800001 --to 13800000001 --line lin_rogue"},
    {NULL, NULL},
};

/* -- Moving in ---------------------------------------------------------------- */

struct move {
    struct store *store;
    const struct rules *rules;
    struct intake_file persons;
    struct fact_origin origin;
    char folder[PATH_BYTES];
    int64_t journal;
    char said[200]; /* the first complaint of the import */
};

static void say(void *to, enum log_level level, const char *text)
{
    struct move *m = to;
    if (m->said[0] == '\0')
        snprintf(m->said, sizeof m->said, "%s", text);
}

/* Write DATA/demo/KIND.csv and import it. What members told is not left there. */
static enum err bring(struct move *m, const char *kind, struct str text, struct problem *problem)
{
    char path[PATH_BYTES + 64];
    snprintf(path, sizeof path, "%s/%s.csv", m->folder, kind);
    const struct fact_kind *k = fact_kind_find(str_of(kind));
    if (k == NULL)
        return problem_set(problem, ERR_NOT_FOUND, "no kind of facts is called %s", kind);
    enum err e = disk_replace(&disk_real, path, 0600, text.p, text.n);
    if (e != OK)
        return problem_set(problem, e, "%s: %s", path, err_name(e));
    struct import_options options = {.path = path,
                                     .strict = true,
                                     .origin = m->origin,
                                     .rules = m->rules,
                                     .extra = k == &member_kind ? &m->persons.extra : NULL,
                                     .say = say,
                                     .to = m};
    struct import_result result = {.journal = 0};
    e = import_run(m->store, k, &options, &result, problem);
    if (e != OK && m->said[0] != '\0')
        return problem_set(problem, e, "the demo city does not fit: %s", m->said);
    if (result.journal > m->journal)
        m->journal = result.journal;
    if (e == OK && k == &member_kind && disk_real.remove(disk_real.context, path) != OK)
        return problem_set(problem, ERR_IO, "%s cannot be removed", path);
    return e;
}

/* In the order of their import, after the files of demo/. */
static const struct {
    const char *kind;
    void (*write)(struct buf *, when today);
} made[] = {
    {"staff", demo_staff},
    {"persons", demo_members},
    {"persons", demo_neighbours},
    {"preferences", demo_preferences},
    {"refusals", demo_refusals},
    {"consents", demo_consents},
    {"assignments", demo_assignments},
};

static enum err bring_files(struct move *m, struct problem *problem)
{
    enum err e = OK;
    for (const struct demo_file *f = demo_files; e == OK && f->name != NULL; f++) {
        char kind[32];
        const char *dot = strchr(f->name, '.');
        snprintf(kind, sizeof kind, "%.*s", (int)(dot != NULL ? dot - f->name : 0), f->name);
        e = bring(m, kind, str_of(f->text), problem);
    }
    return e;
}

/*
 * Officers whom chats are sealed to. Their private keys lie beside the sample's files:
 * nobody carries them elsewhere for a demo, and everything in it is made up.
 */
static enum err appoint(struct move *m, struct problem *problem)
{
    static const char *const officers[] = {"stf_h03", "stf_g01"};
    enum err e = OK;
    for (size_t i = 0; e == OK && i < sizeof officers / sizeof *officers; i++) {
        char path[PATH_BYTES + 64], id[OFFICER_ID_TEXT];
        uint8_t private[SEAL_KEY];
        struct officer_entry entry = {.staff = str_of(officers[i]),
                                      .at = m->origin.at,
                                      .actor = m->origin.actor,
                                      .node = m->origin.node};
        snprintf(path, sizeof path, "%s/officer-%s.key", m->folder, officers[i]);
        e = key_file_make(&disk_real, path, private, problem);
        if (e == OK && !seal_public(private, entry.public))
            e = problem_set(problem, ERR_CORRUPT, "%s: not a private key", path);
        explicit_bzero(private, sizeof private);
        if (e == OK)
            e = officer_enter(m->store, &entry, id, &m->journal, problem);
    }
    const struct intake intake = m->persons.intake;
    return e == OK ? intake_file_init(&m->persons, &intake, problem) : e;
}

static enum err bring_made(struct move *m, struct problem *problem)
{
    enum err e = OK;
    for (size_t i = 0; e == OK && i < sizeof made / sizeof *made; i++) {
        struct buf text;
        buf_init(&text, FILE_BYTES);
        made[i].write(&text, m->origin.at);
        e = text.failed ? problem_set(problem, ERR_MEMORY, "out of memory")
                        : bring(m, made[i].kind, buf_view(&text), problem);
        if (e == OK && made[i].write == demo_staff)
            e = appoint(m, problem);
        buf_fini(&text);
    }
    return e;
}

/* Three of four members have a portrait. */
static enum err hang_portraits(struct move *m, struct problem *problem)
{
    const struct vault *vault = &m->persons.intake.vault;
    enum err e = store_begin(m->store, problem);
    if (e != OK)
        return e;
    for (unsigned i = 1; e == OK && i <= DEMO_MEMBERS; i++) {
        char id[DEMO_ID];
        struct buf picture;
        if (i % 4 == 2 && i > DEMO_MADE_MEMBERS)
            continue;
        demo_member_id(i, id);
        buf_init(&picture, FILE_BYTES);
        demo_portrait(i, &picture);
        e = picture.failed ? problem_set(problem, ERR_MEMORY, "out of memory")
                           : vault_put_file(vault, str_of(id), CATEGORY_PHOTO, 1,
                                            buf_view(&picture), m->origin.at, problem);
        buf_fini(&picture);
    }
    return store_end(m->store, e, problem);
}

static enum err bring_all(struct move *m, struct gate *gate, struct problem *problem)
{
    enum err e = disk_real.make_folder(disk_real.context, m->folder, 0700);
    if (e != OK)
        return problem_set(problem, e, "%s: %s", m->folder, err_name(e));
    const struct intake intake = {
        .vault = {.store = m->store, .keys = gate_unwrap(gate), .rules = m->rules},
        .link = gate_link(gate)};
    e = intake_file_init(&m->persons, &intake, problem);
    if (e == OK)
        e = bring_files(m, problem);
    if (e == OK)
        e = bring_made(m, problem);
    return e == OK ? hang_portraits(m, problem) : e;
}

static enum err hold_exams(struct move *m, const struct account_key *key, struct problem *problem)
{
    const struct exam_work work = {
        .store = m->store, .key = key, .rules = m->rules, .origin = m->origin};
    return demo_exams(&work, &m->journal, problem);
}

/* What asks the gate how things stand, once it knows the city. */
static enum err live(struct move *m, struct gate *gate, const char *folder,
                     const struct account_key *key, struct problem *problem)
{
    const struct demo_hiring hiring = {gate, m->store, folder, m->origin.at};
    const struct demo_introducing introducing = {gate, m->store, m->origin.at};
    enum err e = gate_reach(gate, m->journal, REACH_MS, problem);
    if (e == OK)
        e = demo_practitioners(&hiring, &m->journal, problem);
    if (e == OK)
        e = demo_introduce(&introducing, &m->journal, problem);
    if (e == OK)
        e = demo_contracts(&introducing, &m->journal, problem);
    if (e == OK)
        e = demo_bind(&introducing, &m->journal, problem);
    if (e == OK)
        e = demo_tell(&introducing, key, &m->journal, problem);
    if (e == OK)
        e = gate_reach(gate, m->journal, REACH_MS, problem);
    return e == OK ? demo_traffic_past(gate, problem) : e;
}

static bool marker_path(const char *folder, char out[static PATH_BYTES])
{
    return (size_t)snprintf(out, PATH_BYTES, "%s/demo/city", folder) < PATH_BYTES;
}

/* The last thing: a city that has moved in half is none. */
static enum err leave_marker(const char *folder, struct problem *problem)
{
    static const char text[] = "A sample city of menshen. Everything in this folder is made up.\n";
    char path[PATH_BYTES];
    if (!marker_path(folder, path))
        return problem_set(problem, ERR_LIMIT, "the data folder's path is too long");
    enum err e = disk_replace(&disk_real, path, 0600, text, sizeof text - 1);
    return e == OK ? OK : problem_set(problem, e, "%s: %s", path, err_name(e));
}

static enum err move_in(struct move *m, struct gate *gate, const char *folder, const char *store,
                        struct problem *problem)
{
    char keys[sizeof m->folder];
    struct account_key *key = NULL;
    if ((size_t)snprintf(keys, sizeof keys, "%s/keys", folder) >= sizeof keys)
        return problem_set(problem, ERR_LIMIT, "the data folder's path is too long");
    gate_hold(gate, true);
    enum err e = bring_all(m, gate, problem);
    if (e == OK)
        e = demo_logins_make(gate, folder, store, problem);
    if (e == OK)
        e = account_key_open(&disk_real, keys, &key, problem);
    if (e == OK)
        e = hold_exams(m, key, problem);
    if (e == OK)
        e = live(m, gate, folder, key, problem);
    if (e == OK)
        e = leave_marker(folder, problem);
    account_key_close(key);
    gate_hold(gate, false);
    return e;
}

enum err demo_move_in(struct gate *gate, const char *folder, const char *store,
                      struct problem *problem)
{
    struct move *m = calloc(1, sizeof *m);
    char path[PATH_BYTES];
    int64_t seq = 0;
    if (m == NULL)
        return problem_set(problem, ERR_MEMORY, "out of memory");
    m->rules = gate_rules(gate);
    m->origin = (struct fact_origin){
        .node = str_of(gate_node(gate)), .actor = STR("demo"), .at = clock_now(gate_clock(gate))};
    enum err e = OK;
    if ((size_t)snprintf(m->folder, sizeof m->folder, "%s/demo", folder) >= sizeof m->folder ||
        (size_t)snprintf(path, sizeof path, "%s/menshen.db", folder) >= sizeof path)
        e = problem_set(problem, ERR_LIMIT, "the data folder's path is too long");
    if (store == NULL)
        store = path;
    if (e == OK)
        e = store_open(store, &m->store, problem);
    if (e == OK)
        e = journal_head(m->store, &seq, problem);
    if (e == OK && seq == 0)
        e = move_in(m, gate, folder, store, problem);
    if (m->store != NULL)
        store_close(m->store);
    free(m);
    return e;
}

/* -- Whose folder it is ---------------------------------------------------------- */

bool demo_lives(const char *folder)
{
    char path[PATH_BYTES];
    return marker_path(folder, path) && disk_find(&disk_real, path) == OK;
}

/* Journal rows of a store that is there. */
static enum err count_facts(const char *store, int64_t *seq, struct problem *problem)
{
    struct store *s = NULL;
    enum err e = store_open(store, &s, problem);
    if (e == OK)
        e = journal_head(s, seq, problem);
    if (s != NULL)
        store_close(s);
    return e;
}

enum err demo_may_live(const char *folder, const char *store, struct problem *problem)
{
    char path[PATH_BYTES];
    int64_t seq = 0;
    if (demo_lives(folder))
        return OK;
    if ((size_t)snprintf(path, sizeof path, "%s/menshen.db", folder) >= sizeof path)
        return problem_set(problem, ERR_LIMIT, "the data folder's path is too long");
    if (store == NULL && disk_find(&disk_real, path) == ERR_NOT_FOUND)
        return OK;
    enum err e = count_facts(store != NULL ? store : path, &seq, problem);
    if (e != OK || seq == 0)
        return e;
    return problem_set(problem, ERR_CONFLICT,
                       "%s holds facts and no complete sample city: --demo leaves it alone. Name a "
                       "folder that is not there yet (-d FOLDER), or serve this one without --demo",
                       store != NULL ? "the store" : folder);
}
