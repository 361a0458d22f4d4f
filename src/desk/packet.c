#include "desk/packet.h"

#include "ledger/merkle.h"

#include <sodium.h>

static const struct column columns[] = {
    [PACKET_ID] = {.name = "id", .type = COLUMN_ID, .required = true, .key = true},
    [PACKET_CASE] = {.name = "case", .type = COLUMN_ID, .required = true},
    [PACKET_BY] = {.name = "by", .type = COLUMN_ID, .required = true},
    [PACKET_ORGANISATION] = {.name = "organisation", .type = COLUMN_ID, .required = true},
    [PACKET_AT] = {.name = "at", .type = COLUMN_TIME, .required = true},
    [PACKET_RECORDS] = {.name = "records", .type = COLUMN_COUNT, .required = true},
    [PACKET_EVIDENCE] = {.name = "evidence", .type = COLUMN_COUNT, .required = true},
    [PACKET_INDEX] = {.name = "index", .type = COLUMN_TEXT, .required = true},
};
_Static_assert(sizeof columns / sizeof *columns == PACKET_COLUMNS, "one entry a column");

const struct fact_kind packet_kind = {
    .name = "packets", .table = "packets", .columns = columns, .count = PACKET_COLUMNS};

void packet_hash(struct str bytes, char out[static PACKET_HEX])
{
    struct hash hash;
    merkle_sha256(bytes.p, bytes.n, &hash);
    sodium_bin2hex(out, PACKET_HEX, hash.b, sizeof hash.b);
}

struct str packet_readme(void)
{
    return STR(
        "案件证据包 / Evidence packet of a case\n"
        "\n"
        "index.json 列明本包内容及每个文件的 SHA-256；index.tlog-proof 证明该索引的 SHA-256 "
        "已记入\n"
        "日志；records/ 为各项记录的证明（C2SP tlog-proof）；papers/ 为文书的规范文本；evidence/ "
        "为证据\n"
        "文件（如有）。\n"
        "离线核验：menshen ledger verify 本文件 --key 日志公钥（公钥请从签发机关另行取得）。\n"
        "本包证明其内容自记录以来未被改动，不主张证据能力；是否采信由司法机关决定。\n"
        "记录中涉及个人的承诺未开启；需要时由签发机关依法另行开启，该开启本身亦被记录。\n"
        "\n"
        "index.json says what is here, with the SHA-256 of every file; index.tlog-proof proves "
        "that\n"
        "the SHA-256 of that index is in the log; records/ are proofs of the records (C2SP\n"
        "tlog-proof); papers/ are official papers in their canonical form; evidence/ are files of\n"
        "evidence, if any.\n"
        "Offline: menshen ledger verify THIS-FILE --key KEY-OF-THE-LOG (get the key from the body\n"
        "that issued it, by another way). Without menshen: compare the SHA-256 of each file with\n"
        "index.json, and check each .tlog-proof with any C2SP tool.\n"
        "The packet shows that nothing of it was changed since it was recorded. It does not claim\n"
        "that it is admitted as evidence: that is for a court to say.\n"
        "What records commit to of persons is not opened here; the body that issued it opens it "
        "by\n"
        "law where that is needed, and such an opening is recorded as well.\n");
}
