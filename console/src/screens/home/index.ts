export { Home } from './home';
export { Setup } from './setup';
export { SignIn } from './sign-in';
