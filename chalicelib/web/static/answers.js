// Reading answers out of the form and putting them back. The form itself is the only model: real inputs, made by the
// server from the definition.
const form = one("form");

function questions(within) {
  return every("[data-q]", within || form).filter(function (question) {
    return question.dataset.q !== "_topic";
  });
}

function inputs(name) {
  return every('[name="' + name + '"]', form);
}

function checkedValues(name) {
  return inputs(name).filter(function (input) { return input.checked; }).map(function (input) { return input.value; });
}

// A question's answer in the API's form; undefined where there is none.
function answerOf(question) {
  return types[question.dataset.type].read(question, question.dataset.q);
}

function readAnswers(among) {
  const answers = {};
  among.forEach(function (question) {
    const answer = answerOf(question);
    if (answer !== undefined) answers[question.dataset.q] = answer;
  });
  return answers;
}

function tick(name, values) {
  inputs(name).forEach(function (input) {
    input.checked = values.indexOf(input.value) >= 0;
  });
}

function fillIn(answers, names, among) {
  among.forEach(function (question) {
    const id = question.dataset.q;
    types[question.dataset.type].fill(question, id, answers[id], names[id]);
  });
}

// Questions of the sections that this respondent goes through, without those that an earlier answer hides.
function shownQuestions() {
  const seen = {};
  return questions().filter(function (question) {
    const topic = question.closest("[data-step]").dataset.topic;
    if (topic && chosenTopics().indexOf(topic) < 0) return false;
    if (question.dataset.if) {
      const given = [].concat(seen[question.dataset.if]);
      const wanted = question.dataset.in.split(" ");
      if (!wanted.some(function (option) { return given.indexOf(option) >= 0; })) return false;
    }
    seen[question.dataset.q] = answerOf(question);
    return true;
  });
}

function textOf(question) {
  return every("legend, .ask", question)[0].firstChild.textContent.trim();
}
