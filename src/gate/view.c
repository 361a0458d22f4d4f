#include "gate/view_inner.h"

#include "core/log.h"
#include "gate/base_map.h"
#include "gate/person.h"
#include "person/assignment.h"
#include "person/binding.h"
#include "person/duty.h"
#include "person/introduction.h"
#include "person/member.h"
#include "person/opening.h"
#include "person/pool_rule.h"
#include "person/preference.h"
#include "person/relay_call.h"
#include "person/suppression.h"
#include "registry/bar.h"
#include "registry/base.h"
#include "registry/campaign.h"
#include "registry/certificate.h"
#include "registry/copy.h"
#include "registry/entrustment.h"
#include "registry/line.h"
#include "registry/line_paper.h"
#include "registry/number_range.h"
#include "registry/order.h"
#include "registry/organisation.h"
#include "registry/staff.h"
#include "registry/stop.h"

#include <pthread.h>
#include <stdlib.h>

enum { AGELESS_BYTES = 1 << 30 };

char rcu_readers, rcu_nodes;

/*
 * A thread's registration with liburcu. It lasts until the thread ends, which the
 * destructor of a pthread key sees.
 */
static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_key_t key;
static bool have_key;
static _Thread_local bool registered;
static _Thread_local unsigned depth;

static void unregister(void *unused)
{
    urcu_qsbr_unregister_thread();
    registered = false;
}

static void make_key(void)
{
    have_key = pthread_key_create(&key, unregister) == 0;
}

static void reader_register(void)
{
    pthread_once(&once, make_key);
    urcu_qsbr_register_thread();
    registered = true;
    if (have_key)
        pthread_setspecific(key, &registered);
}

void view_enter(const struct view *v)
{
    if (depth++)
        return;
    if (!registered)
        reader_register();
    else
        urcu_qsbr_thread_online();
}

void view_leave(const struct view *v)
{
    if (--depth)
        return;
    rcu_published(&rcu_readers);
    urcu_qsbr_thread_offline();
}

enum err view_new(const struct rules *rules, const struct config *config, struct view **out)
{
    static const struct fact_kind *const kinds[SHELVES] = {
        [SHELF_ORGANISATIONS] = &organisation_kind,
        [SHELF_STAFF] = &staff_kind,
        [SHELF_STOPS] = &stop_kind,
        [SHELF_CERTIFICATES] = &certificate_kind,
        [SHELF_BARS] = &bar_kind,
        [SHELF_PRACTITIONER_STAFF] = &practitioner_staff_kind,
        [SHELF_LINES] = &line_kind,
        [SHELF_LINE_DOCUMENTS] = &line_document_kind,
        [SHELF_RANGES] = &range_kind,
        [SHELF_CAMPAIGNS] = &campaign_kind,
        [SHELF_ENTRUSTMENTS] = &entrustment_kind,
        [SHELF_ORDERS] = &order_kind,
        [SHELF_COPIES] = &copy_kind,
        [SHELF_OPENINGS] = &opening_kind,
        [SHELF_DUTIES] = &duty_kind,
        [SHELF_POOL_RULES] = &pool_rule_kind,
    };
    struct view *v = *out = calloc(1, sizeof *v);
    if (!v)
        return ERR_MEMORY;
    v->rules = rules;
    v->config = config;
    buf_init(&v->ageless, AGELESS_BYTES);
    for (int i = 0; i < SHELVES; i++)
        shelf_init(&v->shelves[i], kinds[i]);
    enum err e = people_new(rules, &v->people);
    if (!e)
        e = members_new(&v->members);
    if (!e)
        e = introductions_new(&v->introductions);
    if (!e)
        e = bindings_new(&v->bindings);
    if (e) {
        introductions_free(v->introductions);
        members_free(v->members);
        people_free(v->people);
        free(v);
        *out = NULL;
    }
    return e;
}

