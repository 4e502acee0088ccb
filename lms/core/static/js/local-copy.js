// Words that the server does not have yet, kept on this device, one copy per person and place.
const PREFIX = "going-forward:unsaved:";

function keyOf(form) {
  return `${PREFIX}${document.body.dataset.person ?? ""}:${form.dataset.autosaveUrl}`;
}

/** Keep {values, version, at} for this form. Returns false when the device refuses to store. */
export function keep(form, copy) {
  try {
    localStorage.setItem(keyOf(form), JSON.stringify(copy));
    return true;
  } catch {
    return false;
  }
}

/** The kept copy, or null. */
export function kept(form) {
  try {
    return JSON.parse(localStorage.getItem(keyOf(form)));
  } catch {
    return null;
  }
}

/** Forget the copy, once the server has the words. */
export function forget(form) {
  try {
    localStorage.removeItem(keyOf(form));
  } catch {
    // A device that cannot store has nothing to forget.
  }
}
