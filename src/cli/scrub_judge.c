#include "cli/scrub_judge.h"

#include "http/ask.h"

#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

enum {
    ROW_TEXT = SCRUB_NUMBER + 256,
    SLICE = 500, /* rows for which it pays to begin a thread */
    SLICES = 64,
};

/* Consecutive rows: one thread's. */
struct slice {
    const struct scrub_order *order;
    const struct str *text;
    size_t n;
    uint64_t first;
    struct scrub_judged *out;
    enum err result;
};

/* Rows that are judged at a time, and which of the slice's they are. */
struct batch {
    struct call call[GATE_PEEK];
    struct verdict verdict[GATE_PEEK];
    size_t row[GATE_PEEK], count;
};

static void leaf_of(const struct slice *s, size_t i)
{
    const struct scrub_outcome *o = &s->out[i].outcome;
    char text[ROW_TEXT];
    uint8_t digest[32], position[8];
    crypto_generichash_state state;
    struct buf b, row;
    buf_fixed(&b, position, sizeof position);
    buf_u64be(&b, s->first + i);
    buf_fixed(&row, text, sizeof text);
    buf_str(&row, s->text[i]);
    const char *const words[] = {verdict_word(o->kind), o->reason, o->rule};
    for (size_t k = 0; k < sizeof words / sizeof *words; k++) {
        buf_u8(&row, ',');
        buf_str(&row, str_of(words[k]));
    }
    crypto_generichash_init(&state, s->order->key, SCRUB_KEY, sizeof digest);
    crypto_generichash_update(&state, position, sizeof position);
    crypto_generichash_update(&state, row.p, row.n);
    crypto_generichash_final(&state, digest, sizeof digest);
    merkle_leaf(digest, sizeof digest, &s->out[i].leaf);
}

/* What the asker may read of a verdict. What is on file is his own claim; all else about the
 * person is nobody's. */
static void answer(const struct slice *s, size_t i, const struct call *call,
                   const struct verdict *v)
{
    struct gate *gate = s->order->gate;
    enum check check = v->check;
    enum verdict_kind kind = v->kind;
    /* A block for want of a consent stays one, whatever is on file. */
    const bool stays = check == CHECK_NO_CONSENT && kind == VERDICT_BLOCK;
    if (!stays && check_side(check) != SIDE_RIGHT &&
        !gate_claimed(gate, call->callee, str_of(s->order->principal))) {
        check = CHECK_NO_CONSENT;
        kind = VERDICT_BLOCK;
    }
    const enum ask_view whom = check != CHECK_NO_CONSENT ? ASK_ORGANISATION : ASK_HOST;
    const struct rule *rule = ask_rule(gate_rules(gate), check, whom);
    s->out[i].row = (struct scrub_row){.callee = call->callee, .kind = kind, .check = check};
    s->out[i].outcome = (struct scrub_outcome){
        .kind = kind, .reason = ask_reason(check, whom), .rule = rule != NULL ? rule->id : ""};
    leaf_of(s, i);
}

static void answer_malformed(const struct slice *s, size_t i)
{
    s->out[i].row =
        (struct scrub_row){.callee = 0, .kind = VERDICT_BLOCK, .check = CHECK_CALLER_MALFORMED};
    s->out[i].outcome =
        (struct scrub_outcome){.kind = VERDICT_BLOCK, .reason = "number-malformed", .rule = ""};
    leaf_of(s, i);
}

static enum err judge_batch(const struct slice *s, struct batch *b)
{
    gate_peek(s->order->gate, b->call, b->count, b->verdict);
    for (size_t k = 0; k < b->count; k++) {
        if (strcmp(b->verdict[k].principal, s->order->principal) != 0)
            return ERR_CONFLICT;
        answer(s, b->row[k], &b->call[k], &b->verdict[k]);
    }
    b->count = 0;
    return OK;
}

static enum err judge_slice(const struct slice *s)
{
    const struct number_plan *plan = rules_plan(gate_rules(s->order->gate));
    struct batch *b = malloc(sizeof *b);
    if (b == NULL)
        return ERR_MEMORY;
    for (size_t k = 0; k < GATE_PEEK; k++)
        b->call[k] = s->order->call;
    b->count = 0;
    enum err e = OK;
    for (size_t i = 0; e == OK && i < s->n; i++) {
        struct call *call = &b->call[b->count];
        call->callee_class = number_parse(plan, s->text[i], STR(""), &call->callee);
        if (call->callee_class == NUMBER_MALFORMED) {
            answer_malformed(s, i);
            continue;
        }
        b->row[b->count++] = i;
        if (b->count == GATE_PEEK)
            e = judge_batch(s, b);
    }
    if (e == OK)
        e = judge_batch(s, b);
    free(b);
    return e;
}

static void *run(void *to)
{
    struct slice *s = to;
    s->result = judge_slice(s);
    return NULL;
}

enum err scrub_judge(const struct scrub_order *order, const struct str text[], size_t n,
                     uint64_t first, unsigned threads, struct scrub_judged out[],
                     struct problem *problem)
{
    struct slice slice[SLICES];
    pthread_t thread[SLICES];
    bool begun[SLICES] = {false};
    size_t count = n / SLICE;
    count = count > threads ? threads : count;
    count = count > SLICES ? SLICES : count > 0 ? count : 1;
    for (size_t k = 0; k < count; k++) {
        const size_t from = n * k / count, until = n * (k + 1) / count;
        slice[k] = (struct slice){.order = order,
                                  .text = text + from,
                                  .n = until - from,
                                  .first = first + from,
                                  .out = out + from};
        begun[k] = k > 0 && pthread_create(&thread[k], NULL, run, &slice[k]) == 0;
    }
    enum err e = OK;
    for (size_t k = 0; k < count; k++) {
        if (begun[k])
            pthread_join(thread[k], NULL);
        else
            run(&slice[k]);
        e = e == OK ? slice[k].result : e;
    }
    if (e == ERR_CONFLICT)
        problem_set(problem, e,
                    "line or campaign belong to somebody else since the scrub began; begin again");
    else if (e != OK)
        problem_set(problem, e, "out of memory");
    return e;
}
