export { Account } from './account';
export { Parts } from './parts';
export { RuleDetail } from './rule';
export { Rules } from './rules';
export { Staff } from './staff';
export { Tokens } from './tokens';
