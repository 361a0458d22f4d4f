#include "cli/control.h"
#include "cli/case.h"
#include "cli/first.h"
#include "cli/import_looks.h"
#include "cli/look.h"
#include "cli/observe.h"
#include "cli/officer.h"
#include "cli/scrub.h"
#include "cli/trace.h"
#include "cli/witness_round.h"
#include "desk/work.h"
#include "gate/gate.h"
#include "http/ask.h"
#include "http/explain.h"
#include "person/vault.h"
#include "registry/account.h"
#include "registry/order.h"
#include "registry/token.h"
#include "store/journal.h"
#include "registry/json_text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { FIND_LIMIT = 10000, REACH_MS = 60000, STORE_PATH = 4096 };

struct control {
    struct control_state state;
};

struct control *control_new(const struct control_options *o)
{
    struct control *c = calloc(1, sizeof *c);
    if (c == NULL)
        return NULL;
    c->state.options = *o;
    snprintf(c->state.actor, sizeof c->state.actor, "host:%lu",
             (unsigned long)(o->uid_known ? o->uid : getuid()));
    return c;
}

void control_free(struct control *c)
{
    if (c == NULL)
        return;
    scrub_free(c->state.scrub);
    vault_wipe(&c->state.packet);
    if (c->state.store != NULL)
        store_close(c->state.store);
    free(c);
}

enum err control_store(struct control_state *s, struct store **out, struct problem *problem)
{
    if (s->store == NULL) {
        char path[STORE_PATH];
        const char *where = s->options.store;
        if (where == NULL) {
            if ((size_t)snprintf(path, sizeof path, "%s/menshen.db", s->options.folder) >=
                sizeof path)
                return problem_set(problem, ERR_LIMIT, "the data folder's path is too long");
            where = path;
        }
        enum err e = store_open(where, &s->store, problem);
        if (e != OK)
            return e;
    }
    *out = s->store;
    return OK;
}

enum err control_account_key(struct control_state *s, struct account_key **out,
                             struct problem *problem)
{
    char keys[STORE_PATH];
    if ((size_t)snprintf(keys, sizeof keys, "%s/keys", s->options.folder) >= sizeof keys)
        return problem_set(problem, ERR_LIMIT, "the data folder's path is too long");
    return account_key_open(&disk_real, keys, out, problem);
}

json_t *control_error(const struct problem *problem)
{
    return json_pack("{s:s, s:s}", "error", err_name(problem->code), "text", problem->text);
}

static json_t *fail(struct problem *problem, enum err code, const char *text)
{
    problem_set(problem, code, "%s", text);
    return NULL;
}

/* -- Requests: an answer, or NULL and the problem --------------------------- */

static json_t *do_status(struct control_state *s, const json_t *request, struct problem *problem)
{
    struct gate *gate = s->options.gate;
    struct gate_stats stats;
    gate_stats(gate, &stats);
    const struct ledger *ledger = gate_ledger(gate);
    return json_pack("{s:s, s:s, s:I, s:I, s:I, s:I, s:I, s:b, s:b, s:b}", "node", gate_node(gate),
                     "log", ledger_id(ledger), "journal", (json_int_t)stats.journal,
                     "journal_lag_ms", (json_int_t)stats.journal_lag_ms, "size",
                     (json_int_t)ledger_size(ledger), "published",
                     (json_int_t)ledger_published(ledger), "asked", (json_int_t)stats.asked,
                     "ledger_healthy", (int)ledger_healthy(ledger), "healthy", (int)stats.healthy,
                     "outbox", (int)s->options.outbox);
}

static json_t *do_call(struct control_state *s, const json_t *request, struct problem *problem)
{
    struct gate *gate = s->options.gate;
    struct ask_options o = {
        .rules = gate_rules(gate), .now = clock_now(gate_clock(gate)), .host = true};
    struct ask_errors errors = {.count = 0};
    struct question question;
    struct answer answer;
    json_t *body = json_copy((json_t *)request);
    if (body == NULL)
        return fail(problem, ERR_MEMORY, "out of memory");
    json_object_del(body, "do");
    json_t *out = NULL;
    if (!ask_read(&o, body, &question, NULL, &errors)) {
        fail(problem, ERR_INVALID, errors.at[0].detail);
    } else {
        gate_ask_wait(gate, &question, &answer);
        out = ask_answer(gate, &answer, ASK_HOST);
    }
    json_decref(body);
    return out;
}

