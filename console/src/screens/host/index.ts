export { Audit } from './audit';
export { Health } from './health';
