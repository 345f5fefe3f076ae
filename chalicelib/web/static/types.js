// What each type of question does on the page; nothing else asks for a type. `read` gives the answer in the API's form,
// undefined where there is none; `fill` puts one back; `words` tells it in the review; `problems`, where a type has them,
// says what is wrong beside a required answer that is missing.
const types = {
  single: {
    read: function (question, id) { return checkedValues(id)[0]; },
    fill: function (question, id, answer) { tick(id, [String(answer)]); },
    words: chosenWords,
  },
  multiple: {
    read: function (question, id) { return checkedValues(id).length ? checkedValues(id) : undefined; },
    fill: function (question, id, answer) { tick(id, answer || []); },
    problems: function (question, id, answer) {
      const most = question.dataset.most;
      return answer && most && answer.length > Number(most) ? [problemAt(id, say("error_max", { max: most }))] : [];
    },
    words: chosenWords,
  },
  cascade: {
    read: typedAnswer,
    fill: function (question, id, answer) { setCascade(id, answer || ""); },
    words: function (question, id) {
      const cascade = cascades[id];
      const group = cascade.groups[cascade.group.value].text;
      const leaf = cascade.leaf.selectedOptions[0].textContent;
      return group === leaf ? leaf : group + say("colon") + leaf;
    },
  },
  rating: {
    read: function (question, id) { return checkedValues(id).map(Number)[0]; },
    fill: function (question, id, answer) { tick(id, [String(answer)]); },
    words: function (question, id) { return starWords(id); },
  },
  matrix: {
    read: function (question, id) {
      const answer = {};
      rows(question).forEach(function (row) {
        const chosen = checkedValues(id + "." + row.dataset.row);
        if (chosen.length) answer[row.dataset.row] = Number(chosen[0]);
      });
      return Object.keys(answer).length ? answer : undefined;
    },
    fill: function (question, id, answer) {
      rows(question).forEach(function (row) { tick(id + "." + row.dataset.row, [String((answer || {})[row.dataset.row])]); });
    },
    problems: function (question, id, answer) {
      if (!answer && !question.hasAttribute("data-required")) return [];
      return rows(question).filter(function (row) {
        return !(row.dataset.row in (answer || {}));
      }).map(function (row) {
        return { at: id + "." + row.dataset.row, text: say("error_row", { row: titleOf(row) }) };
      });
    },
    words: function (question, id) {
      return rows(question).map(function (row) {
        return titleOf(row) + say("colon") + starWords(id + "." + row.dataset.row);
      }).join("\n");
    },
  },
  text: {
    read: typedAnswer,
    fill: fillTyped,
    words: function (question, id) { return inputs(id)[0].value.trim(); },
  },
  region: {
    read: typedAnswer,
    fill: function (question, id, answer, name) {
      fillTyped(question, id, answer);
      showRegion(id, name);
    },
    words: function (question, id) { return one("p-" + id).textContent; },
  },
};

function rows(question) {
  return every("[data-row]", question);
}

function titleOf(row) {
  return row.querySelector("legend").textContent;
}

function typedAnswer(question, id) {
  return inputs(id)[0].value.trim() || undefined;
}

function fillTyped(question, id, answer) {
  inputs(id)[0].value = answer || "";
}

function chosenWords(question, id) {
  return inputs(id).filter(function (input) { return input.checked; }).map(labelOf).join(say("comma"));
}

function labelOf(input) {
  return input.parentNode.textContent.trim();
}

function starWords(name) {
  const chosen = inputs(name).find(function (input) { return input.checked; });
  return chosen ? "★ " + chosen.getAttribute("aria-label") : say("unanswered");
}
