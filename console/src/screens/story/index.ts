export { Landing } from './landing';
export { Story } from './story';
export { Try } from './try';
