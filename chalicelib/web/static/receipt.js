// Checks that the receipt's line stands in the roll (RFC 9162, section 2.1.3.2). Of what the server says, nothing is
// believed but the root, which everybody can compare with the published one.
(function () {
  "use strict";
  const proof = document.getElementById("proof");
  const checked = document.getElementById("checked");
  if (!proof || !checked) return;

  function hexOf(bytes) {
    return bytes.map(function (one) { return ("0" + one.toString(16)).slice(-2); }).join("");
  }

  function bytesOf(hex) {
    return (hex.match(/../g) || []).map(function (two) { return parseInt(two, 16); });
  }

  function written(text) {
    return Array.from(new TextEncoder().encode(text));
  }

  async function sha256(bytes) {
    return Array.from(new Uint8Array(await crypto.subtle.digest("SHA-256", new Uint8Array(bytes))));
  }

  async function isItsLine(told) {
    const parts = ["minsheng-roll-1", told.receipt, told.unit, told.edition, told.valid];
    return told.line === told.unit + " " + hexOf(await sha256(written(parts.join("\0"))));
  }

  async function leadsToRoot(told) {
    let place = Number(told.place);
    let last = Number(told.lines) - 1;
    let found = await sha256([0].concat(written(told.line)));
    for (const step of told.path.split(" ").filter(Boolean)) {
      if (last === 0) return false;
      if (place % 2 === 1 || place === last) {
        found = await sha256([1].concat(bytesOf(step), found));
        while (place % 2 === 0 && place > 0) {
          place = place / 2;
          last = Math.floor(last / 2);
        }
      } else {
        found = await sha256([1].concat(found, bytesOf(step)));
      }
      place = Math.floor(place / 2);
      last = Math.floor(last / 2);
    }
    return last === 0 && hexOf(found) === told.root;
  }

  async function check() {
    const holds = await isItsLine(proof.dataset) && await leadsToRoot(proof.dataset);
    checked.textContent = holds ? checked.dataset.ok : checked.dataset.bad;
    checked.dataset.holds = String(holds);
  }

  // Browsers hash over TLS and on this very machine alone: else the words stay that say so.
  checked.hidden = false;
  if (window.crypto && crypto.subtle) check().catch(function () {});
})();
