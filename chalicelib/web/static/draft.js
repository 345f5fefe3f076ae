// What is kept on the device until there is a receipt: one draft per link, shared by all tabs.
// {version, ticket, topics, answers, names, reviewed, pending, kept} or, afterwards, {receipt, accepted_at}.
const key = "minsheng:" + page.dataset.code;
const VISIT = ":visit"; // behind the key: see visit.js
const device = storage();
// Phones and computers are shared: answers that nobody went on with are forgotten.
const FORGOTTEN_MS = 72 * 3600000;
let unkept = {};
let full = false;

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

// What can't be read, because something else wrote or cut it, is no draft.
function readDraft() {
  if (!device || full) return unkept;
  try {
    const draft = JSON.parse(device.getItem(key));
    return draft && draft.constructor === Object ? draft : {};
  } catch (error) {
    return {};
  }
}

function writeDraft(changes) {
  store(Object.assign(readDraft(), changes, { kept: Date.now() }));
}

// Of all links that were opened on this device. What is on its way stays until it has arrived.
function forgetOld() {
  Object.keys(device || {}).filter(function (name) { return name.indexOf("minsheng:") === 0; }).forEach(function (name) {
    try {
      const draft = JSON.parse(device.getItem(name));
      if (draft.answers && !draft.pending && Date.now() - draft.kept > FORGOTTEN_MS) forget(name);
    } catch (error) {
      forget(name);
    }
  });
}

function forget(name) {
  device.removeItem(name);
  device.removeItem(name + VISIT);
}

// Forgets the draft; the receipt, where there is one, takes its place.
function dropDraft(left) {
  store(left || {});
  if (device && (full || !left)) device.removeItem(key);
  if (device) device.removeItem(key + VISIT);
}

// Where the device has no room for it, the draft lives as long as the page, too.
function store(draft) {
  unkept = draft;
  full = false;
  try {
    if (device) device.setItem(key, JSON.stringify(draft));
  } catch (error) {
    full = true;
  }
}
