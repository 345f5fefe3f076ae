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

function rows(question) {
  return every("[data-row]", question).map(function (row) { return row.dataset.row; });
}

function matrixAnswer(question) {
  const answer = {};
  rows(question).forEach(function (row) {
    const chosen = checkedValues(question.dataset.q + "." + row);
    if (chosen.length) answer[row] = Number(chosen[0]);
  });
  return Object.keys(answer).length ? answer : undefined;
}

// A question's answer in the API's form; undefined where there is none.
function answerOf(question) {
  const id = question.dataset.q;
  const type = question.dataset.type;
  if (type === "matrix") return matrixAnswer(question);
  if (type === "single") return checkedValues(id)[0];
  if (type === "rating") return checkedValues(id).map(Number)[0];
  if (type === "multiple") return checkedValues(id).length ? checkedValues(id) : undefined;
  return inputs(id)[0].value.trim() || undefined;
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

function fillIn(answers, names) {
  questions().forEach(function (question) {
    const id = question.dataset.q;
    const answer = answers[id];
    const type = question.dataset.type;
    if (type === "matrix") rows(question).forEach(function (row) { tick(id + "." + row, [String((answer || {})[row])]); });
    else if (type === "multiple") tick(id, answer || []);
    else if (type === "single" || type === "rating") tick(id, [String(answer)]);
    else if (type === "cascade") setCascade(id, answer || "");
    else inputs(id)[0].value = answer || "";
    if (type === "region") showRegion(id, names[id]);
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
