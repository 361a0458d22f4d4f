#include "cli/scrub.h"
#include "cli/scrub_judge.h"
#include "http/ask.h"
#include "ledger/merkle.h"
#include "store/store.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    LEVELS = 64,
    PARTS = (SCRUB_CHUNK + SCRUB_PART_ROWS - 1) / SCRUB_PART_ROWS,
};

struct scrub {
    uint8_t id[SCRUB_ID];
    char caller[257], line[ID_MAX], campaign[ID_MAX], principal[ID_MAX];
    struct call call; /* line and campaign are views of the above */
    uint8_t key[SCRUB_KEY];
    uint64_t rows, by_kind[4];
    struct hash edge[LEVELS]; /* roots of the complete subtrees, by level */
};

void scrub_free(struct scrub *s)
{
    if (s == NULL)
        return;
    sodium_memzero(s->key, sizeof s->key);
    free(s);
}

/* Add a leaf: as in a binary counter, equal subtrees join. */
static void add_leaf(struct scrub *s, const struct hash *leaf)
{
    struct hash node = *leaf;
    unsigned level = 0;
    for (uint64_t n = s->rows; n & 1; n >>= 1, level++)
        merkle_node(&s->edge[level], &node, &node);
    s->edge[level] = node;
    s->rows++;
}

static void root_of(const struct scrub *s, struct hash *root)
{
    bool any = false;
    merkle_empty(root);
    for (unsigned level = 0; level < LEVELS; level++)
        if (s->rows >> level & 1) {
            if (any)
                merkle_node(&s->edge[level], root, root);
            else
                *root = s->edge[level];
            any = true;
        }
}

static bool take_text(const json_t *request, const char *name, char *out, size_t size,
                      struct problem *problem)
{
    const json_t *value = json_object_get(request, name);
    struct str text = {.p = json_string_value(value), .n = json_string_length(value)};
    if (json_is_string(value) && text.n > 0 && str_copy(text, out, size))
        return true;
    problem_set(problem, ERR_INVALID, "\"%s\" is missing or too long", name);
    return false;
}

/* A number that belongs to nobody, to learn who asks and whether his side is in order. */
static const number nobody = 8613000000000;

static bool side_in_order(struct gate *gate, struct scrub *s, struct problem *problem)
{
    struct call call = s->call;
    struct verdict v;
    call.callee = nobody;
    call.callee_class = NUMBER_MOBILE;
    gate_peek(gate, &call, 1, &v);
    memcpy(s->principal, v.principal, sizeof s->principal);
    if (check_side(v.check) != SIDE_RIGHT || v.would != VERDICT_BLOCK)
        return true;
    const struct rule *rule = rules_of_check(gate_rules(gate), v.check);
    problem_set(problem, ERR_REFUSED, "refused: %s; `menshen rules show %s` has the law",
                check_reason(v.check), rule->id);
    return false;
}

json_t *scrub_do_begin(struct control_state *state, const json_t *request, struct problem *problem)
{
    struct gate *gate = state->options.gate;
    const struct rules *rules = gate_rules(gate);
    scrub_free(state->scrub);
    state->scrub = NULL;
    struct scrub *s = calloc(1, sizeof *s);
    if (s == NULL || sodium_init() < 0) {
        free(s);
        problem_set(problem, ERR_MEMORY, "out of memory");
        return NULL;
    }
    const json_t *at = json_object_get(request, "at");
    s->call.at = clock_now(gate_clock(gate));
    bool good = take_text(request, "caller", s->caller, sizeof s->caller, problem) &&
                take_text(request, "line", s->line, sizeof s->line, problem) &&
                take_text(request, "campaign", s->campaign, sizeof s->campaign, problem);
    if (good && at != NULL &&
        (!json_is_string(at) || when_parse(str_of(json_string_value(at)),
                                           rules_offset_minutes(rules), &s->call.at, NULL) != OK)) {
        problem_set(problem, ERR_INVALID,
                    "\"at\" is no time; write it as 2026-11-21T18:29:00+08:00");
        good = false;
    }
    if (good) {
        s->call.caller_class =
            number_parse(rules_plan(rules), str_of(s->caller), STR(""), &s->call.caller);
        s->call.peer_trusted = true;
        s->call.line = str_of(s->line);
        s->call.campaign = str_of(s->campaign);
        good = side_in_order(gate, s, problem);
    }
    if (!good) {
        scrub_free(s);
        return NULL;
    }
    randombytes_buf(s->key, sizeof s->key);
    randombytes_buf(s->id, sizeof s->id);
    state->scrub = s;
    return json_object();
}