void view_free(struct view *v)
{
    if (!v)
        return;
    urcu_qsbr_barrier();
    view_enter(v);
    people_empty(v->people);
    members_empty(v->members);
    introductions_empty(v->introductions);
    bindings_empty(v->bindings);
    view_leave(v);
    people_free(v->people);
    members_free(v->members);
    introductions_free(v->introductions);
    bindings_free(v->bindings);
    book_free(atomic_load(&v->book));
    buf_fini(&v->ageless);
    for (int i = 0; i < SHELVES; i++)
        shelf_fini(&v->shelves[i]);
    free(v);
}

/* An erasure that takes the number along writes a suppression just before (person/erase.h). */
static enum err apply_member(struct view *v, const struct value *row)
{
    const struct membership *before = members_find(v->members, fact_text(&row[MEMBER_ID]));
    const bool erased = str_eq(fact_text(&row[MEMBER_STATUS]), STR("erased"));
    const number n = before && erased && v->suppressing ? before->number : 0;
    enum err e = n ? people_forget(v->people, n) : OK;
    return e ? e : members_apply(v->members, row);
}

/* Whose number it is now. */
static enum err apply_attempt(const struct view *v, const struct value *row)
{
    const struct membership *m = members_find(v->members, fact_text(&row[RELAY_CALL_PERSON]));
    if (m && m->number && v->count)
        v->count(v->count_to, key_of(fact_text(&row[RELAY_CALL_ORGANISATION])), m->number,
                 row[RELAY_CALL_AT].i);
    return OK;
}

/* The file that the facts name, if it is there. */
static enum err lay_base(struct view *v)
{
    char path[4096];
    struct problem problem = {.text = ""};
    struct base_map *base;
    if (!base_path(v->base_folder, v->base_hash, path, sizeof path))
        return ERR_LIMIT;
    enum err e = base_map_open(path, v->base_hash, v->rules, &base, &problem);
    if (e == ERR_MEMORY)
        return e;
    const bool lacked = atomic_exchange(&v->base_lacks, e != OK);
    if (e && !lacked)
        log_error("%s; bring it from the node where it was imported, or import it here: menshen "
                  "import preferences FILE --base",
                  problem.text);
    if (e)
        return OK;
    if (lacked)
        log_info("the file of preferences is there now");
    people_base(v->people, base);
    return OK;
}

static enum err apply_base(struct view *v, const struct value *row)
{
    if (!v->base_folder || !str_eq(fact_text(&row[BASE_NAME]), STR("preferences")))
        return OK;
    if (!base_hash(fact_text(&row[BASE_HASH]), v->base_hash))
        return ERR_INVALID;
    atomic_store(&v->base_lacks, false);
    return lay_base(v);
}

enum err view_again(struct view *v)
{
    people_adopt(v->people);
    return atomic_load(&v->base_lacks) ? lay_base(v) : OK;
}

bool view_lacks_base(const struct view *v)
{
    return (atomic_load_explicit(&v->base_lacks, memory_order_relaxed) &&
            !people_based(v->people)) ||
           people_doubtful(v->people);
}

/* Were its preferences loaded, which does not say whether a former holder entered them? */
static enum err note_ageless(struct view *v, const struct value *row)
{
    const number n = (number)row[ASSIGNMENT_NUMBER].i;
    const struct wishes *w = person_wishes(people_find(v->people, n));
    if (w && w->since == WHEN_NEVER)
        buf_bytes(&v->ageless, &n, sizeof n);
    return v->ageless.failed ? ERR_MEMORY : OK;
}

