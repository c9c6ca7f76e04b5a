/**
 * Can `text` be an adminEmail? The language of the protocol's own schema, `\S+@(\S+\.)+\S+`, in a form that no hostile
 * text keeps busy; and no longer than an address can be.
 */
export const isEmail = (text: string): boolean => text.length <= 320 && /^\S+@\S+\.\S+$/.test(text);
