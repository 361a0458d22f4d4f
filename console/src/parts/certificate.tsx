/* CertificateState: whether somebody may practise by a certificate. */
import type { Schemas } from '../api/client';
import { say } from '../app/language';
import { certificateStates } from '../text/codes';
import { Chip, type Tone } from './chip';

type State = Schemas['PublicCertificate']['status'];

const TONE: Readonly<Record<State, Tone>> = {
  valid: 'success',
  expired: 'warning',
  suspended: 'danger',
  revoked: 'danger',
};

export function CertificateState({ of }: { of: State }) {
  return <Chip tone={TONE[of]}>{say(certificateStates[of])}</Chip>;
}
