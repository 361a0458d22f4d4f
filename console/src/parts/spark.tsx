/* Spark: a handful of numbers as a line in a row; its words say the numbers. */
export function Spark({ of, label }: { of: readonly number[]; label: string }) {
  const most = Math.max(1, ...of);
  const step = of.length > 1 ? 96 / (of.length - 1) : 0;
  const points = of.map((n, i) => `${2 + i * step},${22 - (n / most) * 20}`).join(' ');
  return (
    <svg class="spark" viewBox="0 0 100 24" role="img" aria-label={`${label}: ${of.join(', ')}`}>
      <polyline points={points} />
    </svg>
  );
}
