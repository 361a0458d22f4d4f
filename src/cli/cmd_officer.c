/*
 * Officers: who holds the keys to what is sealed, and her part of an opening.
 *
 * The private half of a pair is in a file of hers. `opening reseal` needs no data
 * folder and no network: she may keep that file on another machine.
 */
#include "cli/ask_owner.h"
#include "cli/officer.h"
#include "gate/gate.h"
#include "ledger/base64.h"
#include "ledger/key_file.h"
#include "person/officer.h"
#include "person/opening.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

enum { REACH_MS = 60000, KEY_TEXT = 64, ENVELOPE_TEXT = 128, REQUEST_MAX = 1 << 20 };

/* The host's side ------------------------------------------------------------------------------ */

static struct str field(const json_t *object, const char *name)
{
    return str_of(answer_text(object, name));
}

static bool decode(struct str text, uint8_t *out, size_t size)
{
    size_t n;
    return base64_decode(text, out, size, &n) && n == size;
}

json_t *officer_do(struct control_state *s, const json_t *request, struct problem *problem)
{
    struct gate *gate = s->options.gate;
    struct store *store;
    struct officer_entry entry = {.staff = field(request, "staff"),
                                  .retire = json_is_true(json_object_get(request, "retire")),
                                  .at = clock_now(gate_clock(gate)),
                                  .actor = str_of(s->actor),
                                  .node = str_of(gate_node(gate))};
    char id[OFFICER_ID_TEXT];
    int64_t seq;
    if (!decode(field(request, "public"), entry.public, sizeof entry.public)) {
        problem_set(problem, ERR_INVALID, "a public key is 32 bytes in base64");
        return NULL;
    }
    if (control_store(s, &store, problem) != OK ||
        officer_enter(store, &entry, id, &seq, problem) != OK ||
        gate_reach(gate, seq, REACH_MS, problem) != OK)
        return NULL;
    return json_pack("{s:s, s:I}", "officer", id, "journal", (json_int_t)seq);
}

/* Her side ------------------------------------------------------------------------------------- */

static bool encode(const uint8_t *bytes, size_t n, char *out, size_t size)
{
    struct buf b;
    buf_fixed(&b, out, size);
    base64_put(&b, bytes, n);
    buf_u8(&b, '\0');
    return !b.failed;
}

/* The public half of the pair in the file, which is made if it is missing. */
static int public_of_file(const struct cli *cli, const char *path, char out[static KEY_TEXT])
{
    struct problem problem;
    uint8_t private[SEAL_KEY], public[SEAL_KEY];
    enum err e = key_file_load(&disk_real, path, private, &problem);
    if (e == ERR_NOT_FOUND)
        e = key_file_make(&disk_real, path, private, &problem);
    if (e == OK && !seal_public(private, public))
        e = problem_set(&problem, ERR_CORRUPT, "%s: not a private key", path);
    sodium_memzero(private, sizeof private);
    return e == OK && encode(public, sizeof public, out, KEY_TEXT) ? CLI_OK
                                                                   : cli_fail(cli, &problem);
}

static int officer_key(struct cli *cli)
{
    char public[KEY_TEXT];
    const char *path = cli_option(cli, "key-file"), *given = cli_option(cli, "public");
    json_t *answer;
    if ((path == NULL) == (given == NULL))
        return cli_usage(cli, "give either --key-file or --public");
    int code = path != NULL ? public_of_file(cli, path, public) : CLI_OK;
    if (code == CLI_OK)
        code = owner_ask_once(cli,
                              json_pack("{s:s, s:s, s:s, s:b}", "do", "officer-key", "staff",
                                        cli->argument[0], "public", path != NULL ? public : given,
                                        "retire", (int)(cli_option(cli, "retire") != NULL)),
                              &answer);
    if (code != CLI_OK)
        return code;
    if (cli->json)
        cli_json(json_incref(answer));
    else
        printf("%s\n", answer_text(answer, "officer"));
    json_decref(answer);
    return CLI_OK;
}

