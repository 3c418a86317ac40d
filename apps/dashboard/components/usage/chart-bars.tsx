import type { Series } from '@/lib/series';
import { SERIES_DOT } from './series-colour';

const HEIGHT = 1000;
const STEP = 10;

/** The bars alone, stretched to the box they are given: geometry by attributes, since the page allows no style. */
export function ChartBars({
  series,
  top,
  count,
  at,
}: {
  series: Series[];
  top: number;
  count: number;
  at: number | null;
}) {
  return (
    <svg
      viewBox={`0 0 ${count * STEP} ${HEIGHT}`}
      preserveAspectRatio="none"
      aria-hidden="true"
      className="size-full peer-focus-visible:outline-2 peer-focus-visible:outline-accent peer-focus-visible:outline-offset-4"
    >
      {[0, 0.5, 1].map((line) => (
        <path
          key={line}
          d={`M0 ${HEIGHT * line}H${count * STEP}`}
          vectorEffect="non-scaling-stroke"
          className="stroke-line"
        />
      ))}
      {at !== null && <rect x={at * STEP} width={STEP} height={HEIGHT} className="fill-ink/8" />}
      {stack(series, top).map(({ key, x, y, height, colour }) => (
        <rect
          key={key}
          x={x + STEP * 0.12}
          y={y}
          width={STEP * 0.76}
          height={height}
          className={SERIES_DOT[colour]}
        />
      ))}
    </svg>
  );
}

function stack(series: Series[], top: number) {
  const heights = new Map<number, number>();
  return series.flatMap(({ model, colour, values }) =>
    values.flatMap((value, bar) => {
      if (value <= 0) return [];
      const below = heights.get(bar) ?? 0;
      const height = (value / top) * HEIGHT;
      heights.set(bar, below + height);
      const y = HEIGHT - below - height;
      return [
        { key: `${model} ${bar}`, x: bar * STEP, y: round(y), height: round(height), colour: colour ?? 0 },
      ];
    }),
  );
}

/** Thousandths of a thousandth of the height: no eye sees more, and the page stays small. */
function round(value: number): number {
  return Math.round(value * 100) / 100;
}
