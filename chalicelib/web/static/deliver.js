// Getting a ticket, and getting the answers to the server. What is sent is frozen first: a retry with the same ticket
// and the same answers is safe, so it is tried until there is a word from the server.
const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 30000;
const TABS_SETTLE_MS = 50;
const LONGEST_SETTLE_MS = 4000;
const LONGEST_TURN_MS = 8000;
const fetched = key + ":ticket";
// Refusals after which nothing more can be sent: the title and the words that tell so.
const FINAL = {
  "collection-closed": ["closed_title", "closed_before_sent"],
  "link-revoked": ["revoked_title", "revoked_before_sent"],
  "withdrawn": ["withdrawn_title", "withdrawn_text"],
  "answer-conflict": ["conflict_title", "conflict"],
};
let delivering = false;
let hurry = function () {};

async function post(path, body) {
  const reply = await inTime(fetch(page.dataset.root + "api/v1/" + path, {
    method: "POST",
    headers: { "Content-Type": "application/json", "Accept-Language": document.documentElement.lang },
    body: JSON.stringify(body),
  }));
  const wait = (Number(reply.headers.get("Retry-After")) || 0) * 1000;
  if (reply.status === 429 || reply.status >= 500) return { status: reply.status, said: {}, wait: wait };
  const said = await reply.json();
  if (!isOurs(path, reply, said)) throw new Error("not our reply");
  learnTime(reply);
  reached();
  return { status: reply.status, said: said, wait: wait };
}

// Whatever stands between us and the server (a login page, a filter, a proxy) answers with any status. What isn't ours
// by content type and by shape is no reply at all.
function isOurs(path, reply, said) {
  const type = String(reply.headers.get("Content-Type")).split(";")[0].trim();
  if (!said || said.constructor !== Object) return false;
  if (!reply.ok) return type === "application/problem+json" && typeof said.type === "string" && said.status === reply.status;
  if (type !== "application/json") return false;
  if (path === "tickets") return typeof said.ticket === "string" && Array.isArray(said.topics) && Date.parse(said.closes_at) > 0;
  return /^[0-9A-Z]+(-[0-9A-Z]+)+$/.test(said.receipt) && Date.parse(said.accepted_at) > 0;
}

// Whether another tab has the receipt already; then it is shown here too, and this tab's form is over.
function overtaken() {
  if (!readDraft().receipt) return false;
  showReceipt();
  return true;
}

// The draft's ticket, fetched once; all callers share one request, and tabs take turns. Resolves to the server's reply,
// or null where no ticket is needed any more.
function getTicket() {
  return readDraft().ticket ? Promise.resolve(null) : askOnce();
}

const askOnce = shared(function () { return inTurn(askForTicket); });

async function askForTicket() {
  const draft = readDraft();
  if (draft.ticket || draft.receipt) return null;
  const reply = await post("tickets", { link: page.dataset.code });
  if (reply.status === 201 && !readDraft().ticket) {
    takeTicket(reply.said);
    if (navigator.locks) navigator.locks.request(fetched, { mode: "shared" }, function () { return new Promise(function () {}); });
  }
  return reply;
}

// Two tabs that come back online at once must not fetch two tickets. A tab that sleeps with the lock in its hand must
// not hold up the other.
function inTurn(work) {
  if (!navigator.locks) return work();
  let begun = null;
  const begin = function () { return (begun = begun || work()); };
  const turn = navigator.locks.request(key, function () { return ticketOfOtherTab().then(begin); });
  return Promise.race([turn, sleep(LONGEST_TURN_MS).then(begin)]);
}

// What one tab stores reaches another later, on a busy phone much later; a lock is seen at once. So a tab that fetched
// the ticket holds one for as long as it is open, and the others wait until the ticket has reached them.
async function ticketOfOtherTab() {
  const locks = await navigator.locks.query();
  if (!locks.held.some(function (lock) { return lock.name === fetched; })) return;
  for (let waited = 0; waited < LONGEST_SETTLE_MS && !readDraft().ticket && !readDraft().receipt; waited += TABS_SETTLE_MS) {
    await sleep(TABS_SETTLE_MS);
  }
}

function takeTicket(said) {
  closesAt = Date.parse(said.closes_at);
  const draft = readDraft();
  const topics = draft.topics && draft.topics.length ? draft.topics : said.topics;
  writeDraft({ version: said.questionnaire, ticket: said.ticket, topics: topics });
  showTopics(topics);
}

// Freezes what the form holds, and keeps trying until the server has spoken.
// What is on its way already, from another tab, stays as it is.
function send() {
  if (overtaken()) return undefined;
  if (!readDraft().pending) writeDraft({ pending: { topics: chosenTopics(), answers: readAnswers(shownQuestions()), paradata: paradata() } });
  return deliver();
}

async function deliver() {
  if (delivering) return;
  delivering = true;
  let wait = FIRST_WAIT_MS;
  let settled = false;
  showWaiting(say("sending"), false);
  while (readDraft().pending) {
    const reply = await attempt();
    settled = Boolean(reply && settle(reply));
    if (settled) break;
    const pause = Math.max(wait, reply ? reply.wait : 0);
    showWaiting(navigator.onLine === false ? say("sending_offline") : say("sending_wait", { seconds: Math.ceil(pause / 1000) }), true);
    await Promise.race([sleep(pause * (0.8 + 0.4 * Math.random())), new Promise(function (now) { hurry = now; })]);
    wait = Math.min(wait * 2, LONGEST_WAIT_MS);
  }
  delivering = false;
  if (readDraft().receipt) showReceipt();
  else if (!settled) route(); // another tab has had the last word
}

// One try; null where nothing came back.
async function attempt() {
  try {
    const refused = await getTicket();
    if (refused && refused.status !== 201) return refused;
    const draft = readDraft();
    if (!draft.pending) return null;
    return await post("responses", Object.assign({ ticket: draft.ticket }, draft.pending));
  } catch (error) {
    return null;
  }
}

// Whether the reply is the last word; if so, it is shown.
function settle(reply) {
  if (reply.status === 200 || reply.status === 201) {
    dropDraft({ receipt: reply.said.receipt, accepted_at: reply.said.accepted_at });
    return true;
  }
  if (reply.status === 401) {
    writeDraft({ ticket: null }); // its signing key is gone, so nothing can have been stored with it
    return false;
  }
  if (reply.status === 429 || reply.status >= 500) return false;
  endWith(reply.status, slugOf(reply), reply.said.errors || []);
  return true;
}

function slugOf(reply) {
  return String(reply.said.type || "").split("/").pop();
}

// What ends the sending without a receipt, said as it is.
function endWith(status, slug, errors) {
  if (FINAL[slug]) {
    dropDraft();
    return showEnded(say(FINAL[slug][0]), say(FINAL[slug][1]), false);
  }
  writeDraft({ pending: null });
  if (status === 422) return returnTo(errors);
  return showEnded(say("not_taken_title"), say(slug === "collection-not-open" ? "not_open_now" : "went_wrong"), true);
}
