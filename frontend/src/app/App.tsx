import { MantineProvider, useMantineColorScheme } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { MutationCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { type ReactNode, useEffect, useMemo } from 'react';
import { ApiError, followChanges, useFrame, useSettings } from '@/api';
import { i18next } from '@/i18n';
import { knownZone } from '@/lib/choices';
import { followKeys } from '@/lib/keys';
import { systemLanguage } from '@/lib/language';
import { type Locale, LocaleContext } from '@/lib/locale';
import { DensityContext, showProblem } from '@/ui';
import { theme } from '@/ui/theme/theme';
import { router } from './router';

const client = new QueryClient({
  // A form shows the problems of its fields itself, and some show all of theirs.
  mutationCache: new MutationCache({
    onError: (error, _input, _context, { meta }) => {
      if (meta?.shown !== true && !(error instanceof ApiError && error.problem.field)) showProblem(error);
    },
  }),
  defaultOptions: {
    // Tradepost is on this computer: it answers also where there is no network.
    mutations: { networkMode: 'always' },
    queries: {
      networkMode: 'always',
      // The backend says what changed; nothing goes stale by age.
      staleTime: Number.POSITIVE_INFINITY,
      gcTime: 30 * 60_000,
      refetchOnWindowFocus: false,
      retry: (count, error) => count < 2 && !(error instanceof ApiError && error.problem.status >= 400),
      retryDelay: 400,
    },
  },
});

export function App() {
  useEffect(() => followChanges(client), []);
  useEffect(followKeys, []);
  return (
    <MantineProvider theme={theme} defaultColorScheme="auto">
      <QueryClientProvider client={client}>
        <Preferences>
          <RouterProvider router={router} />
        </Preferences>
        <Notifications
          role="log"
          aria-label={i18next.t('ui:toast.label')}
          position="bottom-right"
          transitionDuration={80}
        />
      </QueryClientProvider>
    </MantineProvider>
  );
}

/** Zone, language, colours and density, as the workspace's settings say. */
function Preferences({ children }: { children: ReactNode }) {
  const settings = useSettings().data;
  const zone = knownZone(useFrame().data?.zone || settings?.zone || '');
  const density = settings?.density ?? 'compact';
  const { setColorScheme } = useMantineColorScheme();
  const chosen = settings?.theme;
  useEffect(() => {
    if (chosen) setColorScheme(chosen === 'system' ? 'auto' : chosen);
  }, [chosen, setColorScheme]);
  useEffect(() => {
    document.documentElement.dataset.density = density;
  }, [density]);
  const locale = useMemo<Locale>(() => ({ zone, language: systemLanguage() }), [zone]);
  return (
    <LocaleContext value={locale}>
      <DensityContext value={density}>{children}</DensityContext>
    </LocaleContext>
  );
}
