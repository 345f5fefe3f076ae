// How long each section was looked at, and how often an answer was changed: kept beside the draft, sent with the answers,
// so that machines can be told from people. Apart from it, since a tab in the background may see the draft of a moment
// ago: were that stored again with the seconds, it would undo what was just answered in another tab.
let looked = null; // the section on the screen, and since when
let visited = {}; // where the device keeps nothing
const touched = {};

// {spent: seconds by section, edits}
function readVisit() {
  if (!device) return visited;
  try {
    return JSON.parse(device.getItem(key + VISIT)) || {};
  } catch (error) {
    return {};
  }
}

function writeVisit(changes) {
  visited = Object.assign(readVisit(), changes);
  try {
    if (device) device.setItem(key + VISIT, JSON.stringify(visited));
  } catch (error) {
    // no room: the answers matter more
  }
}

// From now on this section is looked at; "": none.
function look(name) {
  if (looked) {
    const spent = Object.assign({}, readVisit().spent);
    spent[looked.name] = (spent[looked.name] || 0) + (Date.now() - looked.since) / 1000;
    if (readDraft().answers) writeVisit({ spent: spent });
  }
  looked = name ? { name: name, since: Date.now() } : null;
}

function onTouch(event) {
  const name = event.target.name;
  if (touched[name] && event.target.type !== "checkbox") writeVisit({ edits: (readVisit().edits || 0) + 1 });
  touched[name] = true;
}

// A page that lies in the background isn't read.
function onHidden() {
  look(document.hidden || form.hidden || !currentStep() ? "" : sectionOf(currentStep()));
}

// Seconds by section in the order of the questionnaire, 0 where it wasn't shown.
function paradata() {
  look("");
  const visit = readVisit(), spent = visit.spent || {};
  const sections = every("[data-section]", form).map(function (part) { return part.dataset.section; });
  return {
    dwell: sections.map(function (name) { return Math.max(0, Math.round((spent[name] || 0) * 10) / 10); }),
    edits: visit.edits || 0,
  };
}
