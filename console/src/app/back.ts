/* back: where to go after signing in; only to a place of this console. */
export function placeAfter(search: string): string {
  const to = new URLSearchParams(search).get('to') ?? '';
  return /^\/(?![/\\])/.test(to) && !to.startsWith('/sign-in') ? to : '/';
}

/** The digits of what was typed or pasted: "492 039", "４９２０３９". */
export function digits(text: string, most: number): string {
  return text.normalize('NFKC').replace(/\D/g, '').slice(0, most);
}
