import { useTranslation } from 'react-i18next';
import { NoticeLine } from './NoticeLine';
import { wordsOf } from './problem';

/** What a step of a form ended in, where it was anything but good: in words, with what to do. */
export function ErrorLine({ error }: { error: unknown }) {
  const { t } = useTranslation('ui');
  if (!error) return null;
  const { message, remedy } = wordsOf(error, t('error.unknown'));
  return (
    <div role="alert">
      <NoticeLine state="needs_you">
        {message} {remedy}
      </NoticeLine>
    </div>
  );
}
