#include "gate/verdict_index.h"
#include "core/log.h"

#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* Counts follow the log, once each, also across a restart. */

static char folder[64];
static _Atomic when now;
static struct ledger *ledger;
static struct opening_keys *keys;
static struct verdict_index *counts;

static when show(void *context)
{
    return now;
}

static void up(void)
{
    struct problem problem = {.text = ""};
    const struct clock clock = {.now = show};
    const struct ledger_options o = {.folder = folder,
                                     .disk = &disk_real,
                                     .clock = clock,
                                     .origin = "example.org/menshen",
                                     .checkpoint_ms = 3600000};
    char path[80];
    snprintf(path, sizeof path, "%s/keys", folder);
    if (ledger_open(&o, &ledger, &problem) != OK ||
        opening_keys_open(&disk_real, path, &keys, &problem) != OK ||
        verdict_index_open(&disk_real, folder, ledger, keys, clock, &counts, &problem) != OK)
        fail_msg("%s", problem.text);
}

static void down(void)
{
    verdict_index_close(counts);
    ledger_close(ledger);
    opening_keys_close(keys);
}

static int set_up(void **state)
{
    char command[128];
    log_threshold(LOG_ERROR);
    now = 1795000000 * WHEN_SECOND; /* 2026-11-18T10:26:40Z */
    snprintf(folder, sizeof folder, "/tmp/menshen-counts-XXXXXX");
    assert_non_null(mkdtemp(folder));
    snprintf(command, sizeof command, "mkdir -m 700 %s/keys", folder);
    assert_int_equal(system(command), 0);
    up();
    return 0;
}

static int tear_down(void **state)
{
    char command[128];
    down();
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    return system(command);
}

static struct call_record record(enum verdict_kind kind, enum check check, const char *line)
{
    struct call_record c = {
        .caller = 8657982100001,
        .callee = 8613800000001,
        .asked = now,
        .verdict = {.kind = kind, .check = check, .would = kind, .would_check = check}};
    snprintf(c.verdict.line, sizeof c.verdict.line, "%s", line);
    snprintf(c.verdict.campaign, sizeof c.verdict.campaign, "cmp_a");
    snprintf(c.rule, sizeof c.rule, "cn.call.test");
    snprintf(c.reason, sizeof c.reason, "test");
    return c;
}

static void put(struct call_record *c)
{
    char memory[CALL_OPENING_MAX];
    struct buf plain, sealed, body;
    struct problem problem = {.text = ""};
    buf_fixed(&plain, memory, sizeof memory);
    buf_init(&sealed, OPENING_MAX);
    buf_init(&body, CALL_BODY_MAX);
    call_opening_encode(c, &plain);
    assert_int_equal(
        opening_seal(keys, OPENING_CALL, now, buf_view(&plain), c->commitment, &sealed), OK);
    call_record_encode(c, &body);
    if (ledger_append(ledger, ENTRY_CALL, buf_view(&body), buf_view(&sealed), NULL, &problem) != OK)
        fail_msg("%s", problem.text);
    buf_fini(&sealed);
    buf_fini(&body);
}

static void put_call(enum verdict_kind kind, enum check check, const char *line)
{
    struct call_record c = record(kind, check, line);
    put(&c);
}

static uint64_t follow(bool closing)
{
    uint64_t below = 0;
    struct problem problem = {.text = ""};
    verdict_index_hurry(counts);
    if (verdict_index_follow(counts, ledger_size(ledger), closing, &below, &problem) != OK)
        fail_msg("%s", problem.text);
    return below;
}

struct sum {
    int64_t calls, blocked, observed, shielded;
    when first, last;
    char check[40], would[40];
};

static bool add(void *to, const struct verdict_count *c)
{
    struct sum *s = to;
    if (s->calls == 0)
        s->first = c->at;
    s->last = c->at;
    s->calls += c->calls;
    s->blocked += c->kind == VERDICT_BLOCK ? c->calls : 0;
    s->observed += c->observed ? c->calls : 0;
    s->shielded += c->protected_caller ? c->calls : 0;
    str_copy(c->check, s->check, sizeof s->check);
    str_copy(c->would_check, s->would, sizeof s->would);
    return true;
}

static struct sum read_sum(enum verdict_step step, const char *line, const char *campaign)
{
    struct sum s = {.calls = 0};
    struct problem problem = {.text = ""};
    const struct verdict_wanted w = {.step = step,
                                     .from = now - WHEN_DAY,
                                     .until = now + WHEN_DAY,
                                     .line = str_of(line),
                                     .campaign = str_of(campaign)};
    if (verdict_index_read(counts, &w, add, &s, &problem) != OK)
        fail_msg("%s", problem.text);
    return s;
}

