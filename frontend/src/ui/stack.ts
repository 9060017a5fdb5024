/** Running sums over series: the tops of stacked bars, in the order given. */
export function stack(series: readonly (readonly number[])[]): number[][] {
  const sums: number[] = [];
  return series.map((values) =>
    values.map((value, place) => {
      const sum = (sums[place] ?? 0) + value;
      sums[place] = sum;
      return sum;
    }),
  );
}