/* Count rows against the campaign's day. */
struct quota {
    int64_t used;
};

static bool read_used(void *to, const struct value *c, size_t n)
{
    ((struct quota *)to)->used = c[0].i;
    return false;
}

static enum err spend(struct control_state *state, struct store *store, const struct scrub *s,
                      size_t rows, struct problem *problem)
{
    struct quota quota = {.used = 0};
    when now = clock_now(gate_clock(state->options.gate));
    int64_t day = when_day(now, rules_offset_minutes(gate_rules(state->options.gate)));
    struct value params[] = {value_text(str_of(s->campaign)), value_int(day),
                             value_int((int64_t)rows)};
    enum err e = store_run(
        store,
        "INSERT INTO scrub_quota (campaign, day, used) VALUES ($1, $2, $3) "
        "ON CONFLICT (campaign, day) DO UPDATE SET used = scrub_quota.used + excluded.used "
        "RETURNING used",
        params, 3, read_used, &quota, problem);
    int64_t limit = gate_config(state->options.gate)->limits.scrub_rows;
    if (e == OK && quota.used > limit)
        e = problem_set(
            problem, ERR_REFUSED,
            "the campaign's quota of %lld scrubbed rows a day is used up (limits.scrub_rows); "
            "go on tomorrow",
            (long long)limit);
    return e;
}

/* A chunk's parts, made durable together, and its answers. */
struct chunk {
    struct scrub_outcome outcome[SCRUB_OUTCOMES]; /* what rows were answered: each once */
    size_t outcomes;
    json_t *rows;
    struct scrub_part part; /* that is being filled */
    size_t count;
    struct ledger_item item[PARTS];
    uint8_t body[PARTS][SCRUB_PART_BODY];
    struct buf sealed[PARTS];
};

static void begin_part(struct chunk *c, const struct scrub *s)
{
    struct scrub_part *p = &c->part;
    *p = (struct scrub_part){.first = s->rows + 1, .caller = s->call.caller, .asked = s->call.at};
    memcpy(p->id, s->id, sizeof p->id);
    memcpy(p->line, s->line, sizeof p->line);
    memcpy(p->campaign, s->campaign, sizeof p->campaign);
    memcpy(p->principal, s->principal, sizeof p->principal);
}

/* Seal the part, and begin the next. */
static enum err end_part(struct gate *gate, struct chunk *c, const struct scrub *s,
                         struct problem *problem)
{
    struct buf plain, body, *sealed = &c->sealed[c->count];
    buf_init(&plain, SCRUB_PART_OPENING);
    buf_init(sealed, OPENING_MAX);
    buf_fixed(&body, c->body[c->count], SCRUB_PART_BODY);
    scrub_part_opening_encode(&c->part, &plain);
    enum err e = plain.failed
                     ? ERR_MEMORY
                     : opening_seal(gate_keys(gate), OPENING_CALL, clock_now(gate_clock(gate)),
                                    buf_view(&plain), c->part.commitment, sealed);
    scrub_part_encode(&c->part, &body);
    c->item[c->count++] = (struct ledger_item){
        .kind = ENTRY_SCRUB_PART, .body = buf_view(&body), .opening = buf_view(sealed)};
    if (plain.p != NULL)
        sodium_memzero(plain.p, plain.n);
    buf_fini(&plain);
    begin_part(c, s);
    return e == OK ? OK : problem_set(problem, e, "the record cannot be sealed: %s", err_name(e));
}