static void calls_are_counted_by_minute_line_and_campaign(void **state)
{
    put_call(VERDICT_ALLOW, CHECK_ALLOWED, "lin_a");
    put_call(VERDICT_BLOCK, CHECK_REFUSED, "lin_a");
    put_call(VERDICT_BLOCK, CHECK_REFUSED, "lin_b");
    now += WHEN_MINUTE;
    put_call(VERDICT_BLOCK, CHECK_LINE_UNKNOWN, "");
    follow(false);
    struct sum s = read_sum(VERDICT_MINUTE, VERDICT_ALL, "");
    assert_int_equal(s.calls, 4);
    assert_int_equal(s.blocked, 3);
    assert_int_equal(s.last - s.first, WHEN_MINUTE);
    assert_int_equal(s.last % WHEN_MINUTE, 0);
    assert_string_equal(s.check, "line-unknown");
    s = read_sum(VERDICT_HOUR, VERDICT_ALL, "");
    assert_int_equal(s.calls, 4);
    assert_int_equal(s.first % WHEN_HOUR, 0);
    assert_int_equal(read_sum(VERDICT_MINUTE, "lin_a", "").calls, 2);
    assert_int_equal(read_sum(VERDICT_MINUTE, "", "cmp_a").calls, 3);
    assert_int_equal(read_sum(VERDICT_MINUTE, "lin_c", "").calls, 0);
}

static void dry_runs_do_not_count(void **state)
{
    struct call_record c = record(VERDICT_ALLOW, CHECK_ALLOWED, "lin_a");
    c.dry = true;
    put(&c);
    follow(false);
    assert_int_equal(read_sum(VERDICT_MINUTE, VERDICT_ALL, "").calls, 0);
}

static void what_was_observed_keeps_what_it_would_have_been(void **state)
{
    struct call_record c = record(VERDICT_ALLOW, CHECK_ALLOWED, "lin_a");
    c.verdict.observed = true;
    c.verdict.protected_caller = true;
    c.verdict.would = VERDICT_BLOCK;
    c.verdict.would_check = CHECK_NO_CONSENT;
    put(&c);
    follow(false);
    const struct sum s = read_sum(VERDICT_HOUR, VERDICT_ALL, "");
    assert_int_equal(s.observed, 1);
    assert_int_equal(s.shielded, 1);
    assert_string_equal(s.would, "no-consent");
}

static void a_restart_counts_nothing_twice_and_leaves_nothing_out(void **state)
{
    put_call(VERDICT_ALLOW, CHECK_ALLOWED, "lin_a");
    follow(true);
    put_call(VERDICT_BLOCK, CHECK_REFUSED, "lin_a"); /* taken by nobody before the end */
    down();
    up();
    follow(false);
    follow(false);
    const struct sum s = read_sum(VERDICT_MINUTE, "lin_a", "");
    assert_int_equal(s.calls, 2);
    assert_int_equal(s.blocked, 1);
}

static void frames_wait_for_what_is_not_written(void **state)
{
    uint64_t below = 0;
    struct problem problem = {.text = ""};
    follow(false); /* within this second nothing more is written */
    put_call(VERDICT_ALLOW, CHECK_ALLOWED, "lin_a");
    const uint64_t size = ledger_size(ledger);
    assert_int_equal(verdict_index_follow(counts, size, false, &below, &problem), OK);
    assert_true(below < size);
    assert_int_equal(follow(false), size);
}

static void a_call_whose_key_is_gone_counts_in_the_sums(void **state)
{
    put_call(VERDICT_BLOCK, CHECK_REFUSED, "lin_a");
    opening_keys_close(keys);
    char command[160];
    snprintf(command, sizeof command, "find %s/keys -type f ! -name 'ledger*' -delete", folder);
    assert_int_equal(system(command), 0);
    verdict_index_close(counts);
    ledger_close(ledger);
    up();
    follow(false);
    assert_int_equal(read_sum(VERDICT_MINUTE, VERDICT_ALL, "").blocked, 1);
    assert_int_equal(read_sum(VERDICT_MINUTE, "lin_a", "").calls, 0);
}

#define NODE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        NODE(calls_are_counted_by_minute_line_and_campaign),
        NODE(dry_runs_do_not_count),
        NODE(what_was_observed_keeps_what_it_would_have_been),
        NODE(a_restart_counts_nothing_twice_and_leaves_nothing_out),
        NODE(frames_wait_for_what_is_not_written),
        NODE(a_call_whose_key_is_gone_counts_in_the_sums),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
