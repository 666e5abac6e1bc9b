/** Calling codes of one country each. */
const SINGLE = `
20 EG 211 SS 213 DZ 216 TN 218 LY 220 GM 221 SN 222 MR 223 ML 224 GN 225 CI 226 BF 227 NE 228 TG 229 BJ 230 MU
231 LR 232 SL 233 GH 234 NG 235 TD 236 CF 237 CM 238 CV 239 ST 240 GQ 241 GA 242 CG 243 CD 244 AO 245 GW 246 IO
248 SC 249 SD 250 RW 251 ET 252 SO 253 DJ 254 KE 255 TZ 256 UG 257 BI 258 MZ 260 ZM 261 MG 263 ZW 264 NA 265 MW
266 LS 267 BW 268 SZ 269 KM 27 ZA 290 SH 291 ER 297 AW 298 FO 299 GL 30 GR 31 NL 32 BE 33 FR 34 ES 350 GI 351 PT
352 LU 353 IE 354 IS 355 AL 356 MT 357 CY 359 BG 36 HU 370 LT 371 LV 372 EE 373 MD 374 AM 375 BY 376 AD 377 MC
378 SM 380 UA 381 RS 382 ME 383 XK 385 HR 386 SI 387 BA 389 MK 40 RO 41 CH 420 CZ 421 SK 423 LI 43 AT 45 DK 46 SE
48 PL 49 DE 501 BZ 502 GT 503 SV 504 HN 505 NI 506 CR 507 PA 508 PM 509 HT 51 PE 52 MX 53 CU 54 AR 55 BR 56 CL
57 CO 58 VE 591 BO 592 GY 593 EC 594 GF 595 PY 596 MQ 597 SR 598 UY 60 MY 62 ID 63 PH 64 NZ 65 SG 66 TH 670 TL
673 BN 674 NR 675 PG 676 TO 677 SB 678 VU 679 FJ 680 PW 681 WF 682 CK 683 NU 685 WS 686 KI 687 NC 688 TV 689 PF
690 TK 691 FM 692 MH 81 JP 82 KR 84 VN 850 KP 852 HK 853 MO 855 KH 856 LA 86 CN 880 BD 886 TW 90 TR 91 IN 92 PK
93 AF 94 LK 95 MM 960 MV 961 LB 962 JO 963 SY 964 IQ 965 KW 966 SA 967 YE 968 OM 970 PS 971 AE 972 IL 973 BH
974 QA 975 BT 976 MN 977 NP 98 IR 992 TJ 993 TM 994 AZ 995 GE 996 KG 998 UZ
`;

/**
 * Calling codes that countries share: that of most numbers, then those of numbers which begin with certain digits. ? is
 * no country: such numbers can belong to several of them.
 */
const SHARED = `
1 US CA=204,226,236,249,250,257,263,289,306,343,354,365,367,368,382,403,416,418,428,431,437,438,450,460,468,474,506,514,519,548,579,581,584,587,604,613,639,647,672,683,705,709,742,753,778,780,782,807,819,825,867,873,879,902,905,942 BS=242 BB=246 AI=264 AG=268 VG=284 VI=340 KY=345 BM=441 GD=473 TC=649 JM=658,876 MS=664 MP=670 GU=671 AS=684 SX=721 LC=758 DM=767 VC=784 PR=787,939 DO=809,829,849 TT=868 KN=869 ?=500,521,522,523,524,525,526,527,528,529,533,544,566,577,588,600,700,710,800,822,833,844,855,866,877,88,900
7 RU KZ=6,7
212 MA EH=5288,5289
262 RE YT=269,639
358 FI AX=18
39 IT VA=06698
44 GB GG=1481,7781,7839,79111,79117 JE=1534,7509,77003,77007,77008,7797,7829,7937 IM=1624,74576,7524,7624,7924
47 NO SJ=79
500 FK GS=8
590 ? GP= BL= MF=
599 ? CW=9 BQ=3,4,7
61 AU CC=89162 CX=89164
672 ? NF=3 AQ=1
`;

/** The one calling code of North America, with numbers of one form. */
export const NANP = '1';

interface CallingCode {
  readonly code: string;
  /** Undefined where numbers of no country are more than those of the others. */
  readonly main: string | undefined;
  /** Countries by the digits behind the code, the longest first; undefined for numbers of several. */
  readonly others: readonly (readonly [digits: string, country: string | undefined])[];
}

const countryOf = (stated: string | undefined): string | undefined => (stated === '?' ? undefined : stated);

const shared = SHARED.trim()
  .split('\n')
  .map((line): CallingCode => {
    const [code = '', main, ...rest] = line.split(' ');
    const others = rest.flatMap((each) => {
      const [country, digits = ''] = each.split('=');
      return digits.split(',').map((some) => [some, countryOf(country)] as const);
    });
    return { code, main: countryOf(main), others: others.sort(([a], [b]) => b.length - a.length) };
  });
const single = SINGLE.trim()
  .split(/\s+/)
  .flatMap((code, index, all): CallingCode[] => (index % 2 === 0 ? [{ code, main: all[index + 1], others: [] }] : []));
const codes = new Map([...shared, ...single].map((each) => [each.code, each]));
const byCountry = new Map(
  [...codes.values()].flatMap(({ code, main, others }) =>
    [main, ...others.map(([, country]) => country)].flatMap((country): [string, string][] =>
      country === undefined ? [] : [[country, code]],
    ),
  ),
);

/** The calling code of a country; undefined for one that has none. */
export function callingCodeOf(country: string): string | undefined {
  return byCountry.get(country);
}

/** The calling code that a number in its international form begins with, and the country where only one can be meant. */
export function countryOfNumber(digits: string): { code: string; country: string | undefined } | undefined {
  const found = [1, 2, 3].flatMap((length) => codes.get(digits.slice(0, length)) ?? [])[0];
  if (found === undefined) return undefined;
  const rest = digits.slice(found.code.length);
  const other = found.others.find(([some]) => some !== '' && rest.startsWith(some));
  return { code: found.code, country: other === undefined ? found.main : other[1] };
}