enum err view_apply(struct view *v, const struct fact_kind *kind, const struct value *row, when at)
{
    for (int i = 0; i < SHELVES; i++) {
        if (v->shelves[i].kind != kind)
            continue;
        enum err e = shelf_put(&v->shelves[i], row);
        v->changed |= e ? 0 : UINT32_C(1) << i;
        return e;
    }
    if (kind == &base_kind)
        return apply_base(v, row);
    const bool introduction = kind == &introduction_kind, member = kind == &member_kind;
    const bool binding = kind == &binding_kind, attempt = kind == &relay_call_kind;
    if (!introduction && !member && !binding && !attempt && !people_keep(kind))
        return OK;
    view_enter(v);
    enum err e = introduction ? introductions_apply(v->introductions, row)
                 : member     ? apply_member(v, row)
                 : binding    ? bindings_apply(v->bindings, row)
                 : attempt    ? apply_attempt(v, row)
                              : people_apply(v->people, kind, row, at);
    if (!e && kind == &assignment_kind)
        e = note_ageless(v, row);
    v->suppressing = kind == &suppression_kind;
    view_leave(v);
    people_grow(v->people);
    members_grow(v->members);
    introductions_grow(v->introductions);
    bindings_grow(v->bindings);
    if (!depth)
        urcu_qsbr_thread_offline(); /* where a resize leaves the thread is not promised */
    return e;
}

enum err view_publish(struct view *v, int64_t journal)
{
    struct book *fresh, *old = atomic_load_explicit(&v->book, memory_order_relaxed);
    if (v->changed || !old) {
        enum err e = book_build(v->shelves, v->changed, old, v->rules, v->config, &fresh);
        if (e)
            return e;
        atomic_store_explicit(&v->book, fresh, memory_order_release);
        v->changed = 0;
        urcu_qsbr_synchronize_rcu();
        rcu_seen(&rcu_readers);
        book_free(old);
    }
    atomic_store_explicit(&v->journal, journal, memory_order_release);
    return OK;
}

const struct book *view_book(const struct view *v)
{
    return atomic_load_explicit(&v->book, memory_order_acquire);
}

void view_ahead(const struct view *v, number n)
{
    people_ahead(v->people, n);
}

void view_ahead_record(const struct view *v, number n)
{
    people_ahead_record(v->people, n);
}

const struct person *view_person(const struct view *v, number n)
{
    return people_find(v->people, n);
}

const struct person *view_wisher(const struct view *v, number n)
{
    return people_wisher(v->people, n);
}

const struct person *view_wishing(const struct view *v, number n, const struct person *own,
                                  when since)
{
    return people_wishing(v->people, n, own, since);
}

const struct membership *view_member(const struct view *v, struct str id)
{
    return members_find(v->members, id);
}

const struct introduced *view_introduced(const struct view *v, struct str id)
{
    return introductions_find(v->introductions, id);
}

const struct binding *view_binding(const struct view *v, number relay)
{
    return bindings_find(v->bindings, relay);
}

void view_opener(struct view *v, member_number *open, void *to)
{
    members_opener(v->members, open, to);
}

void view_roll(struct view *v, const char *path, size_t least)
{
    people_roll_at(v->people, path);
    v->roll_least = least;
}

enum err view_settle(struct view *v, struct store *store, const atomic_bool *stop,
                     struct problem *problem)
{
    return people_settle(v->people,
                         &(struct settling){.view = v,
                                            .store = store,
                                            .journal = view_journal(v),
                                            .least = v->roll_least,
                                            .stop = stop},
                         problem);
}

enum err view_verify(struct view *v, const atomic_bool *stop, struct problem *problem)
{
    return people_verify(v->people, stop, problem);
}

void view_base_folder(struct view *v, const char *folder)
{
    v->base_folder = folder;
}

const struct base_map *view_base(const struct view *v)
{
    return people_based(v->people);
}

void view_counter(struct view *v, view_count *count, void *to)
{
    v->count = count;
    v->count_to = to;
}

void view_link(struct view *v, const struct link *link)
{
    people_link(v->people, link);
}

int64_t view_journal(const struct view *v)
{
    return atomic_load_explicit(&v->journal, memory_order_acquire);
}

const struct rules *view_rules(const struct view *v)
{
    return v->rules;
}

const struct config *view_config(const struct view *v)
{
    return v->config;
}
