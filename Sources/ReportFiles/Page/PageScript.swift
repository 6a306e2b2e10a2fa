// The page's conveniences: large panels, values under the pointer, sorting, filtering. The page reads well without.

/// The script. It uses neither "<" nor "&", so that the page is well-formed XML as well as HTML.
let pageScript: Markup = """

  (function () {
    "use strict";
    var root = document.documentElement;
    root.classList.add("js");
    var all = function (selector, within) { return Array.from((within || document).querySelectorAll(selector)); };
    var tip = document.getElementById("tip");
    var dialog = document.getElementById("large");

    // Values under the pointer or at the keyboard's mark, taken from the table of the panel.
    var mark = function (target, x, y) {
      all(".target.on").forEach(function (other) { other.classList.remove("on"); });
      if (!target) { tip.hidden = true; return; }
      target.classList.add("on");
      var table = target.closest(".panel-body").querySelector("table.values");
      var heads = all("thead th", table).map(function (cell) { return cell.textContent; });
      var cells = all("th, td", table.tBodies[0].rows[Number(target.dataset.row)]);
      tip.textContent = cells.map(function (cell, i) {
        return i === 0 ? cell.textContent + "°" : heads[i] + ": " + cell.textContent;
      }).join("\\n") + "\\n(kcal/mol)";
      tip.hidden = false;
      var left = x + 16;
      if (left + tip.offsetWidth > window.innerWidth - 8) { left = x - tip.offsetWidth - 16; }
      var top = Math.min(y + 12, window.innerHeight - tip.offsetHeight - 8);
      tip.style.left = Math.max(8, left) + "px";
      tip.style.top = Math.max(8, top) + "px";
    };
    all(".plot").forEach(function (plot) {
      var targets = all(".target", plot);
      var at = -1;
      plot.tabIndex = 0;
      plot.setAttribute("role", "group");
      var title = plot.querySelector("title");
      plot.setAttribute("aria-label", (title ? title.textContent : "Plot") + ": left and right arrows read the points, \
  Enter enlarges");
      plot.addEventListener("pointermove", function (event) {
        var target = event.target.closest(".target");
        if (target) { at = targets.indexOf(target); }
        mark(target, event.clientX, event.clientY);
      });
      plot.addEventListener("pointerleave", function () { mark(null); });
      plot.addEventListener("blur", function () { mark(null); });
      plot.addEventListener("click", function () { if (!plot.closest("dialog")) { enlarge(plot.closest(".panel")); } });
      plot.addEventListener("keydown", function (event) {
        var step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
        if (step !== 0) {
          event.preventDefault();
          at = (at + step + targets.length) % targets.length;
          var box = plot.getBoundingClientRect();
          mark(targets[at], box.right, box.top);
        } else if (event.key === "Enter") {
          if (!plot.closest("dialog")) { enlarge(plot.closest(".panel")); }
        }
      });
    });

    // The pair of force constants under the pointer.
    all(".heat-map").forEach(function (map) {
      var names = map.dataset.names.split("|"), values = map.dataset.values.split(",");
      var at = [1, 0], size = Number(map.dataset.size);
      var show = function (i, j, x, y) {
        var low = Math.min(i, j), high = Math.max(i, j);
        tip.hidden = true;
        if (low >= 0) { if (names.length > high) { if (high > low) {
          at = [i, j];
          tip.textContent = names[low] + "\\n" + names[high] + "\\n" + (Number(values[high * (high - 1) / 2 + low]) / \
  100).toFixed(2);
          tip.hidden = false;
          tip.style.left = Math.min(x + 16, window.innerWidth - tip.offsetWidth - 8) + "px";
          tip.style.top = Math.min(y + 12, window.innerHeight - tip.offsetHeight - 8) + "px";
        } } }
      };
      map.addEventListener("pointermove", function (event) {
        var place = new DOMPoint(event.clientX, event.clientY).matrixTransform(map.getScreenCTM().inverse());
        show(Math.floor((place.y - map.dataset.top) / size), Math.floor((place.x - map.dataset.left) / size), \
  event.clientX, event.clientY);
      });
      map.addEventListener("pointerleave", function () { tip.hidden = true; });
      // Arrows step over the cells, past the diagonal.
      map.tabIndex = 0;
      map.addEventListener("blur", function () { tip.hidden = true; });
      map.addEventListener("keydown", function (event) {
        var step = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
        if (!step) { return; }
        event.preventDefault();
        var i = at[0] + step[0], j = at[1] + step[1];
        if (i === j) { i += step[0]; j += step[1]; }
        if (Math.min(i, j) >= 0) { if (names.length > Math.max(i, j)) { at = [i, j]; } }
        var cell = new DOMPoint(Number(map.dataset.left) + size * (at[1] + 0.5), Number(map.dataset.top) + size * \
  (at[0] + 0.5))
          .matrixTransform(map.getScreenCTM());
        show(at[0], at[1], cell.x, cell.y);
      });
    });

    // A panel's body moves into the dialog and back, so that nothing exists twice.
    var home = null;
    var enlarge = function (panel) {
      if (!dialog.showModal) { return; }
      mark(null);
      home = panel;
      panel.style.minHeight = panel.offsetHeight + "px";
      document.getElementById("large-h").textContent = 
        all("figcaption h3, figcaption p", panel).map(function (part) { return part.textContent.trim(); }).join(" · ");
      var body = document.getElementById("large-body");
      var legend = document.getElementById("legend").cloneNode(true);
      legend.removeAttribute("id");
      body.append(legend, panel.querySelector(".panel-body"));
      dialog.append(tip);
      dialog.showModal();
      body.querySelector(".plot").focus();
    };
    dialog.addEventListener("close", function () {
      mark(null);
      document.body.append(tip);
      var body = document.getElementById("large-body");
      home.querySelector("figcaption").after(body.querySelector(".panel-body"));
      body.replaceChildren();
      home.style.minHeight = "";
      home.querySelector(".plot").focus();
    });
    dialog.addEventListener("click", function (event) { if (event.target === dialog) { dialog.close(); } });
    document.getElementById("large-close").addEventListener("click", function () { dialog.close(); });
    all(".enlarge").forEach(function (button) {
      button.addEventListener("click", function () { enlarge(button.closest(".panel")); });
    });

    // Sorting: a button in every header; what is undefined stays last.
    all("table.sortable").forEach(function (table) {
      all("th[data-sort]", table).forEach(function (head, column) {
        var button = document.createElement("button");
        button.type = "button";
        button.textContent = head.textContent;
        head.replaceChildren(button);
        button.addEventListener("click", function () {
          var up = head.getAttribute("aria-sort") !== "ascending";
          all("th", table.tHead).forEach(function (other) { other.removeAttribute("aria-sort"); });
          head.setAttribute("aria-sort", up ? "ascending" : "descending");
          var number = head.dataset.sort === "number";
          var key = function (row) {
            var cell = row.cells[column];
            if (!number) { return cell.textContent.trim(); }
            var text = cell.dataset.value;
            return text ? Number(text) : null;
          };
          var rows = Array.from(table.tBodies[0].rows);
          rows.sort(function (a, b) {
            var x = key(a), y = key(b);
            if (x === null || y === null) { return (x === null ? 1 : 0) - (y === null ? 1 : 0); }
            var order = number ? x - y : x.localeCompare(y);
            return up ? order : -order;
          });
          table.tBodies[0].append.apply(table.tBodies[0], rows);
        });
      });
    });

    // Filtering rows of the forest plots and of the table alike.
    var filter = document.getElementById("filter");
    filter.addEventListener("input", function () {
      var words = filter.value.toLowerCase().split(/,\\s*|\\s+(?=n\\s*=)|\\s{2,}/).filter(Boolean);
      var shown = 0;
      all("[data-filter]").forEach(function (row) {
        var hit = words.every(function (word) { return row.dataset.filter.includes(word.trim()); });
        row.hidden = !hit;
        if (hit) { if (row.tagName.toLowerCase() === "tr") { shown += 1; } }
      });
      all(".forest").forEach(function (forest) { forest.hidden = !forest.querySelector("[data-filter]:not([hidden])"); \
  });
      document.getElementById("filter-count").textContent = words.length ? shown + " shown" : "";
    });
  })();

  """
