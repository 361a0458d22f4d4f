export { Compliance } from './compliance';
export { Member } from './member';
export { Pools } from './pools';
