/*
 * route: the one list of what is served over HTTP.
 *
 * Routing, authorisation, 405's Allow, /openapi.json and docs/api.md are all read
 * from it. A route that states no access, or no role, is served to nobody.
 */
#pragma once
#include "http/work.h"

enum access {
    ACCESS_NOBODY = 0,
    ACCESS_PUBLIC,
    ACCESS_ROLE, /* one of `roles`, by a session, or by a bearer token with `scope` */
};

enum body_kind { BODY_NONE, BODY_JSON, BODY_TEXT, BODY_IMAGE, BODY_FILE };

struct route {
    const char *method; /* "GET" answers HEAD too */
    const char *path;   /* "{id}" is one segment, "{path*}" the rest */
    enum access access;
    unsigned roles;   /* enum role, or'ed; none: nobody */
    unsigned scope;   /* enum token_scope; 0: no token opens it */
    bool own_session; /* nor does a token with that scope: what only she herself decides */
    bool confirmed;   /* for who has just shown with a further code that it is she; no `scope` */
    bool begins;      /* business anew: not for an organisation that an order has stopped */
    enum body_kind takes;
    size_t body_max;                 /* bytes; 0: HTTP_BODY */
    const struct query_param *query; /* parameters behind "?", or NULL */
    bool purpose;                    /* wants the header Purpose, as every look does */
    bool may_look;                   /* takes it: with one it is a look, too */
    bool if_match;                   /* wants If-Match */
    bool may_match;                  /* takes it: with one, nothing changes that was not read */
    bool once;                       /* takes Idempotency-Key (http/idempotency.h) */
    bool screen;                     /* for browsers: no part of the API's description */
    int status;                      /* of success; 0: 200 */
    const char *summary;
    const char *answers;                         /* media type of success */
    const char *also;                            /* others, or NULL */
    const char *question_schema, *answer_schema; /* names in src/http/schemas/, or NULL */
    const char *codes; /* other statuses, "404 409"; "503!": with the schema of success */
    void (*handle)(struct request *); /* on the loop, or: */
    work_run *work;                   /* all of it on a worker's thread (http/work.h) */
};

/* Tables (http/routes.h), the last one NULL; each ends with an empty route. */
extern const struct route *const route_tables[];

/* Every route, `r`; to break out of it takes more than `break`. */
/* NOLINTBEGIN(bugprone-macro-parentheses) */
#define EACH_ROUTE(r)                                                                              \
    for (const struct route *const *table_ = route_tables; *table_ != NULL; table_++)              \
        for (const struct route *r = *table_; r->path != NULL; r++)
/* NOLINTEND(bugprone-macro-parentheses) */

/*
 * The route of method and path; NULL if there is none. `allow` then gets the
 * methods that the path has ("GET, HEAD"), empty if the path is unknown.
 */
enum { ALLOW_TEXT = 64 };
const struct route *route_find(struct str method, struct str path, struct str *param,
                               char allow[static ALLOW_TEXT]);

/* The OpenAPI 3.1 document; a new reference. */
json_t *openapi_document(const char *version);

/* docs/api.md's table, in Markdown. */
struct buf;
void openapi_markdown(struct buf *out);

enum { PHOTO_MAX = 2 << 20 };       /* bytes of a photo that is sent */
enum { CONTRACT_BODY = 128 << 10 }; /* … of a contract */

