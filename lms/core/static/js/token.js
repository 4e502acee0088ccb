// The token that goes with what a script sends. A page that stood open for long has an old one.

/** The page's own token; empty when the page has no form. */
export const tokenHere = () => document.querySelector("input[name=csrf_token]")?.value ?? "";

/**
 * A new token from a fresh copy of a page, put into every form of this one; null when the person is signed out.
 * Throws when there is no signal.
 */
export async function newToken(address, options = {}) {
  const response = await fetch(address, { headers: { Accept: "text/html" }, ...options });
  if (!response.ok || response.redirected) return null;
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const token = page.querySelector("input[name=csrf_token]")?.value;
  if (!token) return null;
  for (const input of document.querySelectorAll("input[name=csrf_token]")) input.value = token;
  return token;
}
