// No tap lands on what was swapped under the finger. Whoever taps twice means what was there at the first tap.
const NOT_MEANT_MS = 400;
// How far from the first tap the second one may land.
const THUMB_PX = 40;
let swappedAt = 0;
let tapped = { x: -1000, y: -1000 };

function swapped() {
  swappedAt = performance.now(); // a clock that nobody sets
  // A slow phone shows it later: nobody aims at what isn't painted yet.
  requestAnimationFrame(function () {
    setTimeout(function () { swappedAt = performance.now(); });
  });
}

// When the finger was there, which may be long before a busy page hears of it. Old browsers count from 1970.
function touchedAt(event) {
  return Math.min(event.timeStamp, performance.now());
}

function swappedFor() {
  return performance.now() - swappedAt;
}

// Before anything else hears of a click. One by keyboard or by script has no count. A mouse's second click the browser
// counts itself; taps are compared by place.
function guardTap(event) {
  if (!event.detail) return;
  const near = Math.abs(event.clientX - tapped.x) <= THUMB_PX && Math.abs(event.clientY - tapped.y) <= THUMB_PX;
  const second = event.pointerType === "mouse" ? event.detail > 1 : near;
  if (second && touchedAt(event) < swappedAt + NOT_MEANT_MS) {
    event.preventDefault();
    event.stopPropagation();
    return;
  }
  tapped = { x: event.clientX, y: event.clientY };
}
