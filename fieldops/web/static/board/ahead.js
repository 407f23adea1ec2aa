// Asks for the largest answers before the modules of the board have come; those take them up.

const { marks, day } = document.currentScript.dataset;
const headers = { Accept: "application/json", "Accept-Language": document.documentElement.lang };
window.ahead = new Map([marks, day].map((url) => [url, fetch(url, { headers }).catch(() => null)]));
