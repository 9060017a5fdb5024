import {
  IconAlertTriangle,
  IconCircleCheck,
  IconClockHour4,
  IconHandStop,
  IconMinus,
  type TablerIcon,
} from '@tabler/icons-react';

/** The four states of LOOK.md, and quiet for what needs no judgement. */
export type State = 'fine' | 'waiting' | 'late' | 'needs_you' | 'quiet';

/** A shape of its own for each state: colour is never the only sign. */
export const stateIcon: Record<State, TablerIcon> = {
  fine: IconCircleCheck,
  waiting: IconClockHour4,
  late: IconAlertTriangle,
  needs_you: IconHandStop,
  quiet: IconMinus,
};
