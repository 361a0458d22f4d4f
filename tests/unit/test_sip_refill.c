/* A restarted node knows what it answered: transactions out of a real ledger. */
#include "unit.h"
#include "gate/verdict.h"
#include "sip/key.h"
#include "sip/refill.h"

#include <ftw.h>
#include <sys/stat.h>
#include <unistd.h>

static when now = 1700000000 * WHEN_SECOND;

static int remove_one(const char *path, const struct stat *s, int kind, struct FTW *where)
{
    return remove(path);
}

static struct ledger *open_ledger(const char *folder)
{
    struct ledger *l;
    struct problem p = {0};
    struct ledger_options o = {.folder = folder,
                               .disk = &disk_real,
                               .clock = clock_fixed(&now),
                               .origin = "test/menshen",
                               .checkpoint_ms = 1000};
    if (ledger_open(&o, &l, &p) != OK)
        fail_msg("%s", p.text);
    return l;
}

static void note_done(struct ledger_item *item, enum err e)
{
    __atomic_store_n((int *)item->context, e == OK ? 1 : -1, __ATOMIC_RELEASE);
}

static struct opening_keys *open_keys(const char *folder)
{
    struct opening_keys *keys;
    struct problem p = {0};
    char path[80];
    snprintf(path, sizeof path, "%s/keys", folder);
    if (opening_keys_open(&disk_real, path, &keys, &p) != OK)
        fail_msg("%s", p.text);
    return keys;
}

static uint64_t submit_sealed(struct ledger *l, enum entry_kind kind, struct str body,
                              struct str opening, uint64_t transaction)
{
    int done = 0;
    struct ledger_item item = {.kind = kind,
                               .body = body,
                               .opening = opening,
                               .transaction = transaction,
                               .done = note_done,
                               .context = &done};
    ledger_submit(l, &item);
    while (__atomic_load_n(&done, __ATOMIC_ACQUIRE) == 0)
        usleep(100);
    assert_int_equal(done, 1);
    return item.index;
}

static uint64_t submit(struct ledger *l, enum entry_kind kind, struct str body,
                       uint64_t transaction)
{
    return submit_sealed(l, kind, body, (struct str){0}, transaction);
}

static void submit_relayed(struct ledger *l, struct opening_keys *keys, enum verdict_kind kind,
                           uint64_t transaction)
{
    struct buf plain, sealed, body;
    struct call_record r = {.caller = 8613800138000,
                            .callee = 8613900139000,
                            .dialled = 8617000000001,
                            .max_call_s = 900,
                            .asked = now,
                            .verdict = {.kind = kind, .would = kind, .relayed = true}};
    buf_init(&plain, OPENING_MAX);
    buf_init(&sealed, OPENING_MAX);
    buf_init(&body, ENTRY_BODY_MAX);
    call_opening_encode(&r, &plain);
    assert_int_equal(opening_seal(keys, OPENING_CALL, now, buf_view(&plain), r.commitment, &sealed),
                     OK);
    call_record_encode(&r, &body);
    submit_sealed(l, ENTRY_CALL, buf_view(&body), buf_view(&sealed), transaction);
    buf_fini(&plain);
    buf_fini(&sealed);
    buf_fini(&body);
}

static uint64_t submit_call(struct ledger *l, enum verdict_kind kind, enum check check,
                            uint64_t transaction)
{
    uint8_t body[ENTRY_BODY_MAX];
    struct buf b;
    struct call_record r = {.caller = 1,
                            .callee = 2,
                            .asked = now,
                            .verdict = {.kind = kind, .check = check, .would = kind}};
    buf_fixed(&b, body, sizeof body);
    call_record_encode(&r, &b);
    assert_false(b.failed);
    return submit(l, ENTRY_CALL, buf_view(&b), transaction);
}

