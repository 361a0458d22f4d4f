/* GET /healthz, /readyz, /metrics, /openapi.json */
#include "http/look_json.h"
#include "http/route.h"
#include "http/session_worker.h"
#include "sip/sip.h"

#include <string.h>

void api_health(struct request *r)
{
    respond_json(r, 200, json_pack("{s:s, s:s}", "status", "ok", "version", request_version(r)));
}

static bool store_answers(struct store *store)
{
    return store_run(store, "SELECT seq FROM journal_head", NULL, 0, NULL, NULL, NULL) == OK;
}

void api_ready(struct request *r)
{
    struct gate *gate = request_gate(r);
    struct gate_stats stats;
    gate_stats(gate, &stats);
    bool ledger = ledger_healthy(gate_ledger(gate)), store = store_answers(request_store(r));
    bool open = request_open(r), ready = open && ledger && store && stats.healthy;
    json_t *object = json_pack("{s:b, s:{s:b, s:b, s:b, s:b}}", "ready", (int)ready, "checks",
                               "ledger", (int)ledger, "store", (int)store, "gate",
                               (int)stats.healthy, "fronts", (int)open);
    respond_json(r, ready ? 200 : 503, object);
}

static void counter(struct buf *b, const char *name, const char *help)
{
    buf_printf(b, "# HELP %s %s\n# TYPE %s counter\n", name, help, name);
}

static void gauge(struct buf *b, const char *name, const char *help, long long value)
{
    buf_printf(b, "# HELP %s %s\n# TYPE %s gauge\n%s %lld\n", name, help, name, name, value);
}

static void write_look_metrics(const struct gate_stats *s, struct buf *b)
{
    static const char *const answers[LOOK_ANSWERS] = {"deny", "mask", "show"};
    counter(b, "menshen_looks_total", "Persons looked at, by verdict, surface, class of purpose.");
    for (int a = 0; a < LOOK_ANSWERS; a++)
        for (int f = 0; f < LOOK_SURFACES; f++)
            for (int k = 0; k < CLASS_COUNT; k++)
                if (s->looks[a][f][k] > 0)
                    buf_printf(b,
                               "menshen_looks_total{verdict=\"%s\",surface=\"%s\","
                               "purpose=\"%s\"} %llu\n",
                               answers[a], look_surface((enum surface)f),
                               purpose_class_word((enum purpose_class)k),
                               (unsigned long long)s->looks[a][f][k]);
    counter(b, "menshen_looks_over_budget_total", "Persons not shown as the day's files were out.");
    buf_printf(b, "menshen_looks_over_budget_total %llu\n",
               (unsigned long long)s->looks_over_budget);
}

static bool take_count(void *to, const struct value *c, size_t count)
{
    (void)count;
    *(long long *)to = c[0].i;
    return false;
}

/* Left out if the store does not answer. */
static void write_stop_metrics(struct store *store, struct buf *b)
{
    long long open = 0;
    if (store_run(store, "SELECT count(*) FROM stops WHERE status = 'stopped'", NULL, 0, take_count,
                  &open, NULL) == OK)
        gauge(b, "menshen_stops_open", "Accounts stopped by rule 20's lines, not yet lifted.",
              open);
}

static void write_metrics(struct gate *gate, struct buf *b)
{
    struct gate_stats s;
    gate_stats(gate, &s);
    const struct ledger *ledger = gate_ledger(gate);
    counter(b, "menshen_questions_total", "Calls asked about.");
    buf_printf(b, "menshen_questions_total %llu\n", (unsigned long long)s.asked);
    counter(b, "menshen_verdicts_total", "Verdicts, by kind.");
    for (enum verdict_kind k = VERDICT_BLOCK; k <= VERDICT_ALLOW; k++)
        buf_printf(b, "menshen_verdicts_total{verdict=\"%s\"} %llu\n", verdict_word(k),
                   (unsigned long long)s.by_kind[k]);
    counter(b, "menshen_checks_total", "Verdicts, by the check that decided.");
    for (int c = 0; c < CHECKS_CALL; c++)
        buf_printf(b, "menshen_checks_total{check=\"%s\"} %llu\n", check_word(c),
                   (unsigned long long)s.by_check[c]);
    write_look_metrics(&s, b);
    counter(b, "menshen_observed_total", "Verdicts softened by observe mode.");
    buf_printf(b, "menshen_observed_total %llu\n", (unsigned long long)s.observed);
    counter(b, "menshen_record_failures_total", "Verdicts without a durable record.");
    buf_printf(b, "menshen_record_failures_total %llu\n", (unsigned long long)s.record_failures);
    counter(b, "menshen_late_records_total", "Records that came after the deadline.");
    buf_printf(b, "menshen_late_records_total %llu\n", (unsigned long long)s.late);
    counter(b, "menshen_overload_total", "Questions turned away.");
    buf_printf(b, "menshen_overload_total %llu\n", (unsigned long long)s.overload);
    gauge(b, "menshen_journal", "Last journal number in the view.", (long long)s.journal);
    gauge(b, "menshen_journal_lag_ms", "How far the view is behind the journal.",
          (long long)s.journal_lag_ms);
    gauge(b, "menshen_ledger_size", "Durable entries.", (long long)ledger_size(ledger));
    gauge(b, "menshen_ledger_published", "Entries under the newest checkpoint.",
          (long long)ledger_published(ledger));
    gauge(b, "menshen_ledger_kept_from", "The first entry that retention has not deleted.",
          (long long)ledger_first(ledger));
    gauge(b, "menshen_ledger_turn_waits",
          "1 while the clock skips a month: it is wrong, or a shard begins within a day.",
          ledger_turn_waits(ledger) ? 1 : 0);
    counter(b, "menshen_claims_ended_total", "Claims of members that ended by themselves.");
    buf_printf(b, "menshen_claims_ended_total %llu\n", (unsigned long long)s.claims_ended);
    counter(b, "menshen_claims_failed_total", "Times that such a claim could not be ended.");
    buf_printf(b, "menshen_claims_failed_total %llu\n", (unsigned long long)s.claims_failed);
    gauge(b, "menshen_healthy", "1 if records can be written and the view follows.",
          s.healthy && ledger_healthy(ledger) ? 1 : 0);
}

