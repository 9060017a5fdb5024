import { describe, expect, it } from 'vitest';
import { restoreCommand } from './restore';

describe('the restore command', () => {
  it('names workspace and backup, quoted where a shell needs it', () => {
    expect(restoreCommand('/home/ada/Tradepost', 'a.db')).toBe(
      'tradepost --data /home/ada/Tradepost restore /home/ada/Tradepost/backups/a.db',
    );
    expect(restoreCommand('C:\\Users\\Ada B\\Tradepost', 'a.db')).toBe(
      'tradepost --data "C:\\Users\\Ada B\\Tradepost" restore "C:\\Users\\Ada B\\Tradepost\\backups\\a.db"',
    );
    expect(restoreCommand('', '/mnt/usb/a.db')).toBe('tradepost restore /mnt/usb/a.db');
  });
});
