/*
 * proxy: a carrier's, which asks menshen by SIP what to do with a call (docs/sip.md).
 */

import { randomUUID } from 'node:crypto';
import { createSocket } from 'node:dgram';

const PATIENCE_MS = 20_000;

export interface Told {
  status: number;
  target: string; // whom to ring; '': nobody
  shown: string; // what either party sees of the other
  verdict: string;
  record: string;
}

function header(text: string, name: string): string {
  return new RegExp(`^${name}:\\s*(.*)$`, 'im').exec(text)?.[1]?.trim() ?? '';
}

const digits = (text: string): string => /sip:\+?(\d+)@/.exec(text)?.[1] ?? '';

/** What becomes of a call over `line`. */
export function ring(port: number, from: string, to: string, line: string): Promise<Told> {
  const socket = createSocket('udp4');
  const id = randomUUID();
  const invite = [
    `INVITE sip:${to}@127.0.0.1;user=phone SIP/2.0`,
    `Via: SIP/2.0/UDP 127.0.0.1;branch=z9hG4bK${id};rport`,
    'Max-Forwards: 70',
    `From: <sip:${from}@127.0.0.1>;tag=${id.slice(0, 8)}`,
    `To: <sip:${to}@127.0.0.1>`,
    `Call-ID: ${id}`,
    'CSeq: 1 INVITE',
    'Contact: <sip:proxy@127.0.0.1>',
    `X-Menshen-Line: ${line}`,
    'Content-Length: 0',
    '',
    '',
  ].join('\r\n');
  return new Promise<Told>((tell, fail) => {
    const late = setTimeout(() => fail(new Error(`no answer about ${to}`)), PATIENCE_MS);
    socket.on('error', fail);
    socket.on('message', (data) => {
      const text = data.toString();
      if (header(text, 'Call-ID') !== id) return;
      clearTimeout(late);
      tell({
        status: Number(text.split(' ')[1]),
        target: digits(header(text, 'Contact')),
        shown: header(text, 'X-Menshen-Relay'),
        verdict: header(text, 'X-Menshen-Verdict'),
        record: header(text, 'X-Menshen-Record'),
      });
    });
    socket.send(invite, port, '127.0.0.1');
  }).finally(() => socket.close());
}
