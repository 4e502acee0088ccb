// What the server does not have yet, kept on this device, one copy per person and place.
const PREFIX = "going-forward:unsaved:";

const personHere = () => document.body.dataset.person ?? "";
const keyOf = (place, person) => `${PREFIX}${person}:${place}`;
const placeOf = (form) => form.dataset.autosaveUrl;

/** Keep a copy for a place, such as an address. Returns false when the device refuses to store. */
export function keepFor(place, copy, person = personHere()) {
  try {
    localStorage.setItem(keyOf(place, person), JSON.stringify(copy));
    return true;
  } catch {
    return false;
  }
}

/** The copy kept for a place, or null. */
export function keptFor(place, person = personHere()) {
  try {
    return JSON.parse(localStorage.getItem(keyOf(place, person)));
  } catch {
    return null;
  }
}

/** Forget the copy of a place, once the server has it. */
export function forgetFor(place, person = personHere()) {
  try {
    localStorage.removeItem(keyOf(place, person));
  } catch {
    // A device that cannot store has nothing to forget.
  }
}

/** Keep {values, version, at} for this form. Returns false when the device refuses to store. */
export const keep = (form, copy) => keepFor(placeOf(form), copy);

/** The kept copy of this form, or null. */
export const kept = (form) => keptFor(placeOf(form));

/** Forget the copy of this form, once the server has the words. */
export const forget = (form) => forgetFor(placeOf(form));
