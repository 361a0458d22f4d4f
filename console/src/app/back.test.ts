import { describe, expect, it } from 'vitest';
import { digits, placeAfter } from './back';

describe('where to go after signing in', () => {
  it.each([
    ['?to=/me/data', '/me/data'],
    ['?to=%2Fsettings%2Frules%3Fkind%3Dclock', '/settings/rules?kind=clock'],
    ['', '/'],
    ['?to=https://elsewhere.example/', '/'],
    ['?to=//elsewhere.example/', '/'],
    ['?to=/\\elsewhere.example/', '/'],
    ['?to=javascript:alert(1)', '/'],
    ['?to=/sign-in', '/'],
  ])('%s', (search, place) => {
    expect(placeAfter(search)).toBe(place);
  });
});

describe('a code as it is pasted', () => {
  it.each([
    ['492039', '492039'],
    [' 492 039\n', '492039'],
    ['４９２０３９', '492039'],
    ['您的验证码 492039', '492039'],
    ['4920391', '492039'],
  ])('%j', (text, code) => {
    expect(digits(text, 6)).toBe(code);
  });
});
