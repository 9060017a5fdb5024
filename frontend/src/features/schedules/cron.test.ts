import { describe, expect, it } from 'vitest';
import { fromCron, oftens, toCron } from './cron';
import { folderName, parentFolder } from './paths';

describe('how often', () => {
  it('writes the expression of each choice', () => {
    const rhythm = { time: '06:30', custom: ' 0  9,17 * * *  ' };
    expect(oftens.map((often) => toCron({ ...rhythm, often }))).toEqual([
      '*/5 * * * *',
      '*/15 * * * *',
      '0 * * * *',
      '30 6 * * *',
      '30 6 * * 1-5',
      '0 9,17 * * *',
    ]);
  });

  it('says nothing while the time is not one', () => {
    for (const time of ['', '25:00', '6', '06:60']) {
      expect(toCron({ often: 'daily', time, custom: '' })).toBe('');
    }
  });

  it('opens what was saved as it was chosen', () => {
    for (const cron of ['*/5 * * * *', '0 * * * *', '30 6 * * *', '0 18 * * 1-5', '0 9,17 1 * *']) {
      expect(toCron(fromCron(cron))).toBe(cron);
    }
    expect(fromCron('0 18 * * MON-FRI')).toMatchObject({ often: 'weekdays', time: '18:00' });
    expect(fromCron('99 6 * * *').often).toBe('custom');
  });
});

describe('folders', () => {
  it('parts a path into the folder and where it is', () => {
    expect([folderName('/home/ada/etsy/'), parentFolder('/home/ada/etsy/')]).toEqual(['etsy', '/home/ada']);
    expect([folderName('C:\\In\\x y'), parentFolder('C:\\In\\x y')]).toEqual(['x y', 'C:\\In']);
  });
});
