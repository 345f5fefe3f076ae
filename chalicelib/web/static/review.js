// The answers once more, in words, each section with its way back.
function wordsOf(question) {
  if (answerOf(question) === undefined) return say("unanswered");
  return types[question.dataset.type].words(question, question.dataset.q);
}

function fillReview(steps, go) {
  const shown = shownQuestions();
  refill(one("given"), steps.map(function (step) {
    const title = step.querySelector("h2").textContent;
    const change = make("button", { type: "button", class: "link", "aria-label": say("change") + " " + title, onclick: function () { go(step); } }, [say("change")]);
    const head = make("div", { class: "head" }, [make("h3", {}, [title]), change]);
    if (nameOf(step) === "_topics") return make("div", {}, [head, make("p", {}, [chosenTitles().join(say("comma"))])]);
    const list = make("dl", { class: "given" }, questions(step).filter(function (question) {
      return shown.indexOf(question) >= 0;
    }).map(function (question) {
      return make("div", {}, [make("dt", {}, [textOf(question)]), make("dd", {}, [wordsOf(question)])]);
    }));
    return make("div", {}, [head, list]);
  }));
}
