// What is still missing in a step, said above it and at the question, each entry leading to its field.
function problemsOf(question) {
  const id = question.dataset.q;
  const answer = answerOf(question);
  const look = types[question.dataset.type].problems;
  const found = look ? look(question, id, answer) : [];
  const missing = answer === undefined && question.hasAttribute("data-required");
  if (missing && question.dataset.type === "region" && mayWait()) return [];
  return missing && !found.length ? [problemAt(id, say("error_required"))] : found;
}

// `brief` stands at the question itself; in the summary the question's words go with it.
function problemAt(id, brief) {
  return { at: id, brief: brief, text: say("error_at", { problem: brief, question: textOf(one("q-" + id)) }) };
}

function problemsIn(step) {
  if (step === later()) return [{ at: "_later", text: say("topics_late") }];
  if (step.querySelector("[name=_topic]") && !chosenTopics().length) return [{ at: "_topic", text: say("error_topics") }];
  const shown = shownQuestions();
  return questions(step).filter(function (question) {
    return shown.indexOf(question) >= 0;
  }).reduce(function (found, question) {
    return found.concat(problemsOf(question));
  }, []);
}

// What has been mended is no longer said, while the rest still is.
function heal(question) {
  if (one("errors").hidden || !question) return;
  const id = question.dataset.q;
  const left = problemsOf(question).map(function (problem) { return problem.at; });
  every("#errors li").forEach(function (entry) {
    const at = entry.dataset.at;
    if (at.split(".")[0] !== id || left.indexOf(at) >= 0) return;
    entry.remove();
    unmark(at);
  });
  if (!one("errors").querySelector("li")) clearProblems();
}

function unmark(at) {
  if (one("e-" + at)) one("e-" + at).remove();
  every("[aria-describedby~='e-" + at + "']", form).forEach(function (element) { describe(element, "e-", ""); });
}

function clearProblems() {
  one("errors").hidden = true;
  document.title = document.title.replace(say("error_prefix"), "");
  every(".err", form).forEach(function (shown) { shown.remove(); });
  every("[aria-describedby*='e-']", form).forEach(function (element) { describe(element, "e-", ""); });
}

function describe(element, prefix, added) {
  const kept = (element.getAttribute("aria-describedby") || "").split(" ").filter(function (id) {
    return id && id.indexOf(prefix) !== 0;
  });
  if (added) kept.push(added);
  if (kept.length) element.setAttribute("aria-describedby", kept.join(" "));
  else element.removeAttribute("aria-describedby");
}

function showProblems(problems) {
  clearProblems();
  refill(one("errors").querySelector("ul"), problems.map(function (problem) {
    const link = make("a", { href: "#f-" + problem.at }, [problem.text]);
    link.addEventListener("click", function (event) {
      event.preventDefault();
      leadTo(problem.at);
    });
    return make("li", { "data-at": problem.at }, [link]);
  }));
  problems.forEach(markProblem);
  document.title = say("error_prefix") + document.title;
  one("errors").hidden = false;
  one("errors").focus();
  one("errors").scrollIntoView();
}

function markProblem(problem) {
  const place = one("q-" + problem.at);
  const title = place && place.querySelector("legend, .ask");
  if (!title) return;
  title.parentNode.insertBefore(make("p", { class: "err", id: "e-" + problem.at }, [problem.brief || problem.text]), title.nextSibling);
  describe(place.tagName === "FIELDSET" ? place : one("f-" + problem.at), "e-", "e-" + problem.at);
}

function leadTo(at) {
  const field = one("f-" + at) || one("q-" + at);
  const place = one("q-" + at) || field;
  if (!field) return;
  place.scrollIntoView();
  field.focus({ preventScroll: true });
}
