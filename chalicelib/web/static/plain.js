// Somebody pressed the start button before the page's script had come, and got the form that needs none. Scripts do run
// here: back to the questionnaire with its draft. Once only, and not over answers.
(function () {
  "use strict";
  const mark = "minsheng:upgraded";
  if (location.search.indexOf("early=1") < 0 || document.querySelector("#form input[type=radio]:checked")) return;
  try {
    if (sessionStorage.getItem(mark)) return;
    sessionStorage.setItem(mark, "1");
  } catch (error) {
    return;
  }
  location.replace(document.getElementById("form").dataset.page + "#begin");
})();
