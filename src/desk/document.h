/*
 * document: official papers that the desk issues.
 *
 * A paper is worded by a template of the rule pack (rules/form.h) with the values that an act
 * hands over, in Chinese and in English, once, when it is issued: a template that changes later
 * changes no paper. What it says lies sealed (desk/text.h) as canonical JSON: keys in order, no
 * white space, UTF-8. Its SHA-256 is in the row and on the paper, and covers a random id, so that
 * nobody finds a paper's hash by guessing what it says.
 *
 * Numbers count by organisation, paper and year, in the transaction that issues:
 * 沪婚协约谈〔2026〕3号 is the third, and a transaction that fails leaves no gap. The prefix is
 * that of the organisation's letterhead in the pack, else its name.
 *
 *     struct document d = {.paper = FORM_SUMMONS, .case_id = id, .addressee = respondent};
 *     document_time(&d, FORM_FIELD_TIME, at);
 *     document_text(&d, FORM_FIELD_PLACE, place);
 *     e = document_make(w, &d, doc, &no, seq, problem);
 *
 * Any thread with a store of its own.
 */
#pragma once
#include "desk/text.h"

/* Columns of the fact `documents`, in the order of a row. */
enum {
    DOCUMENT_ID,
    DOCUMENT_PAPER, /* form_word */
    DOCUMENT_ORGANISATION,
    DOCUMENT_YEAR,
    DOCUMENT_ORDINAL,
    DOCUMENT_NUMBER,
    DOCUMENT_CASE,      /* NULL: of none */
    DOCUMENT_SUBJECT,   /* the act, complaint, listing … that it is of, or NULL */
    DOCUMENT_ADDRESSEE, /* an organisation; NULL: somebody else */
    DOCUMENT_BY,        /* who issued it; NULL: menshen, by its time */
    DOCUMENT_AT,
    DOCUMENT_HASH,   /* SHA-256 in hex */
    DOCUMENT_STATUS, /* issued annulled */
    DOCUMENT_ANNULLED_AT,
    DOCUMENT_COLUMNS
};
extern const struct fact_kind document_kind;

enum { DOCUMENT_HASH_TEXT = 65, DOCUMENT_VALUES = 20, DOCUMENT_ITEMS = 50, DOCUMENT_TEXT = 8000 };

/* What a field says; which member counts is its type. Views. */
struct document_value {
    enum form_field field;
    struct str text, text_en; /* `text_en` empty: as it was written, whatever the language */
    int64_t number;           /* an instant, fen, or a count */
    const struct str *items;
    size_t count;
};

struct document {
    enum form paper;
    struct str issuer;        /* an organisation; empty: that of who acts */
    struct str case_id;       /* empty: none */
    struct str subject;       /* empty: none */
    struct str addressee;     /* an organisation's id, or: */
    struct str name, name_en; /* whoever else it is for, in words; kept sealed */
    const uint8_t *link;      /* of a person who may read it (SUBJECT_LINK bytes), or NULL */
    struct document_value values[DOCUMENT_VALUES];
    size_t count;
};

/*
 * Say something. An empty text and no items say nothing; more than DOCUMENT_VALUES are refused by
 * document_make. What somebody wrote is given once, and the other language's paper shows it as it
 * was written, marked as such; what the pack or the program words is given in both.
 */
void document_text(struct document *, enum form_field, struct str);
void document_both(struct document *, enum form_field, struct str zh, struct str en);
void document_number(struct document *, enum form_field, int64_t);
void document_items(struct document *, enum form_field, const struct str *items, size_t count);

/*
 * Issue it, in the caller's transaction. No: `no-template`, `not-authority` (or whoever may issue
 * this paper), `field-missing`, `field-unknown`, `text-too-long`, `text-not-utf8`.
 */
MUST_USE enum err document_make(const struct desk_work *, const struct document *,
                                char id[static FRESH_ID], struct desk_no *, int64_t *seq,
                                struct problem *);

/* It no longer holds: who verifies it is told. Part of the caller's transaction. ERR_NOT_FOUND. */
MUST_USE enum err document_annul(const struct desk_work *, struct str id, int64_t *seq,
                                 struct problem *);

/*
 * The row, if who asks may read the paper: whose it is, to whom it is addressed, and an authority
 * of the sector and region. Else `*there` is false.
 */
MUST_USE enum err document_find(const struct desk_work *, struct str id, struct fact_row *out,
                                bool *there, struct problem *);

/*
 * Ids of the papers of a case or of another subject (an act, a draw, a listing), in the order in
 * which they were issued; of neither those that `own` issued or was sent, the newest first. Each is
 * for document_find.
 */
enum { DOCUMENT_LIST = 200 };
struct document_list {
    char id[DOCUMENT_LIST][FRESH_ID];
    size_t count;
};
MUST_USE enum err document_list(struct store *, struct str case_id, struct str own,
                                struct document_list *out, struct problem *);
MUST_USE enum err document_list_of(struct store *, struct str subject, struct document_list *out,
                                   struct problem *);

/* Of a person: of the number with this link, since it is hers. */
struct document_her {
    const uint8_t *link /* SUBJECT_LINK */;
    when since;
};
MUST_USE enum err document_list_hers(struct store *, const struct document_her *,
                                     struct document_list *out, struct problem *);
MUST_USE enum err document_hers(const struct desk_work *, struct str id,
                                const struct document_her *, struct fact_row *out, bool *there,
                                struct problem *);

/* Is it to a person (desk/complaint_paper.h): of a complaint, of an appeal? Else neither. */
enum document_person { DOCUMENT_NO_PERSON, DOCUMENT_COMPLAINT, DOCUMENT_APPEAL };
enum document_person document_person(const struct value *row);

/* The row of this hash. ERR_NOT_FOUND. */
MUST_USE enum err document_by_hash(struct store *, struct str hash, struct fact_row *out,
                                   struct problem *);

/* What it says, as canonical JSON. ERR_CORRUPT: not what the row's hash is of. */
MUST_USE enum err document_read(const struct desk_work *, const struct value *row, struct buf *out,
                                struct problem *);
