/*
 * complaints: what the handlers of complaints and of their evidence share.
 */
#pragma once
#include "desk/disclosure.h"
#include "http/complaint_json.h"

/*
 * Read the body, of an object with these fields, on the loop: wrong types are 400, and a complaint
 * that lacks what it must say (rules.md, "complaints") is 422, each with pointers. Views into the
 * body; `who` may be the number that it names. False after having answered.
 */
bool complaint_read(struct request *, const char *fields, struct complaint_new *);

/* Of her who is signed in: the link of her number, and since when it is hers; on a worker's
 * thread. False after an outcome. */
struct complaint_her {
    uint8_t link[COMPLAINT_LINK];
    number number;
    when since;
};
bool complaint_her(struct request *, const struct hands *, struct complaint_her *);

/* Is it asked for the purpose that opens complaints? False after an outcome. */
bool complaint_purpose(struct request *);

/*
 * Make the disclosure and wait until it is in the ledger, as `record`; on a worker's thread. False
 * after an outcome: nothing may be opened.
 */
bool complaint_disclose(struct request *, const struct hands *, struct disclosure *,
                        char record[static RECORD_ID]);

/* Have her who complained told, if her number is kept, that there is something to see. */
void complaint_tell(struct request *, const struct desk_work *, struct str id);
