export { Certificates } from './certificates';
export { Documents } from './documents';
export { Registers } from './registers';
