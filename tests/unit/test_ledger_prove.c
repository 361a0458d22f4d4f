#include "unit.h"
#include "log_fixture.h"

#include "ledger/head.h"
#include "ledger/prove.h"

static struct proof_log log_of(const struct fixture *f)
{
    return (struct proof_log){
        .disk = &disk_real, .folder = f->folder, .key = note_signer_key(f->signer)};
}

static void receipt_of(const struct fixture *f, uint64_t index, struct buf *out)
{
    struct proof_log log = log_of(f);
    struct problem problem = {0};
    buf_reset(out);
    if (prove_record(&log, index, out, &problem) != OK)
        fail_msg("%s", problem.text);
}

static long size_of(const struct fixture *f, const char *name)
{
    char path[200];
    struct stat st;
    snprintf(path, sizeof path, "%s/%s", f->folder, name);
    assert_int_equal(stat(path, &st), 0);
    return (long)st.st_size;
}

static enum err prove(const struct fixture *f, struct proof_memory *memory, uint64_t index,
                      struct buf *out)
{
    struct proof_log log = log_of(f);
    log.memory = memory;
    buf_reset(out);
    return prove_record(&log, index, out, NULL);
}

static void memory_changes_no_receipt(void **state)
{
    static const uint64_t sizes[] = {1, 7, 256, 257, 600, 700, 66000, 66001};
    struct fixture f, other;
    struct buf with, without;
    struct proof_memory *memory = proof_memory_new();
    assert_non_null(memory);
    buf_init(&with, PROOF_MAX);
    buf_init(&without, PROOF_MAX);
    fixture_new(&f);
    fixture_new(&other);
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
        fixture_grow(&f, sizes[s]);
        for (uint64_t i = 0; i < sizes[s]; i += 1 + sizes[s] / 50) {
            assert_int_equal(prove(&f, NULL, i, &without), OK);
            assert_int_equal(prove(&f, memory, i, &with), OK);
            assert_true(str_eq(buf_view(&with), buf_view(&without)));
        }
    }
    /* Of another log under the same number: nothing that is remembered fits. */
    assert_int_equal(publish_add(other.publisher, STR("another history")), OK);
    fixture_grow(&other, 600);
    assert_int_equal(prove(&other, NULL, 300, &without), OK);
    assert_int_equal(prove(&other, memory, 300, &with), OK);
    assert_true(str_eq(buf_view(&with), buf_view(&without)));
    proof_memory_free(memory);
    buf_fini(&with);
    buf_fini(&without);
    fixture_free(&f);
    fixture_free(&other);
}

static void what_was_read_damaged_is_read_again(void **state)
{
    struct fixture f;
    struct buf out;
    struct proof_memory *memory = proof_memory_new();
    assert_non_null(memory);
    buf_init(&out, PROOF_MAX);
    fixture_new(&f);
    fixture_grow(&f, 600);
    fixture_flip(&f, "tile/0/000", 32 * 9);
    assert_int_equal(prove(&f, memory, 5, &out), ERR_CORRUPT);
    assert_true(out.n == 0);
    fixture_flip(&f, "tile/0/000", 32 * 9);
    assert_int_equal(prove(&f, memory, 5, &out), OK);

    /* A signature that was found good is not good for other bytes. */
    fixture_flip(&f, "checkpoint", size_of(&f, "checkpoint") - 10);
    assert_int_equal(prove(&f, memory, 5, &out), ERR_CORRUPT);
    fixture_flip(&f, "checkpoint", size_of(&f, "checkpoint") - 10);
    assert_int_equal(prove(&f, memory, 5, &out), OK);
    /* An entry is read each time. */
    fixture_flip(&f, "tile/entries/000", 8);
    assert_int_equal(prove(&f, memory, 5, &out), OK);
    assert_int_equal(prove(&f, memory, 0, &out), ERR_CORRUPT);
    proof_memory_free(memory);
    buf_fini(&out);
    fixture_free(&f);
}

static void every_record_has_a_receipt_that_proves_it(void **state)
{
    struct fixture f;
    struct buf receipt, entry;
    char text[64];
    fixture_new(&f);
    buf_init(&receipt, PROOF_MAX);
    buf_init(&entry, 1000);
    static const uint64_t sizes[] = {1, 2, 7, 256, 257, 600};
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
        fixture_grow(&f, sizes[s]);
        for (uint64_t i = 0; i < sizes[s]; i += 1 + sizes[s] / 50) {
            uint64_t index, size;
            struct problem problem = {0};
            receipt_of(&f, i, &receipt);
            buf_reset(&entry);
            if (receipt_check(buf_view(&receipt), note_signer_key(f.signer), (struct str){0},
                              &index, &size, &entry, &problem) != OK)
                fail_msg("%s", problem.text);
            assert_true(index == i && size == sizes[s]);
            assert_true(str_eq(buf_view(&entry), fixture_entry(i, text)));
        }
    }
    buf_fini(&entry);
    buf_fini(&receipt);
    fixture_free(&f);
}

