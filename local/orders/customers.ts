import type { FamilyName } from './size-families.js';

/** What is typical of one customer's order list. */
export interface CustomerProfile {
  /** The name as the source spells it. */
  source: string;
  /** Beginning of its order numbers. */
  prefix: string;
  /** Lines in the whole, as measured over the customers of the board; says the shares only. */
  weight: number;
  /** Share of lines with a CUSTOMER SEASON. */
  seasoned: number;
  aagSeasons: readonly (readonly [season: string, weight: number])[];
  customerSeasons: readonly string[];
  families: readonly FamilyName[];
  /** `%` stands for three digits. */
  styles: readonly string[];
  colourPrefix?: string;
  category: string;
  /** Which seldom used columns its order list has. */
  extras: readonly ('bulk' | 'infor' | 'distro' | 'codes')[];
}

const YEARS: CustomerProfile['aagSeasons'] = [
  ['2026 SPRING SUMMER', 24],
  ['2026 SPRING', 21],
  ['2026 SUMMER', 16],
  ['2025 FALL', 11],
  ['2024 FALL', 9],
  ['2024 Q2', 7],
  ['2025 Q2', 5],
  ['N/A', 4],
  ['2025 HOLIDAY', 2],
  ['2024 Q3', 1],
];

export const CUSTOMERS: readonly CustomerProfile[] = [
  {
    source: 'Peloton Private Label',
    prefix: 'PEL',
    weight: 1094,
    seasoned: 0.9,
    aagSeasons: YEARS,
    customerSeasons: ['SP26', 'SPRING 26 REBUY', 'SPRING 26-1', 'FALL 24', '2025 Q2', 'FA25 HOLIDAY', 'CAPSULE', 'TBD'],
    families: ['alpha', 'alpha', 'wide'],
    styles: ['EQXW08%', 'PEL%10', 'PL%W'],
    category: 'WOMENS',
    extras: ['bulk', 'infor', 'distro'],
  },
  {
    source: 'GREYSON CLOTHIERS',
    prefix: 'GRE',
    weight: 1091,
    seasoned: 0.16,
    aagSeasons: [
      ['2025 FALL', 40],
      ['2026 SPRING', 35],
      ['2025 HOLIDAY', 25],
    ],
    customerSeasons: ['2026 SPRING', '2025 FALL', 'SS26', 'FALL 24'],
    families: ['alpha', 'alpha', 'waist'],
    styles: ['MSP26B%', 'LSP26O%', 'GFL%T'],
    category: 'MENS',
    extras: ['bulk', 'distro'],
  },
  {
    source: 'SUN DAY RED',
    prefix: 'SUN',
    weight: 796,
    seasoned: 0.7,
    aagSeasons: YEARS.slice(0, 4),
    customerSeasons: ['SP26', 'SPRING 26-1'],
    families: ['alpha', 'waistLeg'],
    styles: ['SDR%M', 'N%88'],
    category: 'MENS',
    extras: ['bulk', 'codes'],
  },
  {
    source: 'WHITE FOX (AU)',
    prefix: 'WHI',
    weight: 591,
    seasoned: 0.5,
    aagSeasons: YEARS.slice(0, 4),
    customerSeasons: ['ECOMM', 'FEBRUARY', 'CAPSULE'],
    families: ['alpha', 'alphaPairs'],
    styles: ['WFX%', 'WT00% P'],
    category: 'WOMENS',
    extras: ['bulk'],
  },
  {
    source: 'TAYLOR MADE',
    prefix: 'TAY',
    weight: 558,
    seasoned: 0.05,
    aagSeasons: [
      ['2025 SPRING', 1],
      ['2025 FALL WINTER', 1],
    ],
    customerSeasons: ['2025 SPRING'],
    families: ['alpha', 'waistDash'],
    styles: ['TM%7', 'N7%1'],
    category: 'MENS',
    extras: ['bulk', 'codes'],
  },
  {
    source: 'SEISSENSE',
    prefix: 'SEI',
    weight: 529,
    seasoned: 0.8,
    aagSeasons: YEARS,
    customerSeasons: ['2025 Q4', '2022 Q2', 'Q2 2024', '2025 Q2', 'SUMMER 24', 'SS26'],
    families: ['alpha', 'bra'],
    styles: ['BO26P%05', 'SS%W'],
    category: 'WOMENS',
    extras: ['infor'],
  },
  {
    source: 'TITLE 9',
    prefix: 'TIT',
    weight: 338,
    seasoned: 0.6,
    aagSeasons: YEARS.slice(0, 5),
    customerSeasons: ['2025 SPRING SUMMER', 'FALL', 'SP26'],
    families: ['alpha', 'numeric'],
    styles: ['629%', '55%'],
    category: 'WOMENS',
    extras: ['bulk', 'distro'],
  },
  {
    source: 'JOHNNIE O',
    prefix: 'JOO',
    weight: 226,
    seasoned: 1,
    aagSeasons: YEARS.slice(1, 4),
    customerSeasons: ['SPRING SUMMER 2026', 'FALL WINTER 2025'],
    families: ['alpha', 'toddler', 'kidsPairs'],
    styles: ['JWHD100%', 'JMTP%'],
    category: 'MENS',
    extras: ['bulk'],
  },
  {
    source: 'BORN PRIMITIVE',
    prefix: 'BOR',
    weight: 187,
    seasoned: 0.4,
    aagSeasons: YEARS.slice(0, 4),
    customerSeasons: ['2025 Q4', 'FA25 HOLIDAY'],
    families: ['alpha', 'waist'],
    styles: ['BP%C', 'MCLSCB%V-30'],
    category: 'UNISEX',
    extras: ['bulk', 'distro'],
  },
  {
    source: 'UNE PIECE (AU)',
    prefix: 'UNE',
    weight: 120,
    seasoned: 1,
    aagSeasons: [['2026 SPRING SUMMER', 1]],
    customerSeasons: ['SS26', 'SS26 REBUY'],
    families: ['numeric'],
    styles: ['UP%LS', 'UP%RV'],
    colourPrefix: 'SOLID ',
    category: 'SWIM',
    extras: [],
  },
  {
    source: 'TRACKSMITH',
    prefix: 'TRA',
    weight: 115,
    seasoned: 0,
    aagSeasons: [['2025 Q2', 1]],
    customerSeasons: ['2025 Q2'],
    families: ['alpha', 'oneSize'],
    styles: ['MT%U', 'WT%U'],
    category: 'RUN',
    extras: ['bulk'],
  },
  {
    source: 'EQUINOX',
    prefix: 'EQU',
    weight: 77,
    seasoned: 0.7,
    aagSeasons: YEARS,
    customerSeasons: ['SP26', '2025 Q2', 'SUMMER 24', 'FALL', 'TBD'],
    families: ['alpha', 'oneSize'],
    styles: ['EQXU01%', 'EQXM%'],
    category: 'UNISEX',
    extras: ['infor', 'codes'],
  },
];
