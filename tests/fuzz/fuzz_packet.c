/*
 * Packets of evidence. The input up to its first zero byte is the index, what follows the files
 * behind it; the log signs for that index, so that what lies behind the signature is reached. As
 * it came, the input is never a packet: nobody has signed for it.
 */
#include "../unit/packet_fixture.h"

#include "desk/packet_check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static struct packet_report report;
    struct problem problem;
    struct packet_log *log = packet_log_new(false);
    struct buf out;
    const size_t end = strnlen((const char *)data, n);
    const struct str all = str_bytes(data, n);
    packet_log_put(log, 0, "case_acts", "{\"id\":\"act_1\"}");
    packet_log_put(log, 1, "documents", "{\"id\":\"doc_1\"}");
    packet_log_put(log, 2, "evidence", "{\"id\":\"evd_1\"}");
    buf_init(&out, PACKET_MAX);
    packet_log_issue(log, (struct str){all.p, end}, str_skip(all, end + 1), &out);
    const enum err e = packet_check(buf_view(&out), NULL, &report, &problem);
    if (packet_check(buf_view(&out), note_signer_key(log->signer), &report, &problem) != e)
        abort();
    if (packet_check(all, NULL, &report, &problem) == OK)
        abort();
    buf_fini(&out);
    packet_log_free(log);
    return 0;
}