/* Handlers, by file. */
void api_person(struct request *);
void api_persons(struct request *);
void api_export(struct request *);
void api_export_csv(struct request *);
void api_lookup(struct request *);
void api_member_new(struct request *);
void api_member_change(struct request *);
void api_photo(struct request *);
void api_health(struct request *);
void api_ready(struct request *);
void api_metrics(struct request *);
void api_events(struct request *);
void api_openapi(struct request *);
void api_console(struct request *);
void api_console_asset(struct request *);
void api_sign_in(struct request *);
void api_session(struct request *);
void api_sign_out(struct request *);
void api_password(struct request *);
void api_setup(struct request *);
void api_join(struct request *);
void api_codes(struct request *);
void api_confirm(struct request *);
void api_outbox(struct request *);
void api_change_consents(struct request *);
void api_consent_receipt(struct request *);
void api_answer_consent_request(struct request *);
void api_ask_consent(struct request *);
void api_me_export(struct request *);
void api_me_erase(struct request *);
void api_contract_new(struct request *);
void api_contract_change(struct request *);
void api_contract_sign(struct request *);
void api_contract_pay(struct request *);
void api_contract_serve(struct request *);
void api_contract_end(struct request *);
void api_contract_cost(struct request *);
void api_my_service(struct request *);
void api_my_contract_end(struct request *);
void api_complain(struct request *);
void api_complaint_accept(struct request *);
void api_complaint_close(struct request *);
void api_complaint_enter(struct request *);
void api_complaint_join(struct request *);
void api_complaint_refuse(struct request *);
void api_complaint_reply(struct request *);
void api_complaint_reporter(struct request *);
void api_correct(struct request *);
void api_answer_correction(struct request *);
void api_bind(struct request *);
void api_calls(struct request *);
void api_record(struct request *);
void api_proof(struct request *);
void api_shards(struct request *);
void api_checkpoint(struct request *);
void api_tile(struct request *);
void api_entries(struct request *);
void api_add_checkpoint(struct request *);
void api_claim_many(struct request *);
void api_release(struct request *);
void api_transfer(struct request *);
void api_override(struct request *);
void api_add_followup(struct request *);
void api_set_pool_settings(struct request *);
void api_card(struct request *);
void api_public_document(struct request *);
void api_card_certificate(struct request *);
void api_public_certificate(struct request *);