static bool answer_row(struct scrub *s, struct chunk *c, const struct scrub_judged *judged)
{
    const struct scrub_outcome *o = &judged->outcome;
    size_t i = 0;
    while (i < c->outcomes && (c->outcome[i].kind != o->kind || c->outcome[i].reason != o->reason ||
                               c->outcome[i].rule != o->rule))
        i++;
    if (i == SCRUB_OUTCOMES)
        return false; /* words are static or the pack's: there are no more */
    if (i == c->outcomes)
        c->outcome[c->outcomes++] = *o;
    add_leaf(s, &judged->leaf);
    s->by_kind[o->kind]++;
    return json_array_append_new(c->rows, json_integer((json_int_t)i)) == 0;
}

/* Make judged rows durable. */
static enum err record_rows(struct gate *gate, struct scrub *s, const struct scrub_judged judged[],
                            size_t n, struct chunk *c, struct problem *problem)
{
    enum err e = OK;
    begin_part(c, s);
    for (size_t i = 0; e == OK && i < n; i++) {
        c->part.row[c->part.count++] = judged[i].row;
        if (!answer_row(s, c, &judged[i]))
            e = problem_set(problem, ERR_MEMORY, "out of memory");
        else if (c->part.count == SCRUB_PART_ROWS)
            e = end_part(gate, c, s, problem);
    }
    if (e == OK && c->part.count > 0)
        e = end_part(gate, c, s, problem);
    if (e == OK)
        e = ledger_append_all(gate_ledger(gate), c->item, c->count, problem);
    for (size_t i = 0; i < c->count; i++)
        buf_fini(&c->sealed[i]);
    return e;
}

static enum err read_numbers(const struct scrub *s, const json_t *numbers, struct str out[],
                             struct problem *problem)
{
    const json_t *value;
    size_t i;
    json_array_foreach(numbers, i, value)
    {
        out[i] = (struct str){.p = json_string_value(value), .n = json_string_length(value)};
        if (!json_is_string(value) || out[i].n > SCRUB_NUMBER)
            return problem_set(problem, ERR_INVALID, "row %llu: not a number's text",
                               (unsigned long long)s->rows + 1 + i);
    }
    return OK;
}

/* Judge a chunk's rows and make them durable. */
static enum err judge_chunk(struct control_state *state, const json_t *numbers, struct chunk *c,
                            struct problem *problem)
{
    struct gate *gate = state->options.gate;
    struct scrub *s = state->scrub;
    const struct scrub_order order = {
        .gate = gate, .call = s->call, .principal = s->principal, .key = s->key};
    const size_t n = json_array_size(numbers);
    const long cores = sysconf(_SC_NPROCESSORS_ONLN);
    struct str *text = calloc(n, sizeof *text);
    struct scrub_judged *judged = calloc(n, sizeof *judged);
    enum err e = text != NULL && judged != NULL ? read_numbers(s, numbers, text, problem)
                                                : problem_set(problem, ERR_MEMORY, "out of memory");
    if (e == OK)
        e = scrub_judge(&order, text, n, s->rows + 1, cores > 0 ? (unsigned)cores : 1, judged,
                        problem);
    if (e == OK)
        e = record_rows(gate, s, judged, n, c, problem);
    if (judged != NULL)
        sodium_memzero(judged, n * sizeof *judged);
    free(judged);
    free(text);
    return e;
}

static json_t *outcomes_json(const struct chunk *c)
{
    json_t *list = json_array();
    for (size_t i = 0; i < c->outcomes; i++)
        json_array_append_new(list, json_pack("[s, s, s]", verdict_word(c->outcome[i].kind),
                                              c->outcome[i].reason, c->outcome[i].rule));
    return list;
}

/* The chunk's answers, or NULL. */
static json_t *answer_chunk(struct control_state *state, const json_t *numbers,
                            struct problem *problem)
{
    struct chunk *c = calloc(1, sizeof *c);
    json_t *answer = NULL;
    if (c != NULL)
        c->rows = json_array();
    if (c == NULL || c->rows == NULL)
        problem_set(problem, ERR_MEMORY, "out of memory");
    else if (judge_chunk(state, numbers, c, problem) == OK)
        answer = json_pack("{s:o, s:O}", "outcomes", outcomes_json(c), "rows", c->rows);
    if (c != NULL) {
        json_decref(c->rows);
        sodium_memzero(c, sizeof *c);
    }
    free(c);
    return answer;
}

