/*
 * explain_look: a look's record in words, for whom it concerns.
 *
 * The record itself says when, what for and where; its asker's opening who asked. What
 * was decided of a person is in her own opening: she reads it in full, with her running
 * number; of a look at her alone the asker's holds it too. Nobody learns from it who was
 * looked at but the person herself.
 */
#pragma once
#include "gate/look_ask.h"
#include "http/look_json.h"

/* Add what the record and its asker's opening tell to `object`. ERR_CORRUPT. */
MUST_USE enum err explain_look(struct gate *, uint64_t index, enum ask_view, json_t *object,
                               struct look_asker *asker, struct problem *);

/* Add what the person's own opening tells. */
void explain_look_own(struct gate *, const struct look_seen *, json_t *object);