static json_t *do_reach(struct control_state *s, const json_t *request, struct problem *problem)
{
    const json_t *seq = json_object_get(request, "seq"),
                 *timeout = json_object_get(request, "timeout_ms");
    if (!json_is_integer(seq) || json_integer_value(seq) < 0)
        return fail(problem, ERR_INVALID, "\"seq\" must be a journal number");
    json_int_t ms = json_is_integer(timeout) ? json_integer_value(timeout) : REACH_MS;
    if (ms < 0 || ms > 10 * REACH_MS)
        return fail(problem, ERR_INVALID, "\"timeout_ms\" is out of range");
    if (gate_reach(s->options.gate, json_integer_value(seq), (int)ms, problem) != OK)
        return NULL;
    return json_pack("{s:I}", "journal", json_integer_value(seq));
}

static json_t *do_publish(struct control_state *s, const json_t *request, struct problem *problem)
{
    struct ledger *ledger = gate_ledger(s->options.gate);
    if (ledger_publish(ledger, problem) != OK)
        return NULL;
    return json_pack("{s:I}", "size", (json_int_t)ledger_published(ledger));
}

struct finding {
    struct gate *gate;
    number callee; /* 0: any */
    json_t *calls;
    size_t limit;
    uint64_t part; /* listed last, with all its rows at once; UINT64_MAX: none */
    bool more;
};

/* List it; `row` of a scrub, or 0. NULL: there is no room, or no memory, for more. */
static json_t *list_found(struct finding *f, const struct index_row *found, uint64_t row)
{
    char id[RECORD_ID], record[RECORD_ID + 32], at[WHEN_TEXT], caller[NUMBER_TEXT],
        callee[NUMBER_TEXT];
    if (json_array_size(f->calls) == f->limit) {
        f->more = true;
        return NULL;
    }
    const struct number_plan *plan = rules_plan(gate_rules(f->gate));
    ledger_record_id(gate_ledger(f->gate), found->record, id);
    snprintf(record, sizeof record, row > 0 ? "%s:%llu" : "%s", id, (unsigned long long)row);
    when_format(found->at, plan->utc_offset_minutes, at);
    number_format(plan, found->caller, caller);
    number_format(plan, found->callee, callee);
    json_t *call = json_pack("{s:s, s:s, s:s, s:s}", "record", record, "at", at, "caller", caller,
                             "callee", callee);
    return call != NULL && json_array_append_new(f->calls, call) == 0 ? call : NULL;
}

static void tell(json_t *call, enum entry_kind kind, enum verdict_kind verdict, enum check check,
                 const char *principal)
{
    json_object_update_new(call, json_pack("{s:s, s:s, s:s, s:s}", "kind", explain_kind(kind),
                                           "verdict", verdict_word(verdict), "reason",
                                           ask_reason(check, ASK_HOST), "principal", principal));
}

static bool found_part(struct finding *f, const struct index_row *row, const struct scrub_part *p)
{
    struct index_row each = *row;
    f->part = row->record;
    for (uint32_t i = 0; i < p->count; i++) {
        each.callee = p->row[i].callee;
        if (each.callee == 0 || (f->callee != 0 && each.callee != f->callee))
            continue;
        json_t *call = list_found(f, &each, p->first + i);
        if (call == NULL)
            return false;
        tell(call, ENTRY_SCRUB_PART, p->row[i].kind, p->row[i].check, p->principal);
    }
    return true;
}

static bool found(void *to, const struct index_row *row)
{
    struct finding *f = to;
    struct call_record call;
    struct scrub_part part;
    bool opened;
    if (row->record == f->part)
        return true;
    enum err e = gate_explain(f->gate, row->record, &call, &opened);
    if (e == ERR_NOT_FOUND && gate_explain_part(f->gate, row->record, &part, &opened) == OK &&
        opened)
        return found_part(f, row, &part);
    json_t *listed = list_found(f, row, 0);
    if (listed != NULL && e == OK)
        tell(listed, ENTRY_CALL, call.verdict.kind, call.verdict.check, call.verdict.principal);
    return listed != NULL;
}

/* A number field: absent is 0, any other text must be a number. */
static bool find_number(const struct gate *gate, const json_t *request, const char *name,
                        number *out, struct problem *problem)
{
    struct str text = json_text_of(request, name);
    *out = 0;
    if (text.n == 0 ||
        number_parse(rules_plan(gate_rules(gate)), text, STR(""), out) != NUMBER_MALFORMED)
        return true;
    problem_set(problem, ERR_INVALID, "\"%s\" is no telephone number", name);
    return false;
}

