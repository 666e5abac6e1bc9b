import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { FixFirstError } from '../../../shared/ground/errors.js';
import { customersOf, resolveCustomer } from '../../../shared/mapping/customers.js';
import { loadMapping, parseMapping } from '../../../shared/mapping/mapping.js';

const mapping = loadMapping();

describe('resolveCustomer', () => {
  it.each([
    ['GREYSON CLOTHIERS', 'GREYSON'],
    [' greyson clothiers ', 'GREYSON'],
    ['GREYSON', 'GREYSON'],
    ['Peloton Private Label', 'PELOTON'],
    ['PELOTON PRIVATE LABEL', 'PELOTON'],
    ['LORNA JANE (NZ)', 'LORNA JANE'],
    ['FARADAY LABS, INC (LAMBS)', 'FARADAY LABS, INC (LAMBS)'],
    ['LAMBS', 'LAMBS'],
    ['NASC_WHITE_FOX', 'NASC WHITE FOX'],
    ['WHITE FOX (AU)', 'WHITE FOX'],
    ["STARLIGHT CHILDREN'S FOUNDATION (AU)", "STARLIGHT CHILDREN'S FOUNDATION (AU)"],
    ['BHOOD', "B'HOOD"],
    ['B’HOOD', "B'HOOD"],
    ['GREYSON\u00a0CLOTHIERS', 'GREYSON'],
    ['GREYSON  CLOTHIERS', 'GREYSON'],
    ['GREYSON\u200b CLOTHIERS\r\n', 'GREYSON'],
    ['ＧＲＥＹＳＯＮ', 'GREYSON'],
    ['NASC_WHITE_FOX\ufeff', 'NASC WHITE FOX'],
  ])('%p is %s', (source, name) => {
    expect(resolveCustomer(mapping, source)).toEqual({ name, mapped: true });
  });

  it('finds every customer by its canonical name', () => {
    for (const { name } of mapping.customers) expect(resolveCustomer(mapping, name)).toEqual({ name, mapped: true });
  });

  it('never matches part of a name, and keeps the source name unchanged', () => {
    expect(resolveCustomer(mapping, ' Greyson Clothiers Outlet ')).toEqual({
      name: 'Greyson Clothiers Outlet',
      mapped: false,
    });
  });

  it('counts every spelling of an unknown name under the first one met', () => {
    expect(resolveCustomer(mapping, 'Acme\u00a0Sports').name).toBe('Acme\u00a0Sports');
    expect(resolveCustomer(mapping, 'ACME  SPORTS').name).toBe('Acme\u00a0Sports');
    expect(resolveCustomer(mapping, 'x'.repeat(300)).name).toHaveLength(255);
  });

  it.each([null, '', '  ', 'NaN', '\u200b', '\u00a0', ' n\u00adone '])('%p is UNKNOWN', (source) => {
    expect(resolveCustomer(mapping, source)).toEqual({ name: 'UNKNOWN', mapped: false });
  });
});

describe('customers: all', () => {
  const all = parseMapping(
    readFileSync('sql/mappings/customer-orders.yaml', 'utf8').replace(/^customers:[\s\S]*/m, 'customers: all\n'),
    'all.yaml',
  );

  it.each([
    [' Greyson  Clothiers ', 'GREYSON CLOTHIERS'],
    ['greyson\u00a0clothiers', 'GREYSON CLOTHIERS'],
    ['B’Hood', "B'HOOD"],
    ['Küste & Co', 'KÜSTE & CO'],
  ])('makes %p the customer %p, whichever spelling comes first', (source, name) => {
    expect(resolveCustomer(all, source)).toEqual({ name, mapped: true });
    expect(resolveCustomer(all, name)).toEqual({ name, mapped: true });
  });

  it('knows no customer in a blank, nor in a text that has no room', () => {
    expect(resolveCustomer(all, ' none ')).toEqual({ name: 'UNKNOWN', mapped: false });
    expect(resolveCustomer(all, 'x'.repeat(256))).toMatchObject({ mapped: false });
  });

  it('takes any name where a customer is asked for, but for a blank one', () => {
    expect(customersOf(all, ['küste & co', 'Acme', 'ACME '])).toEqual(['KÜSTE & CO', 'ACME']);
    expect(() => customersOf(all, 'nan')).toThrow(FixFirstError);
  });

  it('is another output than the same names listed', () => {
    expect(all.version).not.toBe(mapping.version);
    expect(all).toMatchObject({ customers: [], everyCustomer: true });
  });
});

describe('customersOf', () => {
  it('accepts canonical names and source spellings, each customer once', () => {
    expect(customersOf(mapping, ['greyson clothiers', 'PELOTON', 'GREYSON'])).toEqual(['GREYSON', 'PELOTON']);
    expect(customersOf(mapping, 'Rhythm\u00a0\u00a0(US)')).toEqual(['RHYTHM']);
  });

  it('refuses an unknown customer and proposes similar ones', () => {
    expect(() => customersOf(mapping, 'Greyson Cloth')).toThrow(FixFirstError);
    expect(() => customersOf(mapping, 'Greyson Cloth')).toThrow('Did you mean GREYSON?');
    expect(() => customersOf(mapping, 'ACME')).toThrow('--list-customers');
    expect(() => customersOf(mapping, '')).toThrow(FixFirstError);
  });
});
