#include "desk/appeal.h"
#include "desk/campaign_pause.h"
#include "desk/case.h"
#include "desk/clock.h"
#include "desk/draw_kept.h"
#include "desk/notice.h"
#include "desk/dispatch.h"
#include "desk/trace.h"
#include "desk/trace_answered.h"
#include "desk/listing.h"
#include "desk/complaint.h"
#include "desk/disclosure.h"
#include "desk/document.h"
#include "desk/evidence.h"
#include "desk/inbox.h"
#include "desk/packet.h"
#include "desk/restrain.h"
#include "desk/takedown.h"
#include "person/assignment.h"
#include "person/binding.h"
#include "person/consent.h"
#include "person/consent_request.h"
#include "person/contract.h"
#include "person/correction.h"
#include "person/duty.h"
#include "person/introduction.h"
#include "person/member.h"
#include "person/officer.h"
#include "person/opening.h"
#include "person/override.h"
#include "person/pool_rule.h"
#include "person/preference.h"
#include "person/refusal.h"
#include "person/relay_call.h"
#include "person/suppression.h"
#include "registry/annulment.h"
#include "registry/bar.h"
#include "registry/base.h"
#include "registry/campaign.h"
#include "registry/certificate.h"
#include "registry/copy.h"
#include "registry/entrustment.h"
#include "registry/exam.h"
#include "registry/line.h"
#include "registry/line_paper.h"
#include "registry/number_range.h"
#include "registry/order.h"
#include "registry/organisation.h"
#include "registry/paper.h"
#include "registry/practitioner.h"
#include "registry/question.h"
#include "registry/staff.h"
#include "registry/stop.h"
#include "registry/training.h"

const struct fact_kind *const fact_kinds[] = {
    &organisation_kind,
    &staff_kind,
    &stop_kind,
    &range_kind,
    &line_kind,
    &line_document_kind,
    &line_contract_kind,
    &entrustment_kind,
    &campaign_kind,
    &order_kind,
    &copy_kind,
    &base_kind,
    &suppression_kind,
    &assignment_kind,
    &preference_kind,
    &refusal_kind,
    &consent_kind,
    &member_kind,
    &pool_rule_kind,
    &override_kind,
    &officer_kind,
    &opening_kind,
    &consent_request_kind,
    &correction_kind,
    &duty_kind,
    &contract_kind,
    &contract_payment_kind,
    &contract_service_kind,
    &practitioner_kind,
    &practitioner_staff_kind,
    &certificate_kind,
    &bar_kind,
    &misconduct_kind,
    &training_kind,
    &introduction_kind,
    &question_kind,
    &exam_kind,
    &paper_kind,
    &annulment_kind,
    &binding_kind,
    &relay_call_kind,
    &clock_kind,
    &clock_pause_kind,
    &notice_kind,
    &dispatch_kind,
    &trace_kind,
    &trace_hop_kind,
    &trace_answered_kind,
    &case_kind,
    &case_act_kind,
    &draw_kind,
    &listing_kind,
    &complaint_kind,
    &disclosure_kind,
    &evidence_kind,
    &document_kind,
    &packet_kind,
    &takedown_kind,
    &report_kind,
    &restraint_kind,
    &appeal_kind,
    &campaign_pause_kind,
    &inbox_kind,
    NULL,
};

const struct fact_kind *fact_kind_find(struct str name)
{
    for (size_t i = 0; fact_kinds[i] != NULL; i++)
        if (str_eq(name, str_of(fact_kinds[i]->name)))
            return fact_kinds[i];
    return NULL;
}