static json_t *do_find(struct control_state *s, const json_t *request, struct problem *problem)
{
    struct gate *gate = s->options.gate;
    number caller, callee;
    when since = 0;
    struct str text = json_text_of(request, "since");
    const json_t *limit = json_object_get(request, "limit");
    if (!find_number(gate, request, "caller", &caller, problem) ||
        !find_number(gate, request, "callee", &callee, problem))
        return NULL;
    if (text.n > 0 && when_parse(text, rules_offset_minutes(gate_rules(gate)), &since, NULL) != OK)
        return fail(problem, ERR_INVALID,
                    "\"since\" is no time; write it as 2026-11-21T18:29:00+08:00");
    struct finding f = {.gate = gate,
                        .callee = callee,
                        .calls = json_array(),
                        .limit = FIND_LIMIT,
                        .part = UINT64_MAX};
    if (json_is_integer(limit) && json_integer_value(limit) > 0 &&
        json_integer_value(limit) < FIND_LIMIT)
        f.limit = (size_t)json_integer_value(limit);
    enum err e = f.calls != NULL ? index_catch_up(gate_index(gate), problem)
                                 : problem_set(problem, ERR_MEMORY, "out of memory");
    if (e == OK)
        e = index_find(gate_index(gate), caller, callee, since, found, &f, problem);
    if (e != OK) {
        json_decref(f.calls);
        return NULL;
    }
    return json_pack("{s:o, s:b}", "calls", f.calls, "more", (int)f.more);
}

static json_t *do_record(struct control_state *s, const json_t *request, struct problem *problem)
{
    struct explained x;
    json_t *object;
    return explain_read(s->options.gate, json_text_of(request, "record"), &x, &object, ASK_HOST,
                        problem) == OK
               ? object
               : NULL;
}

/* What a command changed acts before it ends. */
static bool acts(struct control_state *s, int64_t seq, struct problem *problem)
{
    return gate_reach(s->options.gate, seq, REACH_MS, problem) == OK;
}

static json_t *do_release(struct control_state *s, const json_t *request, struct problem *problem)
{
    struct gate *gate = s->options.gate;
    struct store *store = NULL;
    char id[FRESH_ID], until[WHEN_TEXT];
    int64_t seq;
    const json_t *seconds = json_object_get(request, "seconds");
    struct release release = {.at = clock_now(gate_clock(gate)),
                              .reason = json_text_of(request, "reason"),
                              .actor = str_of(s->actor),
                              .node = str_of(gate_node(gate))};
    if (!json_is_integer(seconds) || json_integer_value(seconds) <= 0 ||
        json_integer_value(seconds) > 10LL * 366 * 86400)
        return fail(problem, ERR_INVALID, "\"seconds\" is out of range");
    release.until = release.at + (when)json_integer_value(seconds) * WHEN_SECOND;
    if (!find_number(gate, request, "number", &release.number, problem))
        return NULL;
    if (release.number == 0)
        return fail(problem, ERR_INVALID, "\"number\" is required");
    if (control_store(s, &store, problem) != OK ||
        order_release(store, &release, id, &seq, problem) != OK || !acts(s, seq, problem))
        return NULL;
    when_format(release.until, rules_offset_minutes(gate_rules(gate)), until);
    return json_pack("{s:s, s:s, s:I}", "order", id, "until", until, "journal", (json_int_t)seq);
}

static json_t *do_token(struct control_state *s, const json_t *request, struct problem *problem)
{
    struct gate *gate = s->options.gate;
    struct store *store = NULL;
    char secret[TOKEN_TEXT];
    const json_t *seconds = json_object_get(request, "seconds");
    struct token_request token = {.subject = json_text_of(request, "subject"),
                                  .scopes = json_text_of(request, "scopes"),
                                  .at = clock_now(gate_clock(gate)),
                                  .until = WHEN_NEVER,
                                  .actor = str_of(s->actor),
                                  .node = str_of(gate_node(gate))};
    if (json_is_integer(seconds) && json_integer_value(seconds) > 0 &&
        json_integer_value(seconds) <= 10LL * 366 * 86400)
        token.until = token.at + (when)json_integer_value(seconds) * WHEN_SECOND;
    if (control_store(s, &store, problem) != OK || token_mint(store, &token, secret, problem) != OK)
        return NULL;
    json_t *out = json_pack("{s:s}", "token", secret);
    explicit_bzero(secret, sizeof secret);
    return out;
}

