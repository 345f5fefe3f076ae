// What follows at once from a choice: options that exclude others, questions that appear, stars that light up.
function settleExclusive(input) {
  const question = input.closest("[data-q]");
  if (question.dataset.type !== "multiple" || !input.checked) return;
  inputs(input.name).forEach(function (other) {
    const clash = input.hasAttribute("data-alone") || other.hasAttribute("data-alone");
    if (other !== input && clash) other.checked = false;
  });
}

// An answer that nobody has to give can be taken back, though a radio button by itself can't.
function offerTakingBack(question) {
  if (question.hasAttribute("data-required") || !question.querySelector("input[type=radio]")) return;
  question.append(make("button", { type: "button", class: "plain", "data-take-back": "", hidden: "", onclick: function () {
    inputs(question.dataset.q).forEach(function (input) { input.checked = false; });
    question.querySelector("input").focus();
    showAll();
    keep();
  } }, [say("take_back")]));
}

function showTakingBack() {
  every("[data-take-back]", form).forEach(function (button) {
    button.hidden = answerOf(button.closest("[data-q]")) === undefined;
  });
}

function showWhatApplies() {
  const shown = shownQuestions();
  questions().forEach(function (question) {
    question.hidden = shown.indexOf(question) < 0;
  });
}

function lightStars() {
  every(".stars", form).forEach(function (stars) {
    const chosen = stars.querySelector("input:checked");
    every("label", stars).forEach(function (label) {
      const below = chosen && Number(label.firstChild.value) <= Number(chosen.value);
      label.classList.toggle("on", Boolean(below));
    });
  });
}

function showRoomLeft() {
  every("textarea", form).forEach(function (area) {
    const room = area.parentNode.querySelector("[data-left]");
    if (room) room.textContent = say("left", { count: area.maxLength - area.value.length });
  });
}

function showAll() {
  showWhatApplies();
  lightStars();
  showTakingBack();
  showRoomLeft();
}