static bool already(const json_t *keys, const char *category)
{
    size_t i;
    json_t *key;
    json_array_foreach(keys, i,
                       key) if (strcmp(answer_text(key, "category"), category) == 0) return true;
    return false;
}

/* Each category once, out of whichever envelope is for her. */
static json_t *hand_on(const uint8_t private[static SEAL_KEY], const uint8_t to[static SEAL_KEY],
                       const json_t *envelopes)
{
    size_t i;
    json_t *envelope, *keys = json_array();
    json_array_foreach(envelopes, i, envelope)
    {
        uint8_t sealed[SEAL_ENVELOPE], anew[SEAL_ENVELOPE];
        char text[ENVELOPE_TEXT];
        const char *category = answer_text(envelope, "category");
        if (!already(keys, category) && decode(field(envelope, "sealed"), sealed, sizeof sealed) &&
            seal_hand_on(private, sealed, to, anew) == OK &&
            encode(anew, sizeof anew, text, sizeof text))
            json_array_append_new(keys,
                                  json_pack("{s:s, s:s}", "category", category, "sealed", text));
    }
    return keys;
}

static json_t *read_request(void)
{
    static char text[REQUEST_MAX];
    const size_t n = fread(text, 1, sizeof text, stdin);
    return n < sizeof text ? json_loadb(text, n, JSON_REJECT_DUPLICATES, NULL) : NULL;
}

static int reseal(struct cli *cli)
{
    struct problem problem;
    uint8_t private[SEAL_KEY], to[SEAL_KEY];
    json_t *request = read_request();
    if (request == NULL || !decode(field(request, "seal_to"), to, sizeof to)) {
        json_decref(request);
        problem_set(&problem, ERR_INVALID,
                    "standard input: no opening; expected the answer of GET /v1/openings/ID");
        return cli_fail(cli, &problem);
    }
    if (key_file_load(&disk_real, cli_option(cli, "key-file"), private, &problem) != OK) {
        json_decref(request);
        return cli_fail(cli, &problem);
    }
    json_t *keys = hand_on(private, to, json_object_get(request, "envelopes"));
    sodium_memzero(private, sizeof private);
    json_decref(request);
    if (json_array_size(keys) == 0) {
        json_decref(keys);
        problem_set(&problem, ERR_NOT_FOUND,
                    "nothing in this opening is sealed to the key in the file");
        return cli_fail(cli, &problem);
    }
    cli_json(json_pack("{s:o}", "keys", keys));
    return CLI_OK;
}

const struct cli_command cmd_officer[] = {
    {.name = "user officer-key",
     .arguments = "STAFF",
     .summary = "register an officer's key, to which chats and histories are sealed",
     .details = "STAFF is active staff of an authority or an association. --key-file names the "
                "file of the private key, made if it is missing (0600, 32 random bytes); only its "
                "public half is registered. Keep that file off this machine: whoever has it "
                "together with the data folder can open what is sealed. What is sealed from "
                "now on opens with any registered officer's key; --retire takes one out.",
     .example = "  menshen user officer-key stf_desk --key-file /media/usb/desk.key\n"
                "  menshen user officer-key stf_desk --public 3p7b…= --retire",
     .options = {{.name = "key-file", .value = "FILE", .help = "the private key's file"},
                 {.name = "public", .value = "KEY", .help = "a public key, base64"},
                 {.name = "retire", .help = "seal nothing more to it"}},
     .common = CLI_NODE,
     .min_arguments = 1,
     .max_arguments = 1,
     .run = officer_key},
    {.name = "opening reseal",
     .summary = "an officer's part of an opening: hand its content keys on",
     .details = "Reads the answer of GET /v1/openings/ID from standard input, takes the content "
                "keys out with the officer's private key, seals them to the opening alone, and "
                "prints what POST /v1/openings/ID/keys takes. Needs no data folder and no "
                "network.",
     .example = "  menshen opening reseal --key-file desk.key < opening.json > keys.json",
     .options = {{.name = "key-file",
                  .value = "FILE",
                  .help = "the private key's file",
                  .required = true}},
     .run = reseal},
    {0},
};
