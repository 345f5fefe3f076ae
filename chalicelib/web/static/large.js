// Large print and strong contrast, one tap away, and remembered on this device for whatever link is opened next.
const LARGE = "minsheng-large";

function showLarge(wanted) {
  document.documentElement.classList.toggle("large", wanted);
  one("large").setAttribute("aria-pressed", String(wanted));
}

function setUpLarge() {
  const button = one("large");
  showLarge(Boolean(device) && device.getItem(LARGE) !== null);
  button.hidden = false;
  button.addEventListener("click", function () {
    const wanted = button.getAttribute("aria-pressed") === "false";
    showLarge(wanted);
    try {
      if (wanted) device.setItem(LARGE, "1");
      else device.removeItem(LARGE);
    } catch (error) {
      // Where nothing can be kept it holds for this page.
    }
  });
}
