export { Join } from './join';
export { Setup } from './setup';
