/*
 * demo_logins: passwords and one-time codes of the sample agency's staff.
 *
 * Made at the first start, at random, and kept in DATA/demo-logins (0600), since nobody
 * is there to be shown them once. Only `serve --demo` writes the file; who finds it on a
 * machine with real data knows what to do with it.
 *
 *     # login password secret role organisation staff
 *     ruoxi k3vx-… JBSWY3DP… sales org_xique_xuhui stf_x01
 */
#pragma once
#include "gate/gate.h"
#include "store/store.h"

enum { DEMO_LOGIN = 64 };
#define DEMO_LOGINS "demo-logins"

/* Accounts for all staff that have a login and no account. `store` as store_open takes it. */
MUST_USE enum err demo_logins_make(struct gate *, const char *folder, const char *store,
                                   struct problem *);

/* The code of this login, or of this staff's id, at `now`. ERR_NOT_FOUND: no such file, or no such
 * login in it. */
MUST_USE enum err demo_logins_code(const char *folder, const char *whose, when now, uint32_t *code,
                                   struct problem *);

/* "  sales  ruoxi xiaolan …", a line a role. */
MUST_USE enum err demo_logins_list(const char *folder, struct buf *out);
