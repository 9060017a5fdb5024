import { Menu, UnstyledButton } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { type Id, useOrderRoute, useRouteOrder, useUndoRun } from '@/api';
import { formatCount, useLocale } from '@/lib/locale';
import { formatQuantity, isZero } from '@/lib/money';
import { Section, StateBadge, showDone } from '@/ui';
import styles from './Route.module.css';

/** Where what waits is sent from, and why; another location is a choice away. */
export function Route({ id }: { id: Id }) {
  const { t } = useTranslation('orders');
  const { language } = useLocale();
  const route = useOrderRoute(id).data;
  const send = useRouteOrder();
  const undo = useUndoRun();
  if (!route || route.lines.length === 0) return null;
  const choose = (location: string) =>
    send.mutate(
      { id, location },
      { onSuccess: ({ run }) => showDone(t('route.done', { location }), () => undo.mutate(run)) },
    );
  return (
    <Section
      title={t('route.title')}
      aside={
        route.options.length > 1 && (
          <Menu position="bottom-end" withinPortal>
            <Menu.Target>
              <UnstyledButton className={styles.change}>{t('route.change')}</UnstyledButton>
            </Menu.Target>
            <Menu.Dropdown>
              {route.options.map((option) => (
                <Menu.Item key={option.location} onClick={() => choose(option.location)}>
                  <bdi>{option.location}</bdi>{' '}
                  <span className={styles.soft}>
                    {t('route.having', {
                      having: formatCount(option.having, language),
                      lines: formatCount(option.lines, language),
                    })}
                  </span>
                </Menu.Item>
              ))}
            </Menu.Dropdown>
          </Menu>
        )
      }
    >
      {route.words !== '' && <p className={styles.words}>{route.words}</p>}
      <ul className={styles.lines}>
        {route.lines.map((line) => (
          <li key={`${line.line} ${line.sku} ${line.location}`}>
            <span>
              {!isZero(String(line.kept)) && `${formatQuantity(String(line.kept), language)} × `}
              <bdi className="mono">{line.sku}</bdi>
            </span>
            {line.location === null ? (
              <StateBadge state="late">
                {t('route.waits', { number: formatQuantity(String(line.waits), language) })}
              </StateBadge>
            ) : (
              <bdi>{line.location}</bdi>
            )}
          </li>
        ))}
      </ul>
    </Section>
  );
}
