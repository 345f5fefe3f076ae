// The answers once more, section by section: what is in it, how much of it is answered, and its way back. Opened, in words.
function wordsOf(question) {
  if (answerOf(question) === undefined) return say("unanswered");
  return types[question.dataset.type].words(question, question.dataset.q);
}

// What isn't wholly answered comes first.
function fillReview(steps, go) {
  const sections = steps.map(function (step) { return reviewed(step, go); });
  const gaps = sections.filter(function (section) { return section.open; });
  refill(one("given"), gaps.concat(sections.filter(function (section) { return !section.open; })).map(function (section) {
    return section.element;
  }));
}

function reviewed(step, go) {
  const title = step.querySelector("h2").textContent;
  const change = make("button", { type: "button", class: "link", "aria-label": say("change") + " " + title, onclick: function () { go(step); } }, [say("change")]);
  const heading = make("h3", {}, [title]);
  const shown = shownQuestions();
  const asked = questions(step).filter(function (question) { return shown.indexOf(question) >= 0; });
  const given = asked.filter(function (question) { return answerOf(question) !== undefined; }).length;
  const list = make("dl", { class: "given" }, asked.map(function (question) {
    return make("div", {}, [make("dt", {}, [textOf(question)]), make("dd", {}, [wordsOf(question)])]);
  }));
  const summary = make("summary", {}, [heading, make("span", {}, [say("review_count", { given: given, asked: asked.length })])]);
  return { open: given < asked.length, element: make("div", { class: "head" }, [make("details", {}, [summary, list]), change]) };
}
