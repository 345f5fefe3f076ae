// Topic modules: one is assigned by the ticket; the respondent may choose another, or more, until the answers are sent.
function chosenTopics() {
  return checkedValues("_topic");
}

// Where there is one topic only, everybody answers it.
function showTopics(topics) {
  if (one("s-_topics")) tick("_topic", topics || []);
}

// Before sending, each topic not yet chosen is offered once more.
function offerTopics(begin) {
  const offered = inputs("_topic").filter(function (input) { return !input.checked; });
  one("more").hidden = !offered.length;
  refill(one("more").querySelector("div"), offered.map(function (input) {
    const title = labelOf(input);
    return make("button", { type: "button", class: "plain", onclick: function () { begin(input); } }, [say("topics_add", { topic: title })]);
  }));
}
