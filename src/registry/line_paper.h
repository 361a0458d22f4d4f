/*
 * line_paper: the papers of a line: its user's documents, and the contract with the user.
 *
 * A carrier verifies five documents before a line is used (信管〔2020〕81号), and its contract with
 * the user limits how often he calls and says how reports are taken up and callers handled
 * (工信部 2018 work plan). A document that has an end makes the line incomplete at that instant:
 * the gate takes it as inactive from then on, until another one is entered.
 */
#pragma once
#include "registry/fact.h"

#define LINE_DOCUMENTS_WORDS "licence permit number-certificate filing plan"

/* One a line and kind: the newest that was seen. */
enum {
    LINE_DOCUMENT_LINE,
    LINE_DOCUMENT_KIND,   /* LINE_DOCUMENTS_WORDS */
    LINE_DOCUMENT_NUMBER, /* as it stands on it */
    LINE_DOCUMENT_UNTIL,  /* NULL: without an end */
    LINE_DOCUMENT_EVIDENCE,
    LINE_DOCUMENT_BY,
    LINE_DOCUMENT_AT,
    LINE_DOCUMENT_COLUMNS
};
extern const struct fact_kind line_document_kind;

#define LINE_CLAUSES "frequency-limit reporting handling"

/* Versions of the contract; the newest counts. */
enum {
    LINE_CONTRACT_LINE,
    LINE_CONTRACT_VERSION, /* from 1 */
    LINE_CONTRACT_CLAUSES, /* of LINE_CLAUSES; NULL: none of them */
    LINE_CONTRACT_CALLS,   /* a number and day, as the frequency limit says; NULL: not said so */
    LINE_CONTRACT_SIGNED,
    LINE_CONTRACT_EVIDENCE,
    LINE_CONTRACT_BY,
    LINE_CONTRACT_AT,
    LINE_CONTRACT_COLUMNS
};
extern const struct fact_kind line_contract_kind;
