import { createTheme, type MantineColorsTuple } from '@mantine/core';
import type { KeyboardEvent, SyntheticEvent } from 'react';
import { i18next } from '@/i18n';

/** Teal, the one accent. 9 on white is 6.9:1, white on 8 is 5.6:1; 4 is for text on dark. */
const teal: MantineColorsTuple = [
  '#e7f6f3',
  '#cdebe5',
  '#a0dbd0',
  '#6fcaba',
  '#45b8a5',
  '#27a28f',
  '#158f7d',
  '#0d7d6d',
  '#0a6e60',
  '#085f53',
];
const gray: MantineColorsTuple = [
  '#faf9f7',
  '#f4f2ef',
  '#e9e6e1',
  '#dcd8d1',
  '#c4bfb6',
  '#9d978d',
  '#7a746b',
  '#5f5a52',
  '#3f3b36',
  '#24211e',
];
/** Dark is a warm near-black with its own steps, not the light greys turned round. */
const dark: MantineColorsTuple = [
  '#e4e1dc',
  '#b9b5ae',
  '#a09b93',
  '#6f6b64',
  '#46433e',
  '#373430',
  '#2b2926',
  '#1e1d1b',
  '#181715',
  '#11100f',
];
const red: MantineColorsTuple = [
  '#fdeeec',
  '#f9d9d5',
  '#f1b0a8',
  '#e98579',
  '#e06253',
  '#d64a39',
  '#c73a2a',
  '#b02f20',
  '#97271a',
  '#7d1f14',
];

const font = "'Inter Variable', system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif";
export const mono = "'JetBrains Mono Variable', ui-monospace, 'Cascadia Mono', Menlo, Consolas, monospace";

/** In a list that is searched, what is typed takes the place of the choice shown, and Enter takes the first that fits. */
const typeOver = (event: SyntheticEvent<HTMLInputElement>): void => {
  if (!event.currentTarget.readOnly) event.currentTarget.select();
};

/** Enter takes the choice that stands out. The list itself forgets which one that is when typing is faster than its timer. */
const takeShown = (event: KeyboardEvent<HTMLInputElement>): void => {
  if (event.key !== 'Enter' || event.nativeEvent.isComposing) return;
  const list = document.getElementById(event.currentTarget.getAttribute('aria-controls') ?? '');
  const shown = list?.querySelector<HTMLElement>('[data-combobox-option][data-combobox-selected]');
  if (!shown) return;
  event.preventDefault();
  event.stopPropagation();
  shown.click();
};

export const theme = createTheme({
  primaryColor: 'teal',
  primaryShade: { light: 8, dark: 7 },
  autoContrast: false,
  colors: { teal, gray, dark, red },
  black: '#24211e',
  fontFamily: font,
  fontFamilyMonospace: mono,
  fontSizes: { xs: '12px', sm: '13px', md: '13px', lg: '15px', xl: '20px' },
  lineHeights: { xs: '16px', sm: '20px', md: '20px', lg: '22px', xl: '28px' },
  headings: { fontFamily: font, fontWeight: '600', sizes: { h1: { fontSize: '20px', lineHeight: '28px' } } },
  spacing: { xs: '4px', sm: '8px', md: '12px', lg: '16px', xl: '24px' },
  radius: { xs: '4px', sm: '6px', md: '6px', lg: '8px', xl: '10px' },
  defaultRadius: 'sm',
  shadows: {
    xs: 'none',
    sm: 'none',
    md: '0 4px 16px rgb(36 33 30 / 12%), 0 1px 3px rgb(36 33 30 / 10%)',
    lg: '0 8px 28px rgb(36 33 30 / 16%), 0 2px 6px rgb(36 33 30 / 10%)',
    xl: '0 12px 40px rgb(36 33 30 / 20%), 0 2px 8px rgb(36 33 30 / 10%)',
  },
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    Button: { defaultProps: { size: 'xs' }, styles: { label: { fontWeight: 500 } } },
    ActionIcon: { defaultProps: { variant: 'subtle', color: 'gray', size: 28 } },
    TextInput: { defaultProps: { size: 'xs' } },
    Textarea: { defaultProps: { size: 'xs' } },
    NumberInput: { defaultProps: { size: 'xs' } },
    Select: {
      defaultProps: {
        size: 'xs',
        comboboxProps: { shadow: 'md', transitionProps: { duration: 0 } },
        selectFirstOptionOnChange: true,
        onFocus: typeOver,
        onClick: typeOver,
        onKeyDownCapture: takeShown,
      },
    },
    Autocomplete: {
      defaultProps: { size: 'xs', comboboxProps: { shadow: 'md', transitionProps: { duration: 0 } } },
    },
    MultiSelect: { defaultProps: { size: 'xs' } },
    Checkbox: { defaultProps: { size: 'xs', radius: 3 } },
    Radio: { defaultProps: { size: 'xs' } },
    Switch: { defaultProps: { size: 'xs' } },
    SegmentedControl: { defaultProps: { size: 'xs', transitionDuration: 0 } },
    Menu: { defaultProps: { shadow: 'md', transitionProps: { duration: 60 }, position: 'bottom-end' } },
    Popover: { defaultProps: { shadow: 'md', transitionProps: { duration: 60 } } },
    Tooltip: { defaultProps: { openDelay: 350, transitionProps: { duration: 60 }, withArrow: false } },
    Modal: {
      defaultProps: {
        closeButtonProps: { 'aria-label': i18next.t('ui:close') },
        centered: true,
        transitionProps: { duration: 80 },
        overlayProps: { backgroundOpacity: 0.28 },
        padding: 'lg',
      },
    },
    Drawer: {
      defaultProps: {
        closeButtonProps: { 'aria-label': i18next.t('ui:close') },
        transitionProps: { duration: 100 },
        overlayProps: { backgroundOpacity: 0.25 },
        padding: 'lg',
        position: 'right',
      },
    },
  },
});
