import { useLocale } from '@/lib/locale';
import { useNow } from '@/lib/now';
import { clock, dayOnly, exact, isNear, relative } from '@/lib/when';

interface Props {
  at: string | null;
  /** relative: "4 min ago" · clock: "09:41", with the day when it is another · time: "09:41" under a day of its own · exact: all of it with the zone. */
  as?: 'relative' | 'clock' | 'time' | 'exact';
  /** "day" where the source gives no time of day: then only the day is shown. */
  precision?: string;
  /** For columns: a day without its year, and a day rather than "7 mo ago". */
  short?: boolean;
}

/** An instant. Relative to now, with the exact one and its zone on hover. */
export function When({ at, as = 'relative', precision, short = false }: Props) {
  const { zone, language } = useLocale();
  const now = useNow();
  if (!at) return null;
  const dayStated = precision === 'day';
  const day = dayStated || (short && as === 'relative' && !isNear(at, now));
  const full = dayStated ? dayOnly(at, zone, language) : exact(at, zone, language);
  const text = day
    ? dayOnly(at, zone, language, short ? now : undefined)
    : as === 'exact'
      ? exact(at, zone, language, false)
      : as === 'clock' || as === 'time'
        ? clock(at, zone, language, as === 'time' ? Date.parse(at) : now)
        : relative(at, now, language);
  return (
    <time dateTime={at} title={full}>
      {text}
    </time>
  );
}
