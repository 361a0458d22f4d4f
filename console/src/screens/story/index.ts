export { Story } from './story';
export { Try } from './try';
