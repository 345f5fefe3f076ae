// The last hour before the close, by the server's clock: a device's own may be minutes off.
const HOUR_MS = 3600000;
const SPOKEN_MINUTES = [60, 30, 10, 5, 1];
let serverAhead = 0;
let closesAt = Number(page.dataset.closes || 0);
let lastSpoken = 0;

function learnTime(reply) {
  const date = Date.parse(reply.headers.get("Date") || "");
  if (date) serverAhead = date - Date.now();
}

function msLeft() {
  return closesAt - Date.now() - serverAhead;
}

function watchClose(whenOver) {
  setInterval(function () {
    const left = msLeft();
    const soon = left < HOUR_MS && left > 0 && !form.hidden;
    one("closing").hidden = !soon;
    if (soon) tellTimeLeft(left);
    if (left <= 0) whenOver();
  }, 1000);
}

function tellTimeLeft(left) {
  const minutes = Math.floor(left / 60000);
  const time = say("minutes_seconds", { minutes: minutes, seconds: Math.floor(left / 1000) % 60 });
  one("closing").textContent = say("closing_soon", { time: time });
  const due = SPOKEN_MINUTES.filter(function (mark) { return left <= mark * 60000; }).pop();
  if (due === lastSpoken) return;
  lastSpoken = due;
  announce(one("closing").textContent);
}
