/*
 * dispatch_body: what is dispatched, and to whom, as it is sent: on its own or as the act of a
 * case.
 *
 * Pure; any thread.
 */
#pragma once
#include "desk/dispatch.h"
#include "http/ask.h"

/* "matters", a list of words, and "to", a list of {"department", "organisation"?}, or none; views
 * into `body`. What is wrong is in `errors`. */
void dispatch_body_matters(const json_t *body, struct dispatch_sending *, struct ask_errors *);
void dispatch_body_to(const json_t *body, struct dispatch_sending *, struct ask_errors *);
