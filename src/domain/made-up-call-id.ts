const MADE_UP = /^call_mg[0-9a-f]{32}$/;
/** What servers that number the calls of each answer anew give, this one's earlier versions among them. */
const NUMBERED = /^call_\d+$/;

/** An id for a tool call to which its provider gave none: no other call of any conversation has it. */
export const madeUpCallId = (): string => `call_mg${crypto.randomUUID().replaceAll('-', '')}`;

/** Whether no provider can know the call by this id. */
export const isMadeUpCallId = (id: string): boolean => MADE_UP.test(id) || NUMBERED.test(id);
