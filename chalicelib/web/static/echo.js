// What comes after the receipt, asked for once there is one. Where it can't be had, nothing is shown and nothing hidden.
let echoed = false;

async function askForEcho() {
  if (echoed) return;
  const query = "?lang=" + document.documentElement.lang;
  const reply = await inTime(fetch(page.dataset.root + "s/" + page.dataset.code + "/echo" + query));
  const said = reply.ok ? await reply.json() : null;
  if (echoed || !said || typeof said.echo !== "string") return;
  echoed = true;
  one("receipt").insertAdjacentHTML("beforeend", said.echo);
  const button = every("[data-share]")[0];
  if (!button) return;
  button.hidden = false;
  button.addEventListener("click", passOn);
}

function fetchEcho() {
  askForEcho().catch(function () {});
}

// By the device's own way where it has one, else by the clipboard. Who closes the device's sheet has changed their mind.
function passOn(event) {
  const button = event.target;
  const shown = every("[data-address]")[0];
  const copied = function () { copyText(shown.href, shown, function () { button.textContent = button.dataset.done; }); };
  if (!navigator.share) return copied();
  return navigator.share({ title: button.dataset.share, url: shown.href }).catch(function (error) {
    if (error.name !== "AbortError") copied();
  });
}

// Without a clipboard, as in old web views and over plain HTTP, what is shown is selected and copied as by hand.
function copyText(words, shown, done) {
  const otherwise = function () {
    getSelection().selectAllChildren(shown);
    if (document.execCommand("copy")) done();
  };
  if (navigator.clipboard) navigator.clipboard.writeText(words).then(done, otherwise);
  else otherwise();
}
