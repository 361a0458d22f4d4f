/*
 * consent_json: consents and requests for them as their JSON, and back.
 *
 * Pure but for what it is given; any thread.
 */
#pragma once
#include "http/ask.h"
#include "person/consent_request.h"

/* One version of hers, without its record. A new reference, or NULL: out of memory. */
json_t *consent_json(const struct rules *, const struct value *row, when now);

/* A request as she sees it; as staff does. */
json_t *consent_request_json(const struct rules *, const struct value *row, when now);
json_t *consent_request_json_for_staff(const struct value *row, when now);

/*
 * Members of a body. An error is noted and leaves the value empty. `list` gets the texts
 * joined by ";", at most `size` bytes.
 */
bool consent_take_categories(const json_t *body, const char *name, categories *out,
                             struct ask_errors *);
bool consent_take_list(const json_t *body, const char *name, char *list, size_t size,
                       struct ask_errors *);
bool consent_take_until(const json_t *body, const char *name, when *out, struct ask_errors *);

/* No members but these, a list that ends with NULL. */
bool consent_only(const json_t *body, const char *const *names, struct ask_errors *);
