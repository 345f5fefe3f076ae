// On the page of a closed or revoked link: what a draft on this device has come to. Answers that were on their way may
// have arrived; their ticket still gets its receipt, and nothing else can be stored any more.
async function settleLeftover() {
  const draft = readDraft();
  if (draft.receipt) return showReceipt();
  if (page.dataset.state === "scheduled" || !draft.answers) return undefined;
  addEventListener("online", function () { hurry(); });
  let wait = FIRST_WAIT_MS;
  while (readDraft().pending) {
    tellLeftover("sending");
    const reply = await attempt();
    if (reply && reply.status < 300) {
      settle(reply);
      return showReceipt();
    }
    if (reply && reply.status >= 400 && reply.status < 500 && reply.status !== 429) break;
    tellLeftover("sending_offline");
    await Promise.race([sleep(wait), new Promise(function (now) { hurry = now; })]);
    wait = Math.min(wait * 2, LONGEST_WAIT_MS);
  }
  dropDraft();
  return tellLeftover(page.dataset.state === "revoked" ? "revoked_before_sent" : "closed_before_sent");
}

function tellLeftover(key) {
  one("settled").textContent = say(key);
  one("settled").hidden = false;
}
