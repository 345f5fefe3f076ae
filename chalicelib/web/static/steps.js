// One step at a time, with the browser's own back button: the step is the address's fragment.
const SCREENS = ["intro", "form", "waiting", "ended", "receipt"];

// All that lie on the way, with the one that is `wanted`, else with the one that is shown.
function steps(wanted) {
  const topics = chosenTopics();
  return every("[data-step]", form).filter(function (step) {
    if (step.dataset.topic) return topics.indexOf(step.dataset.topic) >= 0;
    // Only whoever wants other topics, or has none yet, passes through their choice.
    if (step.id === "s-_topics") return (wanted ? step === wanted : !step.hidden) || !(later() || topics.length);
    return /^s-_/.test(step.id) || questions(step).length > 0;
  });
}

function nameOf(step) {
  return step.id.slice(2);
}

// The questionnaire's section that a step belongs to, or that is asked for in it; else the step's own name.
function sectionOf(step) {
  const section = step.dataset.section ? step : step.querySelector("[data-section]");
  return section ? section.dataset.section : nameOf(step);
}

function currentStep() {
  return steps().find(function (step) { return !step.hidden; });
}

function atReview() {
  return document.body.dataset.screen === "review";
}

function showScreen(name) {
  SCREENS.forEach(function (each) {
    if (one(each)) one(each).hidden = each !== name;
  });
  if (name !== "form") look("");
  document.body.dataset.screen = name;
  swapped();
}

function firstOpen() {
  return steps().find(function (step) { return problemsIn(step).length > 0; });
}

// Shows a step; those behind the first one with something missing can't be reached by typing an address.
function showStep(wanted) {
  const all = steps(wanted);
  const open = all.findIndex(function (step) { return problemsIn(step).length > 0; });
  const furthest = open < 0 ? all.length - 1 : open;
  const index = Math.min(Math.max(all.indexOf(wanted), 0), furthest);
  const step = all[index];
  clearProblems();
  setTimeout(fetchRest, TABLE_AFTER_MS);
  if (step === later()) waitForTopics();
  every("[data-step]", form).forEach(function (each) { each.hidden = each !== step; });
  showScreen("form");
  document.body.dataset.screen = nameOf(step).replace("_", "");
  showAll();
  look(sectionOf(step));
  showProgress(index, all);
  if (nameOf(step) === "_review") showReview(all.slice(0, -1));
  toTop();
  step.querySelector("h2").focus();
}

// What the first question can do without.
function fetchRest() {
  fetchDivisions();
  fetchTopics().catch(function () {});
}

function showReview(answered) {
  writeDraft({ reviewed: true });
  fillReview(answered, goTo);
  offerTopics(addTopic);
}

function showProgress(index, all) {
  const where = say("progress", { step: index + 1, steps: all.length });
  one("bar").max = all.length;
  one("bar").value = index + 1;
  one("where").textContent = where;
  const last = index === all.length - 1;
  one("next").hidden = last;
  one("send").hidden = !last;
  if (!last) one("next").textContent = say(nameOf(stepAfter(all[index])) === "_review" ? "to_review" : "next");
  document.title = all[index].querySelector("h2").textContent + " · " + where;
}

function goTo(step) {
  const from = currentStep() && !form.hidden ? nameOf(currentStep()) : "";
  history.pushState({ from: from }, "", "#" + nameOf(step));
  showStep(step);
}

// The step before this one. Where it is also the last one seen, the browser's own history goes back with it.
function goBack() {
  const all = steps();
  const before = all[all.indexOf(currentStep()) - 1];
  const from = (history.state || {}).from;
  if (from === (before ? nameOf(before) : "")) return history.back();
  if (before) return goTo(before);
  history.pushState({}, "", location.pathname + location.search);
  return route();
}

// The next step in order; once all was reviewed, straight to what is still open, or back to the review.
function stepAfter(step) {
  const all = steps();
  if (!readDraft().reviewed) return all[all.indexOf(step) + 1];
  return firstOpen() || all[all.length - 1];
}

function route() {
  const draft = readDraft();
  if (draft.receipt) return showReceipt();
  if (draft.pending) return deliver();
  const name = location.hash.slice(1);
  if (name === "begin") return beginAtOnce();
  if (!name || !draft.answers) return showIntro(draft);
  return showStep(one("s-" + name));
}

// From the plain form, whose reader has pressed the start button already.
function beginAtOnce() {
  history.replaceState(null, "", location.pathname + location.search);
  return resume();
}

function showIntro(draft) {
  showScreen("intro");
  one("start").textContent = draft.answers ? one("start").dataset.again : one("start").dataset.first;
  one("discard").hidden = !draft.answers;
  one("shared").hidden = !draft.answers;
  one("unkept").hidden = Boolean(device) && !full;
  one("kept").hidden = !one("unkept").hidden;
}

function forward() {
  const step = currentStep();
  if (step === later()) return waitForTopics();
  const problems = problemsIn(step);
  if (problems.length) return showProblems(problems);
  if (nameOf(step) !== "_review") return goTo(stepAfter(step));
  if (firstOpen()) return goTo(firstOpen());
  return swappedFor() > NOT_MEANT_MS && send();
}

function addTopic(input) {
  input.checked = true;
  keep();
  goTo(steps().find(function (step) { return step.dataset.topic === input.value; }));
}

// The server found something wrong: back to the first step concerned, with all of it said.
function returnTo(errors) {
  const problems = errors.map(function (error) {
    const parts = error.pointer.split("/").slice(2);
    const at = one("q-" + parts.join(".")) ? parts.join(".") : parts[0];
    const question = one("q-" + parts[0]);
    if (!question) return { at: at, text: error.detail };
    return Object.assign(problemAt(parts[0], say("error_wrong")), { at: at });
  });
  const place = problems.length && one("q-" + problems[0].at);
  goTo(place ? place.closest("[data-step]") : steps().pop());
  showProblems(problems);
}

function showWaiting(words, mayRetry) {
  const first = one("waiting").hidden;
  showScreen("waiting");
  if (first) one("waiting").querySelector("h1").focus();
  one("why").textContent = words;
  one("retry").hidden = !mayRetry;
}

function showEnded(title, words, mayRetry) {
  showScreen("ended");
  one("ended").querySelector("h1").textContent = title;
  one("ended").querySelector(".lead").textContent = words;
  one("again").hidden = !mayRetry;
  one("ended").querySelector("h1").focus();
}

function showReceipt() {
  const draft = readDraft();
  showScreen("receipt");
  every("[data-receipt]")[0].textContent = draft.receipt;
  every("[data-accepted]")[0].textContent = shanghai(draft.accepted_at);
  history.replaceState(null, "", "#receipt");
  toTop();
  one("receipt").querySelector("h1").focus();
  fetchEcho();
}
