/* sort: the order of a list as its address says it, a minus before what goes downwards. */

/** "returns_at" upwards, then downwards, then upwards again. */
export function turned(sort: string, key: string): string {
  return sort === key ? `-${key}` : key;
}

export function direction(sort: string, key: string): 'ascending' | 'descending' | 'none' {
  return sort === key ? 'ascending' : sort === `-${key}` ? 'descending' : 'none';
}
