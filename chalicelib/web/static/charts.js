// Draws a desk's charts with uPlot, out of the tables that stand under them: with a pointer that tells values.
// The server's own bars stay for paper, for screen readers, and where no script runs.
(function () {
  "use strict";
  const SHANGHAI_S = 8 * 3600;
  const HEIGHT = 190;
  const HOURS = [1, 2, 3, 4, 6, 12, 24].map(function (hours) { return hours * 3600; });
  const DAYS = [1, 2, 5, 10].map(function (days) { return days * 86400; });
  let drawn = [];

  function wall(seconds) {
    const date = new Date((seconds + SHANGHAI_S) * 1000);
    return { day: date.getUTCMonth() + 1 + "/" + date.getUTCDate(), hour: date.getUTCHours() + ":00" };
  }

  function count(value) {
    return value === null || value === undefined ? "–" : value.toLocaleString("en-US");
  }

  function read(figure) {
    const rows = Array.from(document.getElementById(figure.dataset.table).tBodies[0].rows).reverse();
    const column = Number(figure.dataset.column);
    return [
      rows.map(function (row) { return Number(row.dataset.at); }),
      rows.map(function (row) { return Number(row.cells[column].textContent.replace(/,/g, "")); }),
    ];
  }

  function name(hourly, seconds) {
    const at = wall(seconds);
    return hourly ? at.day + " " + at.hour : at.day;
  }

  function options(figure, style) {
    const hourly = figure.dataset.by === "hour";
    const soft = style.getPropertyValue("--soft");
    const axis = { stroke: soft, grid: { stroke: style.getPropertyValue("--faint"), width: 1 }, ticks: { show: false } };
    return {
      width: figure.clientWidth,
      height: HEIGHT,
      tzDate: function (seconds) { return uPlot.tzDate(new Date(seconds * 1000), "Asia/Shanghai"); },
      cursor: { y: false, drag: { x: false, y: false } },
      scales: {
        x: { range: function (plot, first, last) { return [first, last + (hourly ? 3600 : 86400)]; } },
        y: { range: function (plot, least, most) { return [0, Math.max(1, most * 1.05)]; } },
      },
      series: [
        { label: figure.dataset.time, value: function (plot, at) { return at === null ? "–" : name(hourly, at); } },
        {
          label: figure.dataset.name,
          fill: style.getPropertyValue("--accent"),
          paths: uPlot.paths.bars({ size: [0.8, 64], align: 1 }),
          points: { show: false },
          value: function (plot, value) { return count(value); },
        },
      ],
      axes: [
        Object.assign({ space: 70, size: 30, incrs: hourly ? HOURS : DAYS, values: function (plot, splits) {
          return splits.map(function (at) { return hourly && wall(at).hour !== "0:00" ? wall(at).hour : wall(at).day; });
        } }, axis),
        Object.assign({ size: 64, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 2e4, 5e4, 1e5, 2e5, 5e5, 1e6],
          values: function (plot, splits) { return splits.map(count); } }, axis),
      ],
    };
  }

  function draw() {
    drawn.forEach(function (plot) { plot.destroy(); });
    const style = getComputedStyle(document.documentElement);
    drawn = Array.from(document.querySelectorAll("figure[data-table]")).map(function (figure) {
      figure.classList.add("drawn");
      const plot = new uPlot(options(figure, style), read(figure), figure);
      plot.root.setAttribute("aria-hidden", "true");
      return plot;
    });
  }

  draw();
  document.addEventListener("swapped", draw);
  let waiting = 0;
  window.addEventListener("resize", function () {
    clearTimeout(waiting);
    waiting = setTimeout(function () {
      drawn.forEach(function (plot) {
        plot.setSize({ width: plot.root.parentElement.clientWidth, height: HEIGHT });
      });
    }, 100);
  });
})();
