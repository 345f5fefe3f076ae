// The answers once more, in words, each section with its way back.
function labelOf(input) {
  return input.parentNode.textContent.trim();
}

function wordsOf(question) {
  const id = question.dataset.q;
  const type = question.dataset.type;
  if (answerOf(question) === undefined) return say("unanswered");
  if (type === "region") return one("p-" + id).textContent;
  if (type === "cascade") return cascadeWords(id);
  if (type === "text") return inputs(id)[0].value.trim();
  if (type === "rating") return starWords(id);
  if (type === "matrix") return every("[data-row]", question).map(function (row) {
    return row.querySelector("legend").textContent + say("colon") + starWords(id + "." + row.dataset.row);
  }).join("\n");
  return inputs(id).filter(function (input) { return input.checked; }).map(labelOf).join(say("comma"));
}

function starWords(name) {
  const chosen = inputs(name).find(function (input) { return input.checked; });
  return chosen ? "★ " + chosen.getAttribute("aria-label") : say("unanswered");
}

function cascadeWords(id) {
  const cascade = cascades[id];
  const group = cascade.groups[cascade.group.value].text;
  const leaf = cascade.leaf.selectedOptions[0].textContent;
  return group === leaf ? leaf : group + say("colon") + leaf;
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