static void a_receipt_looks_as_the_specification_says(void **state)
{
    struct fixture f;
    struct buf receipt;
    fixture_new(&f);
    fixture_grow(&f, 2);
    buf_init(&receipt, PROOF_MAX);
    receipt_of(&f, 1, &receipt);
    struct cursor c = cursor_of(receipt.p, receipt.n);
    assert_str(cursor_line(&c), "c2sp.org/tlog-proof@v1");
    assert_str(cursor_line(&c), "extra ZW50cnkgMSBh"); /* "entry 1 a" */
    assert_str(cursor_line(&c), "index 1");
    struct hash first;
    char text[HASH_TEXT], entry[64];
    struct str zero = fixture_entry(0, entry);
    merkle_leaf(zero.p, zero.n, &first);
    hash_format(&first, text);
    assert_true(str_eq(cursor_line(&c), str_of(text)));
    assert_str(cursor_line(&c), "");
    assert_str(cursor_line(&c), FIXTURE_ORIGIN);
    assert_str(cursor_line(&c), "2");
    buf_fini(&receipt);
    fixture_free(&f);
}

static void any_changed_byte_spoils_a_receipt(void **state)
{
    struct fixture f;
    struct buf receipt;
    char text[64];
    fixture_new(&f);
    fixture_grow(&f, 300);
    buf_init(&receipt, PROOF_MAX);
    receipt_of(&f, 270, &receipt);
    struct str given = fixture_entry(270, text);
    for (size_t i = 0; i < receipt.n; i++) {
        receipt.p[i] ^= 0x02;
        if (receipt_check(buf_view(&receipt), note_signer_key(f.signer), (struct str){0}, NULL,
                          NULL, NULL, NULL) == OK)
            fail_msg("byte %zu can be changed", i);
        receipt.p[i] ^= 0x02;
        assert_int_not_equal(receipt_check((struct str){(char *)receipt.p, i},
                                           note_signer_key(f.signer), given, NULL, NULL, NULL,
                                           NULL),
                             OK);
    }
    assert_int_equal(
        receipt_check(buf_view(&receipt), note_signer_key(f.signer), given, NULL, NULL, NULL, NULL),
        OK);
    assert_int_equal(receipt_check(buf_view(&receipt), note_signer_key(f.signer),
                                   STR("another entry"), NULL, NULL, NULL, NULL),
                     ERR_CORRUPT);
    struct note_signer *other = fixture_signer("other.example", NOTE_ED25519, 9);
    assert_int_equal(
        receipt_check(buf_view(&receipt), note_signer_key(other), given, NULL, NULL, NULL, NULL),
        ERR_NOT_FOUND);
    note_signer_free(other);
    buf_fini(&receipt);
    fixture_free(&f);
}

static void what_no_checkpoint_covers_has_no_receipt(void **state)
{
    struct fixture f;
    struct buf receipt;
    struct problem problem;
    fixture_new(&f);
    fixture_grow(&f, 5);
    struct proof_log log = log_of(&f);
    buf_init(&receipt, PROOF_MAX);
    assert_int_equal(prove_record(&log, 5, &receipt, &problem), ERR_NOT_FOUND);
    assert_int_equal(prove_record(&log, UINT64_MAX, &receipt, &problem), ERR_NOT_FOUND);
    assert_int_equal(prove_growth(&log, 6, &receipt, &problem), ERR_NOT_FOUND);
    assert_int_equal(receipt.n, 0);
    buf_fini(&receipt);
    fixture_free(&f);
}

static void nothing_is_proven_from_damaged_tiles(void **state)
{
    static const char *const files[] = {"tile/0/000", "tile/0/001.p/44", "tile/1/000.p/1",
                                        "tile/entries/000"};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        struct fixture f;
        struct buf receipt;
        struct problem problem = {0};
        fixture_new(&f);
        fixture_grow(&f, 300);
        struct proof_log log = log_of(&f);
        buf_init(&receipt, PROOF_MAX);
        fixture_flip(&f, files[i], i == 0 ? 40 : 5);
        enum err e = prove_record(&log, 0, &receipt, &problem);
        /* The level-1 tile is the sister of nothing here: the path of record 0 avoids it. */
        assert_int_equal(e, i == 2 ? OK : ERR_CORRUPT);
        assert_true(e == OK || receipt.n == 0);
        buf_fini(&receipt);
        fixture_free(&f);
    }
}

static void growth_is_proven_between_any_two_sizes(void **state)
{
    struct fixture f;
    struct buf proof;
    struct growth *g = malloc(sizeof *g);
    struct hash roots[40];
    assert_non_null(g);
    fixture_new(&f);
    buf_init(&proof, PROOF_MAX);
    for (uint64_t n = 0; n < 40; n++) {
        fixture_grow(&f, n * 13);
        publish_root(f.publisher, &roots[n]);
        struct proof_log log = log_of(&f);
        for (uint64_t old = 0; old <= n; old++) {
            struct checkpoint c;
            buf_reset(&proof);
            assert_int_equal(prove_growth(&log, old * 13, &proof, NULL), OK);
            assert_int_equal(growth_parse(buf_view(&proof), g), OK);
            assert_int_equal(checkpoint_open(g->note, log.key, &c, NULL), OK);
            assert_true(g->old_size == old * 13 && c.size == n * 13);
            assert_true(merkle_check_consistency(g->old_size, &roots[old], c.size, &c.root, g->path,
                                                 g->count));
        }
    }
    free(g);
    buf_fini(&proof);
    fixture_free(&f);
}

