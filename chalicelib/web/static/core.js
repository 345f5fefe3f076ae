// Small words that everything else uses. ES2017 at most: old phones' web views read this.
const REPLY_WITHIN_MS = 20000;
const page = document.getElementById("page");
const texts = JSON.parse(document.getElementById("texts").textContent);

function one(id) {
  return document.getElementById(id);
}

function every(selector, within) {
  return Array.from((within || document).querySelectorAll(selector));
}

// The words under a key; {name} and {name:02} are filled in from values.
function say(key, values) {
  return texts[key].replace(/\{(\w+)(?::0(\d))?\}/g, function (_, name, width) {
    return String(values[name]).padStart(Number(width || 0), "0");
  });
}

// An element with attributes, and children that are elements or text: never markup.
function make(tag, attributes, children) {
  const made = document.createElement(tag);
  Object.entries(attributes || {}).forEach(function (pair) {
    if (pair[0] === "onclick") made.addEventListener("click", pair[1]);
    else made.setAttribute(pair[0], pair[1]);
  });
  (children || []).forEach(function (child) {
    made.append(child);
  });
  return made;
}

function refill(element, children) {
  element.textContent = "";
  children.forEach(function (child) {
    element.append(child);
  });
}

function announce(words) {
  one("live").textContent = words;
}

// An instant of the API ("2021-08-03T09:00:00.000+08:00", always Shanghai's) in the page's words.
function shanghai(instant) {
  const parts = /^(\d+)-0?(\d+)-0?(\d+)T([\d:]+)/.exec(instant);
  return say("beijing", { time: say("instant", { year: parts[1], month: parts[2], day: parts[3], time: parts[4] }) });
}

// Work that several callers want is done once at a time, and anew for whoever asks after it has ended.
function shared(work) {
  let underWay = null;
  const over = function () { underWay = null; };
  return function () {
    if (!underWay) {
      underWay = work();
      underWay.then(over, over);
    }
    return underWay;
  };
}

// What is fetched, unless it takes too long.
function inTime(fetching) {
  return Promise.race([fetching, sleep(REPLY_WITHIN_MS).then(function () { throw new Error("no reply in time"); })]);
}

function sleep(ms) {
  return new Promise(function (wake) {
    setTimeout(wake, ms);
  });
}
