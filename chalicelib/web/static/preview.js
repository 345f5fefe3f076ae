// A questionnaire as a netizen sees it, with nobody to answer to: ticket and receipt are made up here, nothing is sent.
(function () {
"use strict";
const page = document.getElementById("page");
const real = window.fetch;
try {
  localStorage.removeItem("minsheng:" + page.dataset.code);
} catch (error) {
  // A browser that stores nothing has nothing to forget.
}

function says(said) {
  const headers = { "Content-Type": "application/json", Date: new Date().toUTCString() };
  return Promise.resolve(new Response(JSON.stringify(said), { status: 201, headers: headers }));
}

window.fetch = function (address) {
  const now = new Date().toISOString().replace("Z", "+00:00");
  if (/\/responses$/.test(address)) return says({ receipt: "PREVIEW-0000", accepted_at: now });
  if (!/\/tickets$/.test(address)) return real.apply(window, arguments);
  const topics = page.dataset.topics ? page.dataset.topics.split(" ") : [];
  const closes = new Date(Number(page.dataset.closes)).toISOString();
  return says({ ticket: "preview", questionnaire: page.dataset.version, topics: topics, opens_at: now, closes_at: closes });
};
})();
