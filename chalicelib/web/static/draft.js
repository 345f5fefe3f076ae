// What is kept on the device until there is a receipt: one draft per link, shared by all tabs.
// {version, ticket, closes_at, topics, answers, names, reached, pending} or, afterwards, {receipt, accepted_at}.
const key = "minsheng:" + page.dataset.code;
const device = storage();
let unkept = {};

// Null in private mode, or in a frame that may not store: the draft then lives as long as the page.
function storage() {
  try {
    localStorage.setItem(key + ":try", "");
    localStorage.removeItem(key + ":try");
    return localStorage;
  } catch (error) {
    return null;
  }
}

function readDraft() {
  return device ? JSON.parse(device.getItem(key)) || {} : unkept;
}

function writeDraft(changes) {
  const draft = Object.assign(readDraft(), changes);
  if (device) device.setItem(key, JSON.stringify(draft));
  else unkept = draft;
}

function dropDraft(left) {
  unkept = left || {};
  if (device && left) device.setItem(key, JSON.stringify(left));
  else if (device) device.removeItem(key);
}
