export function bundle(wanted: { entry: string; out: string; plugins?: object[] }): Promise<unknown>
