export function parsedMappings(outdir: string): Promise<Record<string, string>>;
