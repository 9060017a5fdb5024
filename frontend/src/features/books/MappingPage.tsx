import { Button } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type BooksMapping, type BooksSetup, useBookSetup, useBooks, useSaveMapping } from '@/api';
import { useKeys } from '@/lib/keys';
import { useGo, useSearchParams } from '@/lib/nav';
import { Awaited, NoticeLine, Page, showDone, wordsOf } from '@/ui';
import styles from './books.module.css';
import { Currencies } from './Currencies';
import { Accounts, Channels, Days, Items, Methods } from './Fields';
import { NoBooks } from './NoBooks';
import { Preview } from './Preview';
import { Stock, StockPreview } from './Stock';

/** How orders become documents: proposed choices with their reasons on the left, a real order by them on the right. */
export function MappingPage() {
  const { t } = useTranslation('books');
  const [params] = useSearchParams();
  const all = useBooks();
  const connection = params.c ?? all.data?.[0]?.connection ?? '';
  const setup = useBookSetup(connection);
  if (setup.data) return <Editor key={connection} connection={connection} setup={setup.data} />;
  return (
    <Page title={t('map.title')} within={{ href: '#/books', name: t('title') }} scrollKey="books.mapping">
      <Awaited query={connection ? setup : all} />
      {!connection && all.data && <NoBooks />}
    </Page>
  );
}

function Editor({ connection, setup }: { connection: string; setup: BooksSetup }) {
  const { t } = useTranslation('books');
  const go = useGo();
  const save = useSaveMapping();
  const [mapping, setMapping] = useState<BooksMapping>(setup.mapping);
  const [etag, setEtag] = useState(setup.etag);
  const [touched, setTouched] = useState(false);
  useEffect(() => {
    if (touched) return;
    setMapping(setup.mapping);
    setEtag(setup.etag);
  }, [setup, touched]);
  const change = (next: BooksMapping) => {
    setTouched(true);
    save.reset();
    setMapping(next);
  };
  const back = () => go(`/books?c=${connection}`);
  useKeys(t('map.title'), [
    { keys: 'u', label: t('map.back'), run: back },
    { keys: 'Escape', label: '', hidden: true, run: back },
  ]);
  const keep = () =>
    save.mutate(
      { ...mapping, confirmed: true, connection, etag },
      {
        onSuccess: () => {
          showDone(t('map.saved'));
          back();
        },
      },
    );
  const trouble = save.error && wordsOf(save.error, t('map.title'));
  const props = { setup, mapping, onChange: change };
  return (
    <Page
      title={t('map.title')}
      within={{ href: `#/books?c=${connection}`, name: t('title') }}
      scrollKey="books.mapping"
      actions={
        <>
          <Button variant="subtle" color="gray" onClick={back}>
            {t('map.back')}
          </Button>
          <Button onClick={keep} loading={save.isPending} disabled={setup.entries.length === 0}>
            {setup.mapping.confirmed ? t('map.save') : t('map.confirm')}
          </Button>
        </>
      }
    >
      {setup.entries.length === 0 && <NoticeLine state="waiting">{t('map.unread')}</NoticeLine>}
      {setup.proposed && setup.entries.length > 0 && (
        <NoticeLine state="waiting">{t('map.proposed')}</NoticeLine>
      )}
      {trouble && (
        <NoticeLine state="needs_you">
          {trouble.message} {trouble.remedy}
        </NoticeLine>
      )}
      <div className={styles.mapping}>
        <div>
          <Channels {...props} />
          <Accounts {...props} />
          <Methods {...props} />
          <Items {...props} />
          <Stock {...props} />
          <Days {...props} />
          <Currencies {...props} />
        </div>
        <div className={styles.aside}>
          <Preview connection={connection} mapping={mapping} />
          <StockPreview connection={connection} mapping={mapping} />
        </div>
      </div>
    </Page>
  );
}