static void answers_of_the_last_32_seconds_are_known_after_a_restart(void **state)
{
    char folder[] = "/tmp/menshen-refill-XXXXXX";
    struct problem p = {0};
    struct outcome o = {0};
    assert_non_null(mkdtemp(folder));
    struct opening_keys *keys = open_keys(folder);
    struct ledger *l = open_ledger(folder);
    submit_call(l, VERDICT_ALLOW, CHECK_ALLOWED, 11);
    now += 20 * WHEN_SECOND;
    uint64_t blocked = submit_call(l, VERDICT_BLOCK, CHECK_REFUSED, 12);
    uint64_t late = submit_call(l, VERDICT_ALLOW, CHECK_NO_CONSENT, 13);
    submit_call(l, VERDICT_ALLOW, CHECK_ALLOWED, 0);
    uint8_t body[10] = {1};
    for (int i = 0; i < 8; i++)
        body[1 + i] = (uint8_t)(late >> (56 - 8 * i));
    submit(l, ENTRY_NOT_ANSWERED, (struct str){(char *)body, sizeof body}, 0);
    ledger_close(l);

    now += 20 * WHEN_SECOND;
    l = open_ledger(folder);
    struct transactions *t;
    assert_int_equal(transactions_new(1000, &t), OK);
    assert_int_equal(refill_transactions(l, keys, t, now, 1000, &p), OK);
    assert_int_equal(transactions_count(t), 2);
    assert_int_equal(transaction_begin(t, 12, 12, 1000, &o), TRANSACTION_FINAL);
    assert_int_equal(o.cause, OUTCOME_VERDICT);
    assert_int_equal(o.kind, VERDICT_BLOCK);
    assert_int_equal(o.check, CHECK_REFUSED);
    assert_int_equal(o.record, blocked);
    assert_int_equal(transaction_begin(t, 13, 13, 1000, &o), TRANSACTION_FINAL);
    assert_int_equal(o.cause, OUTCOME_UNRECORDED);
    assert_int_equal(o.kind, VERDICT_BLOCK);
    assert_int_equal(o.check, CHECK_NO_CONSENT);
    assert_int_equal(transaction_begin(t, 11, 11, 1000, &o), TRANSACTION_NEW);
    /* Twelve of its 32 seconds are left. */
    assert_int_equal(transaction_begin(t, 12, 12, 1000 + 11999, &o), TRANSACTION_FINAL);
    assert_int_equal(transaction_begin(t, 12, 12, 1000 + 12001, &o), TRANSACTION_NEW);
    transactions_free(t);
    ledger_close(l);
    opening_keys_close(keys);
    nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

/* So that a repeat is answered as before, whatever has become of the binding. */
static void who_was_behind_a_relay_number_is_known_after_a_restart(void **state)
{
    char folder[] = "/tmp/menshen-refill-XXXXXX";
    struct problem p = {0};
    struct outcome o = {0};
    struct transactions *t;
    assert_non_null(mkdtemp(folder));
    struct opening_keys *keys = open_keys(folder);
    struct ledger *l = open_ledger(folder);
    submit_relayed(l, keys, VERDICT_ALLOW, 11);
    submit_relayed(l, keys, VERDICT_BLOCK, 12);
    submit_call(l, VERDICT_ALLOW, CHECK_ALLOWED, 13);
    assert_int_equal(transactions_new(1000, &t), OK);
    assert_int_equal(refill_transactions(l, keys, t, now, 1000, &p), OK);
    assert_int_equal(transaction_begin(t, 11, 11, 1000, &o), TRANSACTION_FINAL);
    assert_int_equal(o.kind, VERDICT_ALLOW);
    assert_int_equal(o.target, 8613900139000);
    assert_int_equal(o.max_call_s, 900);
    assert_int_equal(transaction_begin(t, 12, 12, 1000, &o), TRANSACTION_FINAL);
    assert_int_equal(o.target, 0);
    assert_int_equal(o.max_call_s, 0);
    assert_int_equal(transaction_begin(t, 13, 13, 1000, &o), TRANSACTION_FINAL);
    assert_int_equal(o.target, 0);
    transactions_free(t);
    opening_keys_close(keys);

    /* Without its key nobody can say who it was: the repeat is asked about anew. */
    char other[80];
    snprintf(other, sizeof other, "%s/other", folder);
    assert_int_equal(mkdir(other, 0700), 0);
    keys = open_keys(other);
    assert_int_equal(transactions_new(1000, &t), OK);
    assert_int_equal(refill_transactions(l, keys, t, now, 1000, &p), OK);
    assert_int_equal(transaction_begin(t, 11, 11, 1000, &o), TRANSACTION_NEW);
    transactions_free(t);
    opening_keys_close(keys);
    ledger_close(l);
    nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static void the_secret_is_made_once_and_kept(void **state)
{
    char folder[] = "/tmp/menshen-key-XXXXXX", path[64];
    struct sip_key one, two;
    struct problem p = {0};
    struct stat s;
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/keys/sip-tag", folder);
    assert_int_equal(sip_key_load(&disk_real, folder, &one, &p), OK);
    assert_int_equal(sip_key_load(&disk_real, folder, &two, &p), OK);
    assert_memory_equal(&one, &two, sizeof one);
    assert_int_equal(stat(path, &s), 0);
    assert_int_equal(s.st_mode & 0777, 0600);
    assert_int_equal(truncate(path, 31), 0);
    assert_int_equal(sip_key_load(&disk_real, folder, &two, &p), ERR_CORRUPT);
    assert_non_null(strstr(p.text, "sip-tag"));
    nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

UNIT_MAIN(TEST(answers_of_the_last_32_seconds_are_known_after_a_restart),
          TEST(who_was_behind_a_relay_number_is_known_after_a_restart),
          TEST(the_secret_is_made_once_and_kept))
