export { Home } from './home';
export { SignIn } from './sign-in';