static json_t *do_passwd(struct control_state *s, const json_t *request, struct problem *problem)
{
    struct gate *gate = s->options.gate;
    struct store *store = NULL;
    struct account_key *key = NULL;
    struct account_secret secret;
    struct account_reset reset = {.staff = json_text_of(request, "staff"),
                                  .password = json_text_of(request, "password"),
                                  .at = clock_now(gate_clock(gate)),
                                  .actor = str_of(s->actor),
                                  .node = str_of(gate_node(gate))};
    json_t *out = NULL;
    if (control_store(s, &store, problem) == OK && control_account_key(s, &key, problem) == OK &&
        account_reset(store, key, &reset, &secret, problem) == OK) {
        out = json_pack("{s:s, s:s, s:s}", "login", secret.login, "secret", secret.text, "uri",
                        secret.uri);
        explicit_bzero(&secret, sizeof secret);
    }
    account_key_close(key);
    return out;
}

/* The record comes first: a rotation that ends here with an error may be done all the same. */
static json_t *do_rotate_keys(struct control_state *s, const json_t *request,
                              struct problem *problem)
{
    struct gate *gate = s->options.gate;
    struct store *store = NULL;
    struct keystore_stats stats;
    int64_t seq;
    struct journal_row row = {.at = clock_now(gate_clock(gate)),
                              .node = str_of(gate_node(gate)),
                              .actor = str_of(s->actor),
                              .kind = STR("keys"),
                              .subject = STR("rotate")};
    enum err e = control_store(s, &store, problem);
    if (e == OK)
        e = store_begin(store, problem);
    if (e != OK)
        return NULL;
    e = store_end(store, journal_append(store, &row, &seq, problem), problem);
    if (e == OK)
        e = unwrap_rotate(gate_unwrap(gate), problem);
    if (e != OK)
        return NULL;
    unwrap_stats(gate_unwrap(gate), &stats);
    return json_pack("{s:I}", "keys", (json_int_t)stats.live);
}

static json_t *do_reload(struct control_state *s, const json_t *request, struct problem *problem)
{
    if (s->options.reload == NULL)
        return fail(problem, ERR_CONFLICT,
                    "no server runs on this data folder; there is nothing to reload");
    s->options.reload(s->options.reload_to);
    return json_object();
}

static const struct {
    const char *word;
    json_t *(*handle)(struct control_state *, const json_t *request, struct problem *);
} requests[] = {
    {"status", do_status},
    {"call", do_call},
    {"reach", do_reach},
    {"publish", do_publish},
    {"find", do_find},
    {"record", do_record},
    {"release", do_release},
    {"token", do_token},
    {"passwd", do_passwd},
    {"rotate-keys", do_rotate_keys},
    {"look", look_do},
    {"looks", look_file_do},
    {"reload", do_reload},
    {"observe", observe_do},
    {"scrub-begin", scrub_do_begin},
    {"scrub-rows", scrub_do_rows},
    {"scrub-end", scrub_do_end},
    {"witness", witness_round_do},
    {"officer-key", officer_do},
    {"trace", trace_do},
    {"case", case_do_request},
    {"setup", first_do},
};

enum err control_refused(const struct desk_no *no, struct problem *problem)
{
    switch (no->why) {
    case DESK_YES:
        return OK;
    case DESK_ABSENT:
        return problem_set(problem, ERR_NOT_FOUND, "%s", no->detail);
    case DESK_DENIED:
    case DESK_WRONG:
    case DESK_CONFLICT:
    case DESK_LIMIT:
        break;
    }
    return problem_set(problem, ERR_REFUSED, "%s: %s", no->code, no->detail);
}

json_t *control_do(struct control *c, const json_t *request)
{
    struct problem problem = {.code = ERR_MEMORY};
    struct str word = json_text_of(request, "do");
    for (size_t i = 0; i < sizeof requests / sizeof *requests; i++)
        if (str_eq(word, str_of(requests[i].word))) {
            json_t *answer = requests[i].handle(&c->state, request, &problem);
            return answer != NULL ? answer : control_error(&problem);
        }
    problem_set(&problem, ERR_INVALID,
                "unknown request \"%.*s\"; client and server differ in version?",
                (int)(word.n < 40 ? word.n : 40), word.p);
    return control_error(&problem);
}
