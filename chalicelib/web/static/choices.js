// What follows at once from a choice: options that exclude others, questions that appear, stars that light up.
function settleExclusive(input) {
  const question = input.closest("[data-q]");
  if (question.dataset.type !== "multiple" || !input.checked) return;
  inputs(input.name).forEach(function (other) {
    const clash = input.hasAttribute("data-alone") || other.hasAttribute("data-alone");
    if (other !== input && clash) other.checked = false;
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
  showRoomLeft();
}