static void a_cosigned_checkpoint_is_preferred(void **state)
{
    struct fixture f;
    struct buf receipt, line;
    struct head five;
    uint64_t size;
    fixture_new(&f);
    struct note_signer *witness = fixture_signer("witness.example", NOTE_COSIGNATURE, 1);
    const struct note_key *key = note_signer_key(f.signer);
    buf_init(&receipt, PROOF_MAX);
    buf_init(&line, 1000);
    fixture_grow(&f, 5);
    assert_int_equal(head_load(&disk_real, f.folder, HEAD_NEWEST, key, &five, NULL), OK);
    assert_int_equal(note_cosign(witness, five.text, WHEN_SECOND, &line), OK);
    assert_int_equal(head_add_cosignature(&disk_real, f.folder, key, note_signer_key(witness),
                                          five.note, buf_view(&line), NULL),
                     OK);
    fixture_grow(&f, 600);
    receipt_of(&f, 4, &receipt);
    assert_int_equal(
        receipt_check(buf_view(&receipt), key, (struct str){0}, NULL, &size, NULL, NULL), OK);
    assert_true(size == 5);
    struct receipt parsed;
    assert_int_equal(receipt_parse(buf_view(&receipt), &parsed), OK);
    assert_int_equal(head_count_cosigners(parsed.note, note_signer_key(witness), 1), 1);
    receipt_of(&f, 5, &receipt);
    assert_int_equal(
        receipt_check(buf_view(&receipt), key, (struct str){0}, NULL, &size, NULL, NULL), OK);
    assert_true(size == 600);
    head_fini(&five);
    note_signer_free(witness);
    buf_fini(&line);
    buf_fini(&receipt);
    fixture_free(&f);
}

static void malformed_proofs_are_refused(void **state)
{
#define ROOT "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n"
    static const char *const receipts[] = {
        "",
        "c2sp.org/tlog-proof@v1\n",
        "c2sp.org/tlog-proof@v2\nindex 0\n\n",
        "c2sp.org/tlog-proof@v1\nindex 00\n\n",
        "c2sp.org/tlog-proof@v1\nindex -1\n\n",
        "c2sp.org/tlog-proof@v1\nindex 0\nabc\n\n",
        ("c2sp.org/tlog-proof@v1\nindex 0\n" ROOT),
        "c2sp.org/tlog-proof@v1\nextra YQ==\nextra YQ==\nindex 0\n\n",
        "c2sp.org/tlog-proof@v1\nindex 0\nextra YQ==\n\n",
    };
    struct receipt r;
    struct growth g;
    for (size_t i = 0; i < sizeof receipts / sizeof *receipts; i++)
        if (receipt_parse(str_of(receipts[i]), &r) != ERR_INVALID)
            fail_msg("accepted: %s", receipts[i]);
    static const char *const growths[] = {"",           "old 1\n",       "old 01\n\n",
                                          "old  1\n\n", "new 1\n\n",     "old 1\nnonsense\n\n",
                                          "old\n\n",    "old 1\r\n\r\n", ("old 1\n" ROOT)};
    for (size_t i = 0; i < sizeof growths / sizeof *growths; i++)
        if (growth_parse(str_of(growths[i]), &g) != ERR_INVALID)
            fail_msg("accepted: %s", growths[i]);
    struct buf much;
    buf_init(&much, PROOF_MAX);
    buf_str(&much, STR("old 1\n"));
    for (int i = 0; i < 63; i++)
        buf_str(&much, STR(ROOT));
    struct buf more = much;
    buf_init(&more, PROOF_MAX);
    buf_bytes(&more, much.p, much.n);
    buf_str(&much, STR("\n"));
    buf_str(&more, STR(ROOT "\n"));
    assert_int_equal(growth_parse(buf_view(&much), &g), OK);
    assert_int_equal(g.count, 63);
    assert_int_equal(growth_parse(buf_view(&more), &g), ERR_INVALID);
    buf_fini(&much);
    buf_fini(&more);
}

UNIT_MAIN(TEST(every_record_has_a_receipt_that_proves_it), TEST(memory_changes_no_receipt),
          TEST(what_was_read_damaged_is_read_again),
          TEST(a_receipt_looks_as_the_specification_says), TEST(any_changed_byte_spoils_a_receipt),
          TEST(what_no_checkpoint_covers_has_no_receipt),
          TEST(nothing_is_proven_from_damaged_tiles), TEST(growth_is_proven_between_any_two_sizes),
          TEST(a_cosigned_checkpoint_is_preferred), TEST(malformed_proofs_are_refused))
