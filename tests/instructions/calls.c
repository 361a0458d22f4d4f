#include "count.h"
#include "bench/city.h"

#include "gate/call.h"
#include "gate/verdict.h"
#include "gate/window.h"
#include "ledger/opening.h"

enum { PERSONS = 20000, CALLS = 2000 };

struct calls {
    struct view *view;
    struct windows *windows;
    struct opening_keys *keys;
    when at;
};

static number somebody(void)
{
    return CITY_FIRST + count_random() % PERSONS;
}

static void person_to_person(void *to)
{
    struct calls *t = to;
    const struct counts counts = {0};
    for (unsigned i = 0; i < CALLS; i++) {
        struct call c = city_person_call(t->at);
        struct standing s;
        struct verdict v;
        c.caller = somebody();
        c.callee = somebody();
        view_enter(t->view);
        gate_stand(t->view, &c, &s);
        gate_judge(t->view, &c, &s, &counts, &v);
        view_leave(t->view);
        if (v.kind != VERDICT_ALLOW)
            count_failed("person to person", check_word(v.check));
    }
}

static void commercial(void *to)
{
    struct calls *t = to;
    struct counts counts = {0};
    unsigned allowed = 0;
    for (unsigned i = 0; i < CALLS; i++) {
        struct call c = city_sales_call(t->at += WHEN_MS, i);
        struct standing s;
        struct verdict v;
        uint64_t sequence;
        c.callee = somebody();
        view_enter(t->view);
        gate_stand(t->view, &c, &s);
        window_read(t->windows, s.principal_key, c.callee, c.at, &counts.principal);
        window_read(t->windows, 0, c.callee, c.at, &counts.all);
        gate_judge(t->view, &c, &s, &counts, &v);
        if (v.counts &&
            (window_add(t->windows, s.principal_key, c.callee, c.at, counts.principal.version,
                        &sequence) != OK ||
             window_add(t->windows, 0, c.callee, c.at, counts.all.version, &sequence) != OK))
            count_failed("windows", "full");
        view_leave(t->view);
        allowed += v.kind == VERDICT_ALLOW;
    }
    if (allowed < CALLS / 2)
        count_failed("commercial", "most calls were refused");
}

static void windows_added(void *to)
{
    struct calls *t = to;
    for (unsigned i = 0; i < CALLS; i++) {
        struct attempts before;
        uint64_t sequence;
        number callee = somebody();
        window_read(t->windows, 7, callee, t->at, &before);
        if (window_add(t->windows, 7, callee, t->at += WHEN_MS, before.version, &sequence) != OK)
            count_failed("windows", "full");
    }
}

static void records_encoded(void *to)
{
    struct calls *t = to;
    struct call_record r = {.caller = 862160001000,
                            .asked = t->at,
                            .verdict = {.kind = VERDICT_ALLOW,
                                        .would = VERDICT_ALLOW,
                                        .check = CHECK_ALLOWED,
                                        .would_check = CHECK_ALLOWED,
                                        .journal = 1234,
                                        .line = "lin_sales",
                                        .campaign = "cam_spring",
                                        .principal = "org_builder"},
                            .rule = "cn.call.frequency",
                            .reason = "allowed"};
    struct buf plain, body, sealed;
    buf_init(&plain, CALL_OPENING_MAX);
    buf_init(&body, CALL_BODY_MAX);
    buf_init(&sealed, OPENING_MAX);
    for (unsigned i = 0; i < CALLS; i++) {
        buf_reset(&plain);
        buf_reset(&body);
        buf_reset(&sealed);
        r.callee = CITY_FIRST + i;
        r.person_seq = i + 1;
        call_opening_encode(&r, &plain);
        if (opening_seal(t->keys, OPENING_CALL, r.asked, buf_view(&plain), r.commitment, &sealed) !=
            OK)
            count_failed("opening", "cannot be sealed");
        call_record_encode(&r, &body);
    }
    if (plain.failed || body.failed || sealed.failed)
        count_failed("record", "no room");
    buf_fini(&plain);
    buf_fini(&body);
    buf_fini(&sealed);
}

void calls_counted(const char *folder)
{
    struct rules *rules;
    struct config *config;
    struct problem problem;
    struct calls t = {.at = city_morning()};
    city_open(&rules, &config, &t.view);
    city_registry(t.view);
    city_persons(t.view, PERSONS);
    if (view_publish(t.view, 1) || windows_new(100000, 86400, &t.windows) ||
        opening_keys_open(&disk_real, folder, &t.keys, &problem))
        count_failed("setup", "not enough memory");
    count(&(struct count){"a call between persons, judged", CALLS, false, person_to_person}, &t);
    count(&(struct count){"a commercial call, judged and counted", CALLS, false, commercial}, &t);
    count(&(struct count){"an attempt, read and added", CALLS, false, windows_added}, &t);
    count(&(struct count){"a call's record and opening, encoded", CALLS, false, records_encoded},
          &t);
    opening_keys_close(t.keys);
    windows_free(t.windows);
    view_free(t.view);
    config_free(config);
    rules_free(rules);
}
