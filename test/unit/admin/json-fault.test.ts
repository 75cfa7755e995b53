import { describe, expect, it } from '@jest/globals';
import { parseJsonBody } from '../../../src/admin/json-body.js';
import { jsonFault } from '../../../src/admin/json-fault.js';
import { failureFrom } from '../../failure-from.js';

describe('the place where a text stops being JSON', () => {
  it.each([
    ['{"a": 1,}', 1, 9],
    ['{"a" 1}', 1, 6],
    ['{a: 1}', 1, 2],
    ['{"a": tru}', 1, 7],
    ['[1, 2,]', 1, 7],
    ['[1 2]', 1, 4],
    ['[1', 1, 3],
    ['{} {}', 1, 4],
    ['{\n  "address": "anne@example.com",\n  "password": x\n}', 3, 15],
    ['{\r\n"a": 01\r\n}', 2, 7],
    ['"half', 1, 6],
    ['"\t"', 1, 2],
    ['"\\x"', 1, 2],
    ['"\\u00g0"', 1, 2],
    ['}', 1, 1],
    ['[}', 1, 2],
    ['-', 1, 1],
    ['1.', 1, 2],
    ['[]]', 1, 3],
    ["{'a': 1}", 1, 2],
  ])('of %j is line %d, column %d', (text, line, column) => {
    expect(() => JSON.parse(text) as unknown).toThrow(SyntaxError);
    expect(jsonFault(text)).toEqual({ line, column });
  });

  it.each([
    '{}',
    '[]',
    ' [1, {"a": [true, null, "\\u00e4\\n\u007f€😀"]}, -1.5e+3 ]\n',
    '"x"',
    '0',
    '[[],{}]',
  ])('is nowhere in %j', (text) => {
    JSON.parse(text);
    expect(jsonFault(text)).toBeUndefined();
  });

  it('is found however deep it lies', () => {
    expect(jsonFault('['.repeat(60_000))).toEqual({ line: 1, column: 60_001 });
  });

  it('is said of a body that is refused', () => {
    const failure = failureFrom(() => parseJsonBody('{\n  "address": anne\n}'));
    expect([failure.code, failure.message]).toEqual([
      'request-invalid',
      'the body is no JSON at line 2, column 14',
    ]);
  });
});
