/*
 * GET /v1/health/report: what is in order at this node and what is not, for those who operate it
 * or watch over it. What a server cannot ask of itself (its files' rights, its next start) is
 * `menshen doctor`'s.
 */
#include "core/config.h"
#include "http/courier.h"
#include "http/desk.h"
#include "http/fact_json.h"
#include "http/route.h"
#include "http/server_inner.h"
#include "store/journal.h"

#include <sys/statvfs.h>
#include <sys/timex.h>

enum grade { GRADE_OK, GRADE_WARNING, GRADE_WRONG };
enum { MIB_WRONG = 256, MIB_WARNING = 2048, LAG_WARNING_MS = 1000, LAG_WRONG_MS = 5000 };

struct report {
    const struct hands *h;
    json_t *findings;
    enum grade worst;
};

static const char *const words[] = {"ok", "warning", "wrong"};

/* Takes the reference to what was measured. */
static void find(struct report *x, const char *about, enum grade grade, json_t *measured)
{
    if (grade > x->worst)
        x->worst = grade;
    json_array_append_new(x->findings,
                          json_pack("{s:s, s:s, s:o}", "about", about, "state", words[grade],
                                    "measured", measured != NULL ? measured : json_object()));
}

static void check_ledger(struct report *x)
{
    const struct ledger *l = gate_ledger(x->h->gate);
    const uint64_t size = ledger_size(l), published = ledger_published(l);
    find(x, "ledger", ledger_healthy(l) ? GRADE_OK : GRADE_WRONG,
         json_pack("{s:s, s:I, s:I}", "log", ledger_id(l), "entries", (json_int_t)size,
                   "unpublished", (json_int_t)(size > published ? size - published : 0)));
    find(x, "shard", ledger_turn_waits(l) ? GRADE_WARNING : GRADE_OK, NULL);
}

static void check_gate(struct report *x)
{
    struct gate_stats s;
    struct gate_latency latency;
    gate_stats(x->h->gate, &s);
    gate_latency(x->h->gate, &latency);
    find(x, "journal",
         s.journal_lag_ms > LAG_WRONG_MS     ? GRADE_WRONG
         : s.journal_lag_ms > LAG_WARNING_MS ? GRADE_WARNING
                                             : GRADE_OK,
         json_pack("{s:I, s:I}", "seq", (json_int_t)s.journal, "lag_ms",
                   (json_int_t)s.journal_lag_ms));
    find(x, "records",
         s.record_failures + s.late + s.overload + s.clock_back > 0 ? GRADE_WARNING : GRADE_OK,
         json_pack("{s:I, s:I, s:I, s:I, s:I}", "calls", (json_int_t)s.asked, "failed",
                   (json_int_t)s.record_failures, "late", (json_int_t)s.late, "overload",
                   (json_int_t)s.overload, "clock_back", (json_int_t)s.clock_back));
    find(x, "latency", GRADE_OK,
         json_pack("{s:I, s:I, s:I}", "calls", (json_int_t)latency.count, "p50_us",
                   (json_int_t)latency.p50_us, "p95_us", (json_int_t)latency.p95_us));
}

static void check_store(struct report *x)
{
    struct problem problem = {.text = ""};
    int64_t seq = 0, version = 0;
    enum err e = store_integer(x->h->store, "SELECT max(version) FROM schema_version", NULL, 0,
                               &version, &problem);
    if (e == OK)
        e = journal_head(x->h->store, &seq, &problem);
    find(x, "store", e == OK ? GRADE_OK : GRADE_WRONG,
         json_pack("{s:I, s:I, s:b}", "schema", (json_int_t)version, "journal", (json_int_t)seq,
                   "postgres", (int)store_is_postgres(x->h->store)));
}

static void check_disk(struct report *x, const char *folder)
{
    struct statvfs fs;
    if (statvfs(folder, &fs) != 0) {
        find(x, "disk", GRADE_WRONG, NULL);
        return;
    }
    const unsigned long long mib = (unsigned long long)fs.f_bavail * fs.f_frsize / (1024 * 1024);
    const bool closed = (fs.f_flag & ST_RDONLY) != 0;
    find(x, "disk",
         mib < MIB_WRONG || closed ? GRADE_WRONG
         : mib < MIB_WARNING       ? GRADE_WARNING
                                   : GRADE_OK,
         json_pack("{s:I, s:I, s:b}", "free_mib", (json_int_t)mib, "free_files",
                   (json_int_t)fs.f_favail, "read_only", (int)closed));
}

static void check_clock(struct report *x)
{
    struct timex t = {.modes = 0};
    const bool lost = adjtimex(&t) == TIME_ERROR || (t.status & STA_UNSYNC) != 0;
    find(x, "clock", lost ? GRADE_WARNING : GRADE_OK,
         json_pack("{s:o}", "now",
                   fact_json_when(gate_rules(x->h->gate), clock_now(gate_clock(x->h->gate)))));
}

static void check_rules(struct report *x)
{
    const struct rules *rules = gate_rules(x->h->gate);
    const when now = clock_now(gate_clock(x->h->gate));
    size_t in_force = 0;
    for (size_t i = 0; i < rules_count(rules); i++)
        in_force += rule_in_force(rules_at(rules, i), now);
    find(x, "rules", in_force > 0 ? GRADE_OK : GRADE_WRONG,
         json_pack("{s:I, s:I}", "rules", (json_int_t)rules_count(rules), "in_force",
                   (json_int_t)in_force));
}

static void check_settings(struct report *x, bool outbox)
{
    const struct config *c = gate_config(x->h->gate);
    struct problem problem = {.text = ""};
    bool reaches = false;
    const bool good = courier_check(c, &reaches, &problem) == OK;
    find(x, "codes", !good ? GRADE_WRONG : reaches || outbox ? GRADE_OK : GRADE_WARNING, NULL);
    find(x, "redress",
         c->redress.name == NULL || c->redress.certificate == NULL ? GRADE_WARNING : GRADE_OK,
         NULL);
}

void api_health_report(struct request *r, const struct hands *h)
{
    const struct http_options *o = &r->loop->server->options;
    struct report x = {.h = h, .findings = json_array()};
    check_gate(&x);
    check_ledger(&x);
    check_store(&x);
    check_disk(&x, o->folder);
    check_clock(&x);
    check_rules(&x);
    check_settings(&x, o->outbox);
    outcome_json(r, 200,
                 json_pack("{s:s, s:s, s:s, s:o, s:o}", "state", words[x.worst], "version",
                           o->version, "node", gate_node(h->gate), "at",
                           fact_json_when(gate_rules(h->gate), request_now(r)), "findings",
                           x.findings));
}
