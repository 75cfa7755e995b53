import { describe, expect, it } from '@jest/globals';
import { internetDate } from '../../../src/mail/internet-date.js';

describe('a date in a mail header', () => {
  it('has the day of the week, the day, the month, the year, the time and the zone', () => {
    expect(internetDate(Date.UTC(2026, 0, 1))).toBe('Thu, 1 Jan 2026 00:00:00 +0000');
    expect(internetDate(Date.UTC(2024, 1, 29, 23, 59, 58, 999))).toBe('Thu, 29 Feb 2024 23:59:58 +0000');
    expect(internetDate(Date.UTC(2026, 11, 31, 12, 5, 6))).toBe('Thu, 31 Dec 2026 12:05:06 +0000');
  });
});
