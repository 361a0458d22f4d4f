export { Account } from './account';
export { Parts } from './parts';
export { Rehearsal } from './rehearsal';
export { RuleDetail } from './rule';
export { Rules } from './rules';
export { Staff } from './staff';
export { Tokens } from './tokens';
export { Webhooks } from './webhooks';