static void write_sip_metrics(struct sip *sip, struct buf *b)
{
    struct sip_stats s;
    sip_stats(sip, &s);
    counter(b, "menshen_sip_requests_total", "SIP requests, by method.");
    buf_printf(b,
               "menshen_sip_requests_total{method=\"INVITE\"} "
               "%llu\nmenshen_sip_requests_total{method=\"ACK\"} %llu\n"
               "menshen_sip_requests_total{method=\"CANCEL\"} %llu\n"
               "menshen_sip_requests_total{method=\"OPTIONS\"} %llu\n"
               "menshen_sip_requests_total{method=\"other\"} %llu\n",
               (unsigned long long)s.invites, (unsigned long long)s.acks,
               (unsigned long long)s.cancels, (unsigned long long)s.options,
               (unsigned long long)s.others);
    counter(b, "menshen_sip_answers_total", "SIP answers, by status.");
    for (size_t i = 0; i < SIP_CODES; i++)
        if (sip_stats_code(i) != 0)
            buf_printf(b, "menshen_sip_answers_total{code=\"%d\"} %llu\n", sip_stats_code(i),
                       (unsigned long long)s.answers[i]);
        else if (i + 1 == SIP_CODES)
            buf_printf(b, "menshen_sip_answers_total{code=\"other\"} %llu\n",
                       (unsigned long long)s.answers[i]);
    counter(b, "menshen_sip_repeats_total", "Retransmissions absorbed or answered alike.");
    buf_printf(b, "menshen_sip_repeats_total %llu\n", (unsigned long long)s.repeats);
    counter(b, "menshen_sip_malformed_total", "Requests that could not be read.");
    buf_printf(b, "menshen_sip_malformed_total %llu\n", (unsigned long long)s.malformed);
    counter(b, "menshen_sip_dropped_total", "Packets without an answer.");
    buf_printf(b, "menshen_sip_dropped_total %llu\n", (unsigned long long)s.dropped);
    counter(b, "menshen_sip_rate_limited_total", "Requests of unknown peers over the limit.");
    buf_printf(b, "menshen_sip_rate_limited_total %llu\n", (unsigned long long)s.rate_limited);
    counter(b, "menshen_sip_emergency_unasked_total",
            "Emergency calls of unknown peers over the limit: rung, not recorded.");
    buf_printf(b, "menshen_sip_emergency_unasked_total %llu\n", (unsigned long long)s.unasked);
    counter(b, "menshen_sip_identities_total", "Identity headers, by what became of them.");
    for (int i = 0; i < PASSPORT_RESULTS; i++)
        buf_printf(b, "menshen_sip_identities_total{result=\"%s\"} %llu\n", passport_word(i),
                   (unsigned long long)s.identities[i]);
    counter(b, "menshen_sip_overload_total", "Requests answered 503.");
    buf_printf(b, "menshen_sip_overload_total %llu\n", (unsigned long long)s.overload);
    gauge(b, "menshen_sip_pending", "Questions with the gate now.", (long long)s.pending);
    gauge(b, "menshen_sip_transactions", "Transactions remembered now.", (long long)s.transactions);
    gauge(b, "menshen_sip_connections", "Connections open now.", (long long)s.connections);
}

static void write_code_metrics(struct request *r, struct buf *b)
{
    struct courier_stats s;
    courier_stats(request_courier(r), &s);
    const struct {
        const char *outcome;
        uint64_t count;
    } all[] = {{"sent", s.sent},
               {"failed", s.failed},
               {"dropped", s.dropped},
               {"limited", session_worker_limited(request_sessions(r))}};
    counter(b, "menshen_codes_total", "Texts to persons, by what became of them.");
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        buf_printf(b, "menshen_codes_total{outcome=\"%s\"} %llu\n", all[i].outcome,
                   (unsigned long long)all[i].count);
}

void api_metrics(struct request *r)
{
    struct buf b;
    buf_init(&b, 1024 * 1024);
    write_metrics(request_gate(r), &b);
    write_stop_metrics(request_store(r), &b);
    write_code_metrics(r, &b);
    if (request_sip(r) != NULL)
        write_sip_metrics(request_sip(r), &b);
    if (b.failed)
        respond_problem(r, 500, "out-of-memory", "out of memory", NULL);
    else
        respond(r, 200, "text/plain; version=0.0.4; charset=utf-8", b.p, b.n);
    buf_fini(&b);
}

void api_openapi(struct request *r)
{
    respond_json(r, 200, openapi_document(request_version(r)));
}
