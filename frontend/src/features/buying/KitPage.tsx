import { Button } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Kit, useKit, useUndoAssembly } from '@/api';
import { backKeys, useKeys } from '@/lib/keys';
import { useLocale } from '@/lib/locale';
import { formatQuantity } from '@/lib/money';
import { href, useGo } from '@/lib/nav';
import {
  Awaited,
  EmptyState,
  Page,
  PlainTable,
  ProductName,
  Section,
  StateBadge,
  showDone,
  When,
} from '@/ui';
import { AssembleDialog } from './AssembleDialog';
import { KitDialog } from './KitDialog';

/** One kit: what it consists of, how many can be made, what was put together, and what it consisted of before. */
export function KitPage({ id }: { id: string }) {
  const { t } = useTranslation('buying');
  const query = useKit(id);
  if (query.data) return <Shown key={id} kit={query.data} />;
  return (
    <Page title={t('kit.one')} within={{ href: '#/kits', name: t('kit.all') }} scrollKey={`kit.${id}`}>
      <Awaited query={query} />
    </Page>
  );
}

function Shown({ kit }: { kit: Kit }) {
  const kind = kit.versions.some(({ undone }) => !undone) ? kit.kind : 'not';
  const { t } = useTranslation('buying');
  const { language } = useLocale();
  const go = useGo();
  const [open, setOpen] = useState<'define' | 'make' | 'apart' | null>(null);
  const assembled = kit.kind === 'assembled';
  useKeys(kit.sku || kit.title, [
    ...backKeys(t('back'), () => go('/kits')),
    { keys: 'e', label: t('kit.edit'), run: () => setOpen('define') },
    ...(assembled ? [{ keys: 'm', label: t('kit.make'), run: () => setOpen('make') }] : []),
  ]);
  const text = (value: unknown) => formatQuantity(String(value), language);
  return (
    <Page
      title={<bdi className="mono">{kit.sku || kit.title}</bdi>}
      within={{ href: '#/kits', name: t('kit.all') }}
      beside={
        <>
          <bdi className="clip">{kit.sku && kit.title}</bdi>
          <StateBadge soft state="quiet">
            {t(`kit.kind.${kind}`)}
          </StateBadge>
          <a href={href(`/stock/${kit.variant}`)}>{t('kit.stock')}</a>
        </>
      }
      actions={
        <>
          {assembled && (
            <Button variant="default" onClick={() => setOpen('apart')}>
              {t('kit.apart')}
            </Button>
          )}
          <Button variant={assembled ? 'default' : 'filled'} onClick={() => setOpen('define')}>
            {t('kit.edit')}
          </Button>
          {assembled && <Button onClick={() => setOpen('make')}>{t('kit.make')}</Button>}
        </>
      }
      scrollKey={`kit.${kit.variant}`}
    >
      {kit.parts.length === 0 ? (
        <EmptyState
          title={t('kit.empty')}
          actions={<Button onClick={() => setOpen('define')}>{t('kit.edit')}</Button>}
        >
          {t('kit.noneWords')}
        </EmptyState>
      ) : (
        <Section
          title={t('kit.parts')}
          aside={
            <span>
              {t('kit.makesWords', { number: text(kit.makes) })}
              {kit.tracked && ` · ${t('kit.onHandWords', { number: text(kit.on_hand) })}`}
            </span>
          }
        >
          <Parts kit={kit} />
        </Section>
      )}
      {kit.made.length > 0 && <Made kit={kit} />}
      {kit.versions.length > 0 && <Versions kit={kit} />}
      {open === 'define' && <KitDialog kit={kit} onClose={() => setOpen(null)} />}
      {(open === 'make' || open === 'apart') && (
        <AssembleDialog kit={kit} apart={open === 'apart'} onClose={() => setOpen(null)} />
      )}
    </Page>
  );
}

function Parts({ kit }: { kit: Kit }) {
  const { t } = useTranslation('buying');
  const { language } = useLocale();
  const text = (value: unknown) => formatQuantity(String(value), language);
  /** Below zero is owed to orders: none is available. */
  const free = (available: string) =>
    available.startsWith('-') ? t('kit.owed', { number: text(available.slice(1)) }) : text(available);
  return (
    <PlainTable
      heads={[
        t('column.item'),
        { label: t('kit.inOne'), number: true },
        { label: t('column.available'), number: true },
        t('column.where'),
      ]}
    >
      <tbody>
        {kit.parts.map((part) => (
          <tr key={part.variant}>
            <td>
              <ProductName {...part} href={href(`/stock/${part.variant}`)} />
            </td>
            <td data-number>{text(part.quantity)}</td>
            <td data-number>
              {part.tracked ? (
                free(String(part.available))
              ) : (
                <span className="soft">{t('kit.untracked')}</span>
              )}
            </td>
            <td>
              <bdi className="soft">
                {part.locations.map(({ location, available }) => `${location} ${text(available)}`).join(', ')}
              </bdi>
            </td>
          </tr>
        ))}
      </tbody>
    </PlainTable>
  );
}

function Made({ kit }: { kit: Kit }) {
  const { t } = useTranslation('buying');
  const { language } = useLocale();
  const undo = useUndoAssembly();
  return (
    <Section title={t('kit.made')}>
      <PlainTable>
        <tbody>
          {kit.made.map((each) => {
            const apart = String(each.quantity).startsWith('-');
            const number = formatQuantity(String(each.quantity).replace('-', ''), language);
            return (
              <tr key={each.id} data-undone={each.undone || undefined}>
                <td>
                  <a href={href(`/activity/${each.run}`)}>
                    <When at={each.made_at} as="clock" />
                  </a>
                </td>
                <td>{t(apart ? 'kit.tookApart' : 'kit.putTogether', { number, version: each.version })}</td>
                <td>
                  <bdi>{each.location}</bdi>
                </td>
                <td data-number>
                  {each.undone ? (
                    t('undone')
                  ) : (
                    <Button
                      size="compact-xs"
                      variant="subtle"
                      color="gray"
                      onClick={() =>
                        undo.mutate(
                          { id: kit.variant, assembly: each.id },
                          { onSuccess: () => showDone(t('takenBack')) },
                        )
                      }
                    >
                      {t('takeBack')}
                    </Button>
                  )}
                </td>
              </tr>
            );
          })}
        </tbody>
      </PlainTable>
    </Section>
  );
}

function Versions({ kit }: { kit: Kit }) {
  const { t } = useTranslation('buying');
  return (
    <Section title={t('kit.versions')} aside={<span className="soft">{t('kit.versionWords')}</span>}>
      <PlainTable>
        <tbody>
          {kit.versions.map((version) => {
            const kind = version.components.length > 0 ? (version.kind as 'virtual' | 'assembled') : 'none';
            return (
              <tr key={version.version} data-undone={version.undone || undefined}>
                <td>
                  <a href={href(`/activity/${version.run}`)}>
                    <When at={version.made_at} as="clock" />
                  </a>
                </td>
                <td>{t(`kit.kind.${kind}`)}</td>
                <td>
                  <bdi>
                    {version.components
                      .map(({ quantity, sku, title }) => `${quantity} × ${sku || title}`)
                      .join(', ')}
                  </bdi>
                </td>
                <td data-number>
                  {version.undone && t('undone')}
                  {version.version === kit.version && (
                    <Button
                      component="a"
                      href={href(`/activity/${version.run}`)}
                      size="compact-xs"
                      variant="subtle"
                      color="gray"
                    >
                      {t('kit.lookBack')}
                    </Button>
                  )}
                </td>
              </tr>
            );
          })}
        </tbody>
      </PlainTable>
    </Section>
  );
}
