// Wiring: what happens when, from the first look to the receipt.
function keep() {
  clearTimeout(typing);
  typing = 0;
  if (overtaken()) return;
  fetchRest();
  writeDraft({ answers: allAnswers(), topics: chosenTopics(), version: readDraft().version || page.dataset.version });
  getTicket().then(takeWord, function () {});
}

// What the server said when asked for a ticket. Only that the link or the collection is over ends the answering.
function takeWord(reply) {
  if (!reply || reply.status === 201) return followVersion();
  return FINAL[slugOf(reply)] && endWith(reply.status, slugOf(reply), []);
}

function keepRegion(id, name) {
  const names = Object.assign({}, readDraft().names);
  names[id] = name;
  writeDraft({ names: names });
  keep();
}

// A draft belongs to the version its ticket names; the page shows that version.
function followVersion() {
  const version = readDraft().version;
  if (!version || version === page.dataset.version || location.search.indexOf("version=") >= 0) return;
  const query = location.search ? location.search + "&" : "?";
  location.replace(query + "version=" + encodeURIComponent(version) + location.hash);
}

function restore() {
  const draft = readDraft();
  if (draft.answers) fillIn(draft.answers, draft.names || {}, questions());
  showTopics(draft.topics);
  showAll();
}

function begin(event) {
  if (!overtaken()) resume();
  event.preventDefault(); // last: if anything above fails, the link leads to the form that needs no script
}

function resume() {
  if (!readDraft().answers) writeDraft({ answers: {}, version: page.dataset.version });
  goTo(firstOpen() || steps().pop());
}

// After a refusal: what is complete is sent, what isn't is gone on with.
function tryAgain() {
  if (firstOpen()) resume();
  else send();
}

function startAnew() {
  dropDraft();
  history.replaceState(null, "", location.pathname + location.search);
  location.reload();
}

// Words being typed are kept too, a moment later.
function onInput() {
  showRoomLeft();
  typing = typing || setTimeout(keep, 400);
}

// The last letters, when the page is left, hidden or thrown away.
function keepLast() {
  if (typing) keep();
}

function onChange(event) {
  if (event.target.type === "checkbox") settleExclusive(event.target);
  showAll();
  heal(event.target.closest("[data-q]"));
  keep();
}

// Another tab of the same link: it shares the draft, and what it sent or received holds here too.
function onOtherTab(event) {
  if (event.key !== key && event.key !== null) return;
  const draft = readDraft();
  if (draft.receipt) showReceipt();
  else if (draft.pending) deliver();
  else if (draft.answers) restore();
}

// The hour is past by our reckoning; the server knows whether it is.
async function whenOver() {
  if (form.hidden || closing) return;
  closing = true;
  try {
    const reply = await post("tickets", { link: page.dataset.code });
    if (reply.status === 201) closesAt = Date.parse(reply.said.closes_at);
    else takeWord(reply);
  } catch (error) {
    await sleep(FIRST_WAIT_MS);
  }
  closing = false;
}

// Some browsers say for ever that there is no network. A reply from the server is the better witness.
function reached() {
  if (one("offline")) one("offline").hidden = true;
}

function tellNetwork() {
  const off = navigator.onLine === false;
  one("offline").hidden = !off;
  one("offline").textContent = off ? say("offline") : "";
  if (!off) hurry();
}

let closing = false;
let typing = 0;

function setUpReceipt() {
  every("[data-copy]")[0].addEventListener("click", function (event) {
    const done = function () { event.target.textContent = say("receipt_copied"); };
    copyText(readDraft().receipt, every("[data-receipt]")[0], done);
  });
  every("[data-print]")[0].addEventListener("click", function () { print(); });
  every("[data-anew]")[0].addEventListener("click", startAnew);
}

function setUpQuestions(among) {
  among.forEach(function (question) {
    if (question.dataset.type === "cascade") splitCascade(question);
    if (question.dataset.type === "region") setUpRegion(question);
    if (question.dataset.type === "text") question.querySelector("textarea").addEventListener("input", onInput);
    offerTakingBack(question);
  });
}

function setUpQuestionnaire() {
  setUpQuestions(questions());
  restore();
  form.addEventListener("change", onChange);
  form.addEventListener("change", onTouch);
  form.addEventListener("click", function (event) {
    if (event.target.hasAttribute("data-choose-topics")) goTo(one("s-_topics"));
  });
  form.addEventListener("submit", function (event) {
    event.preventDefault();
    forward();
  });
  one("start").dataset.first = one("start").textContent;
  one("start").addEventListener("click", begin);
  one("discard").addEventListener("click", startAnew);
  one("back").addEventListener("click", goBack);
  one("retry").addEventListener("click", function () { hurry(); });
  one("again").addEventListener("click", tryAgain);
  document.addEventListener("click", guardTap, true);
  addEventListener("pagehide", keepLast);
  document.addEventListener("visibilitychange", keepLast);
  document.addEventListener("visibilitychange", onHidden);
  addEventListener("popstate", route);
  addEventListener("storage", onOtherTab);
  addEventListener("online", tellNetwork);
  addEventListener("offline", tellNetwork);
  tellNetwork();
  watchClose(whenOver);
  followVersion();
  // A draft's step may be one of theirs.
  if (readDraft().answers) fetchTopics().then(route, route);
  else route();
}

forgetOld();
setUpLarge();
setUpReceipt();
if (page.dataset.state === "open") setUpQuestionnaire();
else settleLeftover();
if (parent !== window) watchHeight();
