/*
 * draft: a complaint that is being written. It lies in this tab's own storage, which goes with the
 * tab, and carries the key under which it is sent, so that it is sent once whatever happens between.
 */
import type { Schemas } from '../../api/client';
import { instant, local } from '../../app/inputs';
import { inTab } from '../../app/storage';

export const STEPS = ['who', 'what', 'when', 'want', 'proof', 'contact', 'review'] as const;
export type Step = (typeof STEPS)[number];
type Issue = Schemas['MyComplaintNew']['issue'];

export interface Draft {
  key: string;
  respondent: string;
  respondentName: string;
  issue: Issue | '';
  happened: string; // as datetime-local has it, Shanghai's time
  facts: string;
  request: string;
  anonymous: boolean;
  name: string;
}

const KEY = 'menshen.complaint';
const ISSUES: readonly Issue[] = [
  'privacy',
  'deceptive_sale',
  'malicious_marketing',
  'vague_terms',
  'refund',
  'other',
];

export const emptyDraft = (): Draft => ({
  key: crypto.randomUUID(),
  respondent: '',
  respondentName: '',
  issue: '',
  happened: '',
  facts: '',
  request: '',
  anonymous: false,
  name: '',
});

function stored(): Draft | undefined {
  const kept = inTab.getJson(KEY);
  return typeof kept === 'object' && kept !== null ? { ...emptyDraft(), ...kept } : undefined;
}

/** What was being written, or a new one that begins with what a link knew. */
export function load(query: Readonly<Record<string, string>>): Draft {
  const kept = stored();
  if (kept && (query.about === undefined || query.about === kept.respondent)) return kept;
  const issue = ISSUES.find((i) => i === query.issue);
  return {
    ...emptyDraft(),
    respondent: query.about ?? '',
    issue: issue ?? '',
    happened: query.at ? local(query.at) : '',
    facts: query.record ? `${query.record}\n` : '',
  };
}

/** False: the browser keeps nothing here. */
export function store(draft: Draft): boolean {
  return inTab.setJson(KEY, draft);
}

export function drop(): void {
  inTab.drop(KEY);
}

/** Does the step lack what the complaint cannot do without? */
export function missing(draft: Draft, step: Step): boolean {
  switch (step) {
    case 'who':
      return draft.respondent === '';
    case 'what':
      return draft.issue === '';
    case 'when':
      return draft.facts.trim() === '';
    case 'want':
      return draft.request.trim() === '';
    case 'contact':
    case 'proof':
      return false;
    case 'review':
      return STEPS.some((s) => s !== 'review' && missing(draft, s));
  }
}

export function toBody(draft: Draft): Schemas['MyComplaintNew'] {
  return {
    respondent: draft.respondent,
    issue: draft.issue === '' ? 'other' : draft.issue,
    facts: draft.facts.trim(),
    request: draft.request.trim(),
    anonymous: draft.anonymous,
    ...(draft.happened ? { happened_at: instant(draft.happened) } : {}),
    ...(!draft.anonymous && draft.name.trim() ? { name: draft.name.trim() } : {}),
  };
}
