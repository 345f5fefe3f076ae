// The topics' questions come once the first question is on the screen. Until they are here, one step stands for them,
// and answers to them that are in the draft stay as they are.

function later() {
  return one("s-_later");
}

// Asked for again by each answer until they are here.
function fetchTopics() {
  return later() ? askForTopics() : Promise.resolve();
}

const askForTopics = shared(readTopics);

async function readTopics() {
  const query = "?version=" + encodeURIComponent(page.dataset.version) + "&lang=" + document.documentElement.lang;
  const reply = await inTime(fetch(page.dataset.root + "s/" + page.dataset.code + "/topics" + query));
  const said = reply.ok ? await reply.json() : null;
  if (!said || typeof said.sections !== "string") throw new Error("not our reply");
  if (later()) placeTopics(said.sections);
}

function placeTopics(sections) {
  const stood = later();
  const shown = !form.hidden && currentStep();
  stood.insertAdjacentHTML("beforebegin", sections);
  stood.remove();
  const added = every("[data-topic]", form).reduce(function (all, step) { return all.concat(questions(step)); }, []);
  setUpQuestions(added);
  fillIn(readDraft().answers || {}, readDraft().names || {}, added);
  showAll();
  if (shown === stood) goOn();
  else if (shown) showProgress(steps().indexOf(shown), steps());
}

// Whoever waited for them sees the first of theirs, in the place of the step that stood for them.
function goOn() {
  const step = steps().find(function (each) { return each.dataset.topic; }) || firstOpen();
  history.replaceState(history.state, "", "#" + nameOf(step));
  showStep(step);
}

function waitForTopics() {
  fetchTopics().catch(function () {
    if (later()) later().querySelector("p").textContent = say("topics_late");
  });
}

// The draft's answers: those on the page, and those whose questions aren't on it yet.
function allAnswers() {
  const kept = later() ? Object.assign({}, readDraft().answers) : {};
  questions().forEach(function (question) { delete kept[question.dataset.q]; });
  return Object.assign(kept, readAnswers(questions()));
}
