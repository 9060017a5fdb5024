interface Props {
  values: readonly number[];
  /** What it shows, for the hover and for screen readers: "orders per hour, last 24 h". */
  label: string;
  width?: number;
  height?: number;
}

/** Small bars, oldest first: enough to see a rhythm and where it stopped. */
export function Sparkline({ values, label, width = 120, height = 20 }: Props) {
  const most = Math.max(1, ...values);
  const step = width / Math.max(1, values.length);
  return (
    <svg
      width={width}
      height={height}
      role="img"
      aria-label={label}
      style={{ display: 'block', flex: 'none' }}
    >
      <title>{label}</title>
      {values.map((value, index) => {
        const size = value === 0 ? 1 : Math.max(2, Math.round((value / most) * height));
        return (
          <rect
            // Bars have no identity but their place.
            // biome-ignore lint/suspicious/noArrayIndexKey: a bar is its place
            key={index}
            x={index * step}
            y={height - size}
            width={Math.max(1, step - 1)}
            height={size}
            fill={value === 0 ? 'var(--tp-line-strong)' : 'var(--tp-chart-1)'}
          />
        );
      })}
    </svg>
  );
}
