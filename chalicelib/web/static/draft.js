// What is kept on the device until there is a receipt: one draft per link, shared by all tabs.
// {version, ticket, closes_at, topics, answers, names, reached, pending} or, afterwards, {receipt, accepted_at}.
const key = "minsheng:" + page.dataset.code;
let unkept = {};

function readDraft() {
  try {
    return JSON.parse(localStorage.getItem(key)) || {};
  } catch (error) {
    return unkept; // private mode, or a frame that may not store: the draft then lives as long as the page
  }
}

function writeDraft(changes) {
  const draft = Object.assign(readDraft(), changes);
  try {
    localStorage.setItem(key, JSON.stringify(draft));
  } catch (error) {
    unkept = draft;
  }
  return draft;
}

function dropDraft(left) {
  unkept = left || {};
  try {
    if (left) localStorage.setItem(key, JSON.stringify(left));
    else localStorage.removeItem(key);
  } catch (error) {
    // nothing was stored
  }
}
