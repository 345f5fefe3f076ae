// The region picker: hot cities, search, or province by province. The table comes in the background, as soon as somebody
// has begun to answer, so that the question can be answered without a network.
const TABLE_AFTER_MS = 2000;
let divisions = null;

function fetchDivisions() {
  if (!every("[data-type=region]", form).length) return;
  loadDivisions().catch(function () {}); // asked for again by the next answer, or when the picker is opened
}

function loadDivisions() {
  return divisions ? Promise.resolve(divisions) : askForDivisions();
}

const askForDivisions = shared(readDivisions);

// Without a network, and cut off before the table was there, the question may wait until the answers are to be sent.
function mayWait() {
  return !divisions && navigator.onLine === false && !atReview();
}

async function readDivisions() {
  const reply = await fetch(page.dataset.root + "static/" + page.dataset.regions);
  const table = await reply.json();
  if (!reply.ok || !Array.isArray(table.tree)) throw new Error("no region table");
  const flat = [];
  (function walk(nodes, above) {
    nodes.forEach(function (node) {
      const place = { code: node[0], name: node[1], path: above.concat(node[1]), below: node[2] || [] };
      flat.push(place);
      walk(place.below, place.path);
    });
  })(table.tree, []);
  divisions = { flat: flat, hot: table.hot };
  return divisions;
}

function find(code) {
  return divisions.flat.find(function (place) { return place.code === code; });
}

function fullName(place) {
  return place.path.join(" ");
}

function showRegion(id, name) {
  one("p-" + id).textContent = name || say("region_none");
  one("f-" + id).textContent = say(name ? "region_change" : "region_button");
}

function setUpRegion(question) {
  const id = question.dataset.q;
  const picker = question.querySelector(".picker");
  one("f-" + id).addEventListener("click", function () {
    if (picker.hidden) openPicker(id, picker);
    else closePicker(id, picker);
  });
  question.addEventListener("keydown", function (event) { escapePicker(event, id, picker); });
}

async function openPicker(id, picker) {
  picker.hidden = false;
  delete picker.dataset.state;
  swapped();
  one("f-" + id).setAttribute("aria-expanded", "true");
  refill(picker, [make("p", { role: "status" }, [say("region_loading")])]);
  try {
    await loadDivisions();
  } catch (error) {
    const again = make("button", { type: "button", class: "plain", onclick: function () { openPicker(id, picker); } }, [say("region_retry")]);
    refill(picker, [make("p", { role: "alert", class: "err" }, [say("region_failed")]), again]);
    picker.dataset.state = "error";
    return;
  }
  fillPicker(id, picker);
}

function escapePicker(event, id, picker) {
  if (event.key !== "Escape" || picker.hidden) return;
  closePicker(id, picker);
  one("f-" + id).focus();
}

function closePicker(id, picker) {
  picker.hidden = true;
  swapped();
  one("f-" + id).setAttribute("aria-expanded", "false");
}

function fillPicker(id, picker) {
  const search = make("input", { type: "search", id: "search-" + id, autocomplete: "off", maxlength: "20" });
  const list = make("div", {});
  const choose = function (place) {
    if (place.below.length) return showLevel(list, place, choose);
    inputs(id)[0].value = place.code;
    showRegion(id, fullName(place));
    closePicker(id, picker);
    one("f-" + id).focus();
    return keepRegion(id, fullName(place));
  };
  search.addEventListener("input", function () {
    const typed = search.value.trim();
    if (typed) showFound(list, typed, choose);
    else showLevel(list, null, choose);
  });
  // The form must not go on to the next step when somebody presses Enter in the search.
  search.addEventListener("keydown", function (event) {
    if (event.key === "Enter") event.preventDefault();
  });
  refill(picker, [make("label", { for: search.id }, [say("region_search")]), search, list]);
  showLevel(list, null, choose, true);
  if (!matchMedia("(pointer: coarse)").matches) search.focus(); // on a phone the keyboard would cover the chips
}

function chips(places, choose, name) {
  return make("div", { class: "chips" }, places.map(function (place) {
    return make("button", { type: "button", onclick: function () { choose(place); } }, [name(place)]);
  }));
}

function ownName(place) {
  return place.name;
}

// The provinces with the hot cities above them, or what lies below one division.
function showLevel(list, place, choose, quietly) {
  swapped();
  if (!place) {
    const provinces = divisions.flat.filter(function (each) { return each.path.length === 1; });
    const hot = [make("h3", {}, [say("region_hot")]), chips(divisions.hot.map(find), choose, ownName)];
    refill(list, hot.concat(make("h3", {}, [say("region_all")]), chips(provinces, choose, ownName)));
    return;
  }
  const above = divisions.flat.find(function (each) { return each.below.some(function (node) { return node[0] === place.code; }); });
  const up = make("button", { type: "button", class: "more", onclick: function () { showLevel(list, above, choose); } }, [
    above ? say("region_up", { name: above.name }) : say("region_top"),
  ]);
  const title = make("h3", { tabindex: "-1" }, [fullName(place)]);
  refill(list, [up, title, chips(place.below.map(function (node) { return find(node[0]); }), choose, ownName)]);
  if (!quietly) title.focus();
}

// What bears the words itself comes before what lies below it; then what has the characters in this order: 广州天河.
function likenessOf(words, place) {
  const name = fullName(place).toLowerCase();
  const whole = words.every(function (word) { return name.indexOf(word) >= 0; });
  if (whole) return place.name.toLowerCase().indexOf(words[0]) >= 0 ? 3 : 2;
  let at = -1;
  const inOrder = words.length === 1 && words[0] > "\u3000" && words[0].split("").every(function (letter) {
    at = name.indexOf(letter, at + 1);
    return at >= 0;
  });
  return Number(inOrder);
}

function showFound(list, typed, choose) {
  const words = typed.toLowerCase().split(/\s+/);
  const likeness = function (place) { return likenessOf(words, place); };
  const found = divisions.flat.filter(likeness);
  found.sort(function (a, b) { return likeness(b) - likeness(a); });
  refill(list, [make("p", { role: "status" }, [say("region_found", { count: found.length })]), chips(found.slice(0, 30), choose, fullName)]);
}