json_t *scrub_do_rows(struct control_state *state, const json_t *request, struct problem *problem)
{
    const json_t *numbers = json_object_get(request, "numbers");
    size_t count = json_array_size(numbers);
    struct store *store;
    if (state->scrub == NULL || !json_is_array(numbers) || count == 0 || count > SCRUB_CHUNK) {
        problem_set(problem, ERR_INVALID, "scrub-rows wants 1 to %d numbers after scrub-begin",
                    SCRUB_CHUNK);
        return NULL;
    }
    if (control_store(state, &store, problem) != OK ||
        spend(state, store, state->scrub, count, problem) != OK)
        return NULL;
    json_t *answer = answer_chunk(state, numbers, problem);
    if (answer != NULL)
        return answer;
    /* The root may hold rows that nobody was told. */
    scrub_free(state->scrub);
    state->scrub = NULL;
    return NULL;
}

static void hex(const uint8_t *bytes, size_t n, char *out)
{
    sodium_bin2hex(out, 2 * n + 1, bytes, n);
}

/* Seal the opening and append the record. */
static enum err record(struct gate *gate, const struct scrub *s, const char *input,
                       const char *output, const char *root, uint64_t *index,
                       struct problem *problem)
{
    char key[2 * SCRUB_KEY + 1];
    hex(s->key, SCRUB_KEY, key);
    json_t *opening =
        json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:I, s:I}", "caller", s->caller, "line",
                  s->line, "campaign", s->campaign, "input", input, "output", output, "root", root,
                  "key", key, "rows", (json_int_t)s->rows, "at", (json_int_t)s->call.at);
    char *text = opening != NULL ? json_dumps(opening, JSON_COMPACT | JSON_SORT_KEYS) : NULL;
    json_decref(opening);
    if (text == NULL)
        return problem_set(problem, ERR_MEMORY, "out of memory");
    uint8_t commitment[COMMITMENT], bytes[128];
    struct buf sealed, body;
    buf_init(&sealed, OPENING_MAX);
    buf_fixed(&body, bytes, sizeof bytes);
    enum err e = opening_seal(gate_keys(gate), OPENING_CALL, clock_now(gate_clock(gate)),
                              str_of(text), commitment, &sealed);
    buf_u8(&body, 2);
    buf_bytes(&body, commitment, sizeof commitment);
    buf_u64be(&body, s->rows);
    for (size_t i = 0; i < 4; i++)
        buf_u64be(&body, s->by_kind[i]);
    buf_bytes(&body, s->id, sizeof s->id);
    if (e == OK)
        e = ledger_append(gate_ledger(gate), ENTRY_SCRUB, buf_view(&body), buf_view(&sealed), index,
                          problem);
    else
        problem_set(problem, e, "the record cannot be sealed: %s", err_name(e));
    buf_fini(&sealed);
    sodium_memzero(text, strlen(text));
    free(text);
    return e;
}

static bool is_sha256(const char *text)
{
    return text != NULL && strlen(text) == 64 && strspn(text, "0123456789abcdef") == 64;
}

json_t *scrub_do_end(struct control_state *state, const json_t *request, struct problem *problem)
{
    struct gate *gate = state->options.gate;
    const char *input = json_string_value(json_object_get(request, "input"));
    const char *output = json_string_value(json_object_get(request, "output"));
    struct scrub *s = state->scrub;
    if (s == NULL || !is_sha256(input) || !is_sha256(output)) {
        problem_set(problem, ERR_INVALID,
                    "scrub-end wants the SHA-256 of input and output after scrub-begin");
        return NULL;
    }
    struct hash root;
    char root_text[65], id[RECORD_ID];
    uint64_t index;
    root_of(s, &root);
    hex(root.b, sizeof root.b, root_text);
    enum err e = record(gate, s, input, output, root_text, &index, problem);
    uint64_t rows = s->rows;
    scrub_free(s);
    state->scrub = NULL;
    if (e != OK)
        return NULL;
    ledger_record_id(gate_ledger(gate), index, id);
    return json_pack("{s:s, s:I, s:s}", "record", id, "rows", (json_int_t)rows, "root", root_text);
}