/* Handlers that a worker runs. */
work_run api_rehearse;
work_run api_rule;
work_run api_rules;
work_run api_setup_state;
work_run api_audit;
work_run api_health_report;
work_run api_verdicts;
work_run api_verdict_stats;
work_run api_observe;
work_run api_case;
work_run api_case_act;
work_run api_case_next;
work_run api_case_open;
work_run api_case_packet;
work_run api_cases;
work_run api_draw;
work_run api_draw_announce;
work_run api_draw_reveal;
work_run api_draws;
work_run api_alerts;
work_run api_my_report;
work_run api_my_reports;
work_run api_report;
work_run api_report_act;
work_run api_reports;
work_run api_report_clusters;
work_run api_my_restraints;
work_run api_inbox;
work_run api_inbox_read;
work_run api_restraints;
work_run api_restraint_decide;
work_run api_appeal;
work_run api_appeal_decide;
work_run api_appeals;
work_run api_claim;
work_run api_contract_check;
work_run api_ad_check;
work_run api_my_consents;
work_run api_consent_wording;
work_run api_my_consent_requests;
work_run api_asked_consents;
work_run api_complaint;
work_run api_complaint_withdraw;
work_run api_complaint_weeks;
work_run api_complaints;
work_run api_evidence;
work_run api_evidence_add;
work_run api_my_complaint;
work_run api_my_complaints;
work_run api_my_evidence;
work_run api_my_evidence_add;
work_run api_contracts;
work_run api_contract;
work_run api_contract_checked;
work_run api_contract_refund;
work_run api_my_contracts;
work_run api_my_contract;
work_run api_my_contract_refund;
work_run api_my_corrections;
work_run api_corrections;
work_run api_document;
work_run api_documents;
work_run api_duties;
work_run api_my_document;
work_run api_my_documents;
work_run api_bindings;
work_run api_binding;
work_run api_unbind;
work_run api_my_bindings;
work_run api_my_unbind;
work_run api_introductions;
work_run api_introduction_propose;
work_run api_introduction_meet;
work_run api_introduction_outcome;
work_run api_introduction_end;
work_run api_my_introductions;
work_run api_my_introduction;
work_run api_my_introduction_answer;
work_run api_my_introduction_photo;
work_run api_exam;
work_run api_exam_annul;
work_run api_exam_candidate;
work_run api_exam_results;
work_run api_exam_set;
work_run api_exams;
work_run api_kept;
work_run api_listing;
work_run api_listing_answer;
work_run api_listing_enter;
work_run api_listing_object;
work_run api_listing_pass;
work_run api_listing_prove;
work_run api_listing_review;
work_run api_listing_withdraw;
work_run api_listings;
work_run api_penalties;
work_run api_penalty_publish;
work_run api_public_listings;
work_run api_public_penalties;
work_run api_rankings;
work_run api_intake;
work_run api_grounds;
work_run api_case_evidence;
work_run api_correction;
work_run api_followups;
work_run api_me;
work_run api_me_looks;
work_run api_me_erasure;
work_run api_me_keep;
work_run api_me_calls;
work_run api_call_allow;
work_run api_stop;
work_run api_organisation_names;
work_run api_officer_names;
work_run api_words;
work_run api_opened;
work_run api_opening_propose;
work_run api_opening_confirm;
work_run api_opening_end;
work_run api_opening_void;
work_run api_openings;
work_run api_line_order;
work_run api_line_orders;
work_run api_organisation_order;
work_run api_organisation_orders;
work_run api_campaign_order;
work_run api_campaign_orders;
work_run api_number_order;
work_run api_number_orders;
work_run api_number;
work_run api_number_lookup;
work_run api_number_release;
work_run api_my_orders;
work_run api_organisations;
work_run api_organisation_enter;
work_run api_line;
work_run api_line_figures;
work_run api_lines;
work_run api_line_enter;
work_run api_ranges;
work_run api_range_enter;
work_run api_campaign;
work_run api_campaign_figures;
work_run api_campaign_pauses;
work_run api_campaigns;
work_run api_campaign_enter;
work_run api_patrol;
work_run api_line_papers;
work_run api_line_document;
work_run api_line_contract;
work_run api_takedowns;
work_run api_takedown_order;
work_run api_takedown_answer;
work_run api_takedown_seen;
work_run api_opening;
work_run api_opening_keys;
work_run api_approvals;
work_run api_approve;
work_run api_approval_withdraw;
work_run api_question;
work_run api_question_add;
work_run api_question_change;
work_run api_question_take;
work_run api_questions;
work_run api_staff;
work_run api_staff_one;
work_run api_staff_new;
work_run api_staff_change;
work_run api_invite;
work_run api_notice;
work_run api_notice_acknowledge;
work_run api_notice_serve;
work_run api_notices;
work_run api_tokens;
work_run api_token_new;
work_run api_token_end;
work_run api_webhooks;
work_run api_webhook;
work_run api_webhook_new;
work_run api_webhook_change;
work_run api_webhook_end;
work_run api_webhook_ping;
work_run api_trace;
work_run api_trace_hop;
work_run api_trace_open;
work_run api_traces;
work_run api_trace_stats;
work_run api_trainings;
work_run api_add_training;
work_run api_misconduct;
work_run api_certificates;
work_run api_certificate_issue;
work_run api_certificate_renew;
work_run api_certificate_suspend;
work_run api_certificate_restore;
work_run api_certificate_revoke;
work_run api_practitioner;
work_run api_bars;
work_run api_bar_put;
work_run api_bar_lift;
work_run api_stops;
work_run api_clocks;
work_run api_dispatch;
work_run api_dispatches;
work_run api_dispatch_routes;
work_run api_dispatch_send;
work_run api_dispatch_accept;
work_run api_dispatch_return;
work_run api_dispatch_answer;
work_run api_dispatch_dispute;
work_run api_dispatch_designate;
work_run api_clock_recount;
work_run api_review_stop;
work_run api_lift_stop;
work_run api_paper;
work_run api_paper_answers;
work_run api_paper_hand_in;
work_run api_photo_keep;
work_run api_pool_days;
work_run api_pools;
work_run api_pool_settings;
work_run api_preferences;
work_run api_set_preferences;
