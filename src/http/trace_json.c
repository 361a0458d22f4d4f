#include "http/trace_json.h"

#include "http/fact_json.h"

static json_t *text(const char *t)
{
    return *t != '\0' ? json_string(t) : json_null();
}

static json_t *instant(const struct rules *rules, when at)
{
    return at != 0 ? fact_json_when(rules, at) : json_null();
}

/* Was it late, or is it by now? */
static bool late(const struct trace_hop *h, when now)
{
    return h->due != 0 && (h->answered_at != 0 ? h->answered_at : now) >= h->due;
}

static json_t *hop_json(const struct rules *rules, const struct trace_hop *h, int n, when now)
{
    const struct hop_answer *a = &h->answer;
    json_t *j = json_pack("{s:i, s:o, s:s, s:o, s:o, s:o, s:o, s:b, s:o, s:o, s:o, s:o}", "n", n,
                          "carrier", text(h->carrier), "status", hop_word(a->status), "why",
                          text(a->why), "asked_at", instant(rules, h->asked_at), "due",
                          instant(rules, h->due), "answered_at", instant(rules, h->answered_at),
                          "late", (int)late(h, now), "at", instant(rules, a->at), "line",
                          text(a->line), "purpose", text(a->purpose), "holder", text(a->holder));
    json_t *rest = json_pack("{s:o, s:o, s:o, s:o, s:o, s:b, s:o}", "holder_name",
                             text(a->holder_name), "principal", text(a->principal), "campaign",
                             text(a->campaign), "record", text(a->record), "previous",
                             text(a->previous), "proven", (int)a->proven, "known", text(h->known));
    if (json_object_update(j, rest) != 0) {
        json_decref(j);
        j = NULL;
    }
    json_decref(rest);
    return j;
}

json_t *trace_json(const struct rules *rules, const struct trace *t, when now)
{
    json_t *hops = json_array();
    for (int i = 0; i < t->hops; i++)
        json_array_append_new(hops, hop_json(rules, &t->hop[i], i, now));
    return json_pack("{s:s, s:s, s:s, s:o, s:o, s:o, s:s, s:o, s:o, s:o, s:o, s:o}", "id", t->id,
                     "kind", "call", "status", t->status, "why", text(t->why), "at",
                     instant(rules, t->at), "organisation", text(t->organisation), "by", t->by,
                     "report", text(t->report), "case", text(t->case_id), "opened_at",
                     instant(rules, t->opened_at), "closed_at", instant(rules, t->closed_at),
                     "hops", hops);
}
