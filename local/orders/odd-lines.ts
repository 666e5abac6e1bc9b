import { customerNamed, plainLine, type SampleLine } from './catalogue.js';
import type { Size } from './size-families.js';

/** Not in the mapping, so its line is out of scope. */
export const UNMAPPED_CUSTOMER = 'NORTHWIND ATHLETICS';

const FEW: readonly Size[] = [
  ['S', 12],
  ['M', 20],
  ['L', 15],
];

/** Every oddity met in the real table, each on a line that is otherwise in order. */
export function oddLines(): SampleLine[] {
  return [workedExample(), ...twinKeys(), ...emptyTwins(), ...oddTexts(), ...oddNumbers(), blankSeason(), unmapped()];
}

/** The line that the documentation walks through. */
function workedExample(): SampleLine {
  const values = {
    'AAG ORDER NUMBER': 'JOO-00505',
    'ORDER DATE PO RECEIVED': '2025-05-20',
    'EX FACTORY DATE': '2025-09-26',
    'PO NUMBER': '8148-00',
    'CUSTOMER STYLE': 'JWHD100120',
    'CUSTOMER COLOUR DESCRIPTION': 'WHITE',
    'STYLE DESCRIPTION': 'NALLA',
    'AAG SEASON': '2026 SPRING',
    'CUSTOMER SEASON': 'SPRING SUMMER 2026',
    'DELIVERY TERMS': 'DDP',
    'CUSTOMER PRICE': '28.86',
    'USA ONLY LSTP 75% EX WORKS': '0',
    'FINAL FOB (USD)': '0',
    'US DUTY': '0',
    'US TARIFF': '0',
    'DDP US (USD)': '0',
    'SMS PRICE USD': '0',
    VALIDATION: '8148-00JWHD100120WHITE500',
  };
  const sizes: Size[] = [
    ['XS', 22],
    ['S', 104],
    ['M', 177],
    ['L', 125],
    ['XL', 72],
  ];
  return plainLine(customerNamed('JOHNNIE O'), values, sizes);
}

/** One order, style and colour, two lines with different quantities. */
function twinKeys(): SampleLine[] {
  return [18, 732].map((quantity) =>
    plainLine(customerNamed('GREYSON CLOTHIERS'), keyed('GRE-04268', 'LSP26O82', 'ARCTIC', '2025 FALL'), [
      ['L', quantity],
    ]),
  );
}

/** Eight lines that are equal in everything and order nothing. */
function emptyTwins(): SampleLine[] {
  const values = { ...keyed('EQU-08746', 'EQXW082310', 'BLACK', '2024 Q2'), 'ORDER TYPE': 'FORECAST' };
  return Array.from({ length: 8 }, () => plainLine(customerNamed('EQUINOX'), values, []));
}

function oddTexts(): SampleLine[] {
  const peloton = customerNamed('Peloton Private Label');
  const titleNine = customerNamed('TITLE 9');
  const equinox = customerNamed('EQUINOX');
  return [
    // Mojibake: UTF-8 once read as Windows-1252.
    plainLine(peloton, keyed('PEL-00901', 'PEL901W', 'CAFÃ© CRÃ¨ME', '2026 SPRING'), FEW),
    // A comma inside one label.
    plainLine(peloton, keyed('PEL-00902', 'PEL902W', 'RED, WHITE & BLUE', '2026 SPRING'), FEW),
    // Labels of digits only, which are not label ids.
    plainLine(titleNine, keyed('TIT-00903', '629249', '417', '2025 Q2'), FEW),
    plainLine(titleNine, keyed('TIT-00904', 'WT00569 P', `THE "O'HARE"`, '2025 Q2'), FEW),
    plainLine(titleNine, keyed('TIT-00905', 'TBD', 'BLACK', 'N/A'), FEW),
    // The letter O beside the digit 0.
    plainLine(equinox, keyed('EQU-00906', 'EQXUO12304', 'NAVY', '2025 Q2'), FEW),
    plainLine(equinox, keyed('EQU-00906', 'EQXU012303', 'NAVY', '2025 Q2'), FEW),
    // Integer-like size names, and one that only the real table spells so.
    plainLine(titleNine, keyed('TIT-00907', 'CVOP', 'SAND', '2025 Q2'), [
      ['28', 4],
      ['30/30', 6],
      ['0w', 8],
      ['L(10-12)', 2],
    ]),
  ];
}

function oddNumbers(): SampleLine[] {
  const sunDayRed = customerNamed('SUN DAY RED');
  const line = (order: string, values: SampleLine['values']): SampleLine =>
    plainLine(sunDayRed, { ...keyed(order, 'SDR175M', 'STONE', '2026 SPRING'), ...values }, FEW);
  return [
    line('SUN-00911', { 'US TARIFF RATE': 'TRUE' }),
    line('SUN-00912', { FREIGHT: 'TO BE ADVISED' }),
    line('SUN-00913', { 'FINAL FOB (USD)': '12.345678901234567' }),
    line('SUN-00914', { 'CUSTOMER PRICE': '$1,234.50' }),
  ];
}

/** Both seasons are there and say nothing. */
function blankSeason(): SampleLine {
  const values = { ...keyed('BOR-00921', 'BP921C', 'OLIVE NIGHT', 'nan'), 'CUSTOMER SEASON': '' };
  return plainLine(customerNamed('BORN PRIMITIVE'), values, FEW);
}

function unmapped(): SampleLine {
  return plainLine({ source: UNMAPPED_CUSTOMER }, keyed('NOR-00931', 'NA931', 'BLACK', '2025 FALL'), FEW);
}

function keyed(order: string, style: string, colour: string, season: string): Record<string, string> {
  return {
    'AAG ORDER NUMBER': order,
    'CUSTOMER STYLE': style,
    'CUSTOMER COLOUR DESCRIPTION': colour,
    'AAG SEASON': season,
  };
}
