// Stands in the markup of every page, before everything else, without comments and indents: the
// build puts it there (src/host/assemble.rs), and the content policy names its hash
// (src/host/headers.rs). So it is there wherever the page is, whatever else is missing. It paints
// the chosen colours, tells scripts how the page stands, and says why the page does not start or
// has broken down. It is written in JavaScript that very old browsers read.
(function () {
  var root = document.documentElement;
  // Looks so often.
  var TICK_MS = 250;
  // After so many looks at which nothing new had come, styles are not waited for, and the page
  // says that it does not start: 3 and 6 seconds. A computer that sleeps does not look.
  var STYLES = 12, PATIENCE = 24;
  // So long a file may take to answer when it is asked for once more, to learn what is wrong.
  var ANSWER_MS = 1500;

  var quiet = 0, elements = 0, stalled = false, broken = false;

  // Takes away what cut.js said of a page that came to a halt for a while.
  var cut = document.getElementById("cut");
  if (cut) {
    cut.parentNode.removeChild(cut);
    root.setAttribute("data-lab", "loading");
  }

  // Before the first paint: the colours that appearance.js keeps, and a figure alone.
  try {
    var theme = localStorage.getItem("fib-lab/theme");
    if (theme === "light" || theme === "dark") root.setAttribute("data-theme", theme);
  } catch (_) { /* storage can be forbidden */ }
  if (/[?&]only=1(&|$)/.test(location.search)) root.className += " only";
  // What only works with a script has its room from the first paint on.
  root.className += " script";

  // Tells scripts how the last thing stands that was asked for. Nothing else sets this.
  function tell(state) {
    // What was told stands: of a program that broke down nothing can be relied on.
    if (broken) return;
    if (stalled) show(null);
    root.setAttribute("data-lab", state);
  }

  // Something of the page has come.
  function came() {
    quiet = 0;
  }

  // Shows a sentence and the button that loads the page anew, or hides them.
  function show(sentence) {
    var place = document.getElementById("stalled") || stalled_place(sentence);
    stalled = sentence !== null;
    // Without a program the text stays readable, with what the recorded runs found.
    root.className = root.className.replace(/ ?\bunscripted\b/, "") + (stalled ? " unscripted" : "");
    if (!place) return;
    place.getElementsByTagName("p")[0].textContent = sentence;
    if (stalled) place.removeAttribute("hidden");
    else place.setAttribute("hidden", "");
  }

  // The place for the sentence, where the page was cut short before its own.
  function stalled_place(sentence) {
    if (sentence === null || !document.body) return null;
    var place = document.createElement("div"), button = document.createElement("button");
    place.id = place.className = "stalled";
    place.setAttribute("role", "alert");
    button.id = "reload";
    button.type = "button";
    button.textContent = "Reload the page";
    place.appendChild(document.createElement("p"));
    place.appendChild(button);
    return document.body.appendChild(place);
  }

  function is_loading() {
    return root.getAttribute("data-lab") === "loading" && !stalled;
  }

  // The page does not start: finds out why, and says it. Should it start after all, it hides
  // the sentence again.
  function stall(why) {
    if (!is_loading()) return;
    stalled = true;
    find_out(function (found) {
      if (root.getAttribute("data-lab") !== "loading") return;
      show("The page's program has not started: " + (found || why || "its files came, but it did not begin") +
        ". The text and what recorded runs found are here all the same. Reload the page to try again.");
      root.setAttribute("data-lab", "error");
    });
  }

  // The page's own program broke down, or threw what nobody caught.
  function fail(error) {
    if (broken || stalled) return;
    if (is_loading()) return stall(String(error && error.message || error));
    var trap = typeof WebAssembly === "object" && error instanceof WebAssembly.RuntimeError;
    tell("error");
    show("The page's program broke down (" + (error && error.message || error) +
      "). What it shows cannot be relied on any more. Reload the page to go on.");
    broken = trap;
  }

  // Tells `say` what is in the way, or nothing where that cannot be seen.
  function find_out(say) {
    if (location.protocol === "file:") {
      return say("browsers start no programs of pages that are opened as files, so it has to come from a server");
    }
    if (typeof WebAssembly !== "object" || !("noModule" in document.createElement("script"))) {
      return say("this browser is too old for it");
    }
    if (!document.querySelector("script[data-wasm]")) return say("only a part of the page has come");
    var files = program_files(), left = files.length, wrong = {};
    var finish = function (name, what) {
      if (what) (wrong[what] = wrong[what] || []).push(name);
      left -= 1;
      if (left > 0) return;
      var kinds = [];
      for (var kind in wrong) kinds.push(wrong[kind].join(", ") + ": " + kind);
      say(kinds.join("; "));
    };
    for (var at = 0; at < files.length; at += 1) ask(files[at], finish);
  }

  // What the page's program consists of: what the markup loads, or loads early.
  function program_files() {
    var tags = document.querySelectorAll("script[data-wasm], link[rel=modulepreload], link[rel=preload]");
    var files = [];
    for (var at = 0; at < tags.length; at += 1) {
      var address = tags[at].src || tags[at].href;
      if (address && files.indexOf(address) < 0) files.push(address);
    }
    return files;
  }

  // Asks for a file once more and tells `finish` what is wrong with it, if anything is.
  function ask(address, finish) {
    var name = address.split("/").pop(), answered = false;
    var answer = function (wrong) {
      if (!answered) finish(name, wrong);
      answered = true;
    };
    setTimeout(function () { answer("no answer"); }, ANSWER_MS);
    fetch(address, { cache: "no-store" }).then(function (response) {
      var type = response.headers.get("content-type") || "no type";
      if (!response.ok) return answer("missing (" + response.status + ")");
      var other = /html/.test(type) || /\.js$/.test(name) && !/javascript/.test(type);
      answer(other && "something else came in its place (" + type + ")");
    }, function () {
      answer(self.origin === "null" ? "kept from pages in a sandboxed frame" : "out of reach");
    });
  }

  // A style sheet that does not come would keep the page from being painted: it goes on being
  // loaded, and nothing waits for it.
  function free_styles() {
    var links = document.querySelectorAll("link[rel=stylesheet]");
    for (var at = 0; at < links.length; at += 1) {
      if (links[at].sheet || links[at].media === "print") continue;
      var again = links[at].cloneNode();
      again.media = "print";
      again.onload = function () { this.media = "all"; };
      links[at].parentNode.replaceChild(again, links[at]);
    }
  }

  // Looks whether the page comes on, until it has come.
  var watch = setInterval(function () {
    var now = document.getElementsByTagName("*").length;
    if (now > elements) came();
    elements = now;
    quiet += 1;
    if (quiet === STYLES) free_styles();
    if (quiet >= PATIENCE) stall();
    // From then on nothing of the page ticks.
    var waits = document.readyState !== "complete" && quiet < PATIENCE;
    if (!waits && root.getAttribute("data-lab") !== "loading") clearInterval(watch);
  }, TICK_MS);

  addEventListener("load", came, true);
  addEventListener("error", function (event) {
    var tag = event.target;
    // The script that starts the page, or one that it needs.
    if (tag && tag.tagName === "SCRIPT" && tag.hasAttribute("data-wasm")) stall();
    // What comes without its error is none of the page's own.
    else if (event.error) fail(event.error);
  }, true);
  addEventListener("unhandledrejection", function (event) {
    fail(event.reason);
  });
  addEventListener("click", function (event) {
    if (event.target.id === "reload") location.reload();
  });

  self.lab = { tell: tell, came: came, fail: fail };
})();
