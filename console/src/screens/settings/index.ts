export { Parts } from './parts';
